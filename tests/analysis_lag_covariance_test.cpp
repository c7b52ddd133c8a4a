// SPDX-License-Identifier: BSD-3-Clause
// Truth: Monte-Carlo simulation of complex Gaussian modes with a prescribed kernel (Cholesky factor of the
// exact covariance), f(q,t) formed from them as in the definition, its sample covariance over many
// repetitions.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/lag_covariance.hpp"
#include "core/rng.hpp"

namespace patina {
namespace {

double kernel(double t) { return t == 0.0 ? 1.0 : 0.8 * std::exp(-std::pow(t / 4.0, 0.7)); }

TEST(LagCovarianceTest, AgreesWithSimulatedModes) {
  const std::vector<double> lags{0.5, 1.0, 2.0, 4.0, 8.0, 16.0};
  const int n = 6, modes = 300, repetitions = 4000;
  Eigen::MatrixXd field(n + 1, n + 1);
  std::vector<double> times{0.0};
  times.insert(times.end(), lags.begin(), lags.end());
  for (int a = 0; a <= n; ++a)
    for (int b = 0; b <= n; ++b) field(a, b) = kernel(std::abs(times[a] - times[b]));
  const Eigen::MatrixXd factor = Eigen::LLT<Eigen::MatrixXd>(field).matrixL();

  Eigen::MatrixXd samples(repetitions, n);
  for (int r = 0; r < repetitions; ++r) {
    Eigen::MatrixXd real(n + 1, modes), imaginary(n + 1, modes);
    for (int p = 0; p < modes; ++p)
      for (int a = 0; a <= n; ++a) {
        const auto block = random_block(3, Stream::test, r, p * (n + 1) + a);
        real(a, p) = block.normal(0);
        imaginary(a, p) = block.normal(1);
      }
    real = factor * real;
    imaginary = factor * imaginary;
    const Eigen::VectorXd overlap = real * real.row(0).transpose() + imaginary * imaginary.row(0).transpose();
    const Eigen::VectorXd power = real.rowwise().squaredNorm() + imaginary.rowwise().squaredNorm();
    for (int a = 0; a < n; ++a) samples(r, a) = overlap[a + 1] / std::sqrt(power[0] * power[a + 1]);
  }
  const Eigen::MatrixXd centred = samples.rowwise() - samples.colwise().mean();
  const Eigen::MatrixXd measured = centred.transpose() * centred / (repetitions - 1.0);

  std::vector<double> sigma;
  for (const double lag : lags) sigma.push_back((1.0 - kernel(lag) * kernel(lag)) / std::sqrt(2.0 * modes));
  const auto expected = gaussian_mode_covariance(lags, sigma, kernel);
  // Sampling error of a variance from 4000 repetitions is 2.2 % of sigma_a sigma_b (less off the diagonal); the
  // neglected order is some 4/P, 1.3 %: 6 % leaves more than twice their sum in squares.
  for (int a = 0; a < n; ++a)
    for (int b = 0; b < n; ++b)
      EXPECT_NEAR(measured(a, b), expected(a, b), 0.06 * sigma[a] * sigma[b]) << a << " " << b;
  EXPECT_GT(expected(2, 3), 0.2 * sigma[2] * sigma[3]);  // the correlation is no small matter
}

}  // namespace
}  // namespace patina
