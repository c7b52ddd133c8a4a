// SPDX-License-Identifier: BSD-3-Clause
// What a pixel shows in a frame. Truths: the negative binomial and the gamma distribution (modes of equal weight), sums of exponentials by their
// closed form, counts by convolution of geometric distributions, and the eigenvalues of a 2 x 2 covariance.
#include <gtest/gtest.h>

#include <cmath>

#include "beamline/snapshot_law.hpp"
#include "statistics.hpp"

namespace patina {
namespace {

double negative_binomial(int n, double modes, double mean) {
  return std::exp(std::lgamma(n + modes) - std::lgamma(modes) - std::lgamma(n + 1.0) - n * std::log1p(modes / mean) - modes * std::log1p(mean / modes));
}

TEST(SnapshotLaw, EqualModesCountNegativeBinomially) {
  for (const double modes : {1.0, 2.5, 20.0})
    for (const double mean : {0.01, 1.0, 30.0, 2000.0}) {
      const int most = static_cast<int>(mean + 20.0 * std::sqrt(mean + mean * mean / modes)) + 10;
      const auto p = count_probabilities({{1.0 / modes, modes}}, mean, most);
      double sum = 0.0;
      for (int n = 0; n <= most; ++n) {
        EXPECT_NEAR(p[static_cast<std::size_t>(n)], negative_binomial(n, modes, mean), 1e-11) << modes << " " << mean << " " << n;
        sum += p[static_cast<std::size_t>(n)];
      }
      EXPECT_NEAR(sum, 1.0, 1e-6);
    }
}

TEST(SnapshotLaw, UnequalModesAddUpTheirCounts) {
  // Each mode alone counts geometrically.
  const std::vector<double> weights{0.5, 0.3, 0.2};
  constexpr double mean = 1.7;
  std::vector<double> expected{1.0};
  for (const double weight : weights) {
    std::vector<double> sum(60, 0.0);
    for (std::size_t n = 0; n < sum.size(); ++n)
      for (std::size_t k = 0; k <= n; ++k)
        if (n - k < expected.size()) sum[n] += expected[n - k] * std::pow(weight * mean / (1.0 + weight * mean), k) / (1.0 + weight * mean);
    expected = sum;
  }
  const auto p = count_probabilities(snapshot_modes(weights, Eigen::MatrixXcd::Identity(1, 1)), mean, 40);
  for (std::size_t n = 0; n <= 40; ++n) EXPECT_NEAR(p[n], expected[n], 1e-12);
}

TEST(SnapshotLaw, IntensitiesOfEqualModesAreGammaDistributed) {
  for (const double modes : {1.0, 3.0, 40.0, 1000.0})
    for (const double x : {0.01, 0.3, 0.97, 1.0, 1.05, 2.5, 9.0})
      EXPECT_NEAR(intensity_probability({{1.0 / modes, modes}}, x), testing::gamma_cdf(modes, modes * x), 1e-6) << modes << " " << x;
}

TEST(SnapshotLaw, IntensitiesOfTwoModes) {
  constexpr double a = 0.8, b = 0.2;
  for (const double x : {0.02, 0.5, 1.0, 4.0})
    EXPECT_NEAR(intensity_probability(snapshot_modes({a, b}, Eigen::MatrixXcd::Identity(1, 1)), x),
                1.0 - (a * std::exp(-x / a) - b * std::exp(-x / b)) / (a - b), 1e-6);
}

TEST(SnapshotLaw, ExposureOfTwoInstants) {
  // |E1|^2 + |E2|^2 over 2 with <E1 E2*> = f has the modes (1 +- |f|) / 2.
  Eigen::MatrixXcd instants(2, 2);
  instants << 1.0, std::polar(0.6, 1.0), std::polar(0.6, -1.0), 1.0;
  SnapshotModes modes = snapshot_modes({1.0}, instants);
  ASSERT_EQ(modes.size(), 2u);
  EXPECT_NEAR(modes[0].weight, 0.2, 1e-12);
  EXPECT_NEAR(modes[1].weight, 0.8, 1e-12);
  EXPECT_EQ(modes[0].count, 1.0);
  // Instants that are the same are one.
  instants << 1.0, 1.0, 1.0, 1.0;
  modes = snapshot_modes({0.5, 0.5}, instants);
  ASSERT_EQ(modes.size(), 1u);
  EXPECT_EQ(modes[0].count, 2.0);
  EXPECT_NEAR(modes[0].weight, 0.5, 1e-9);
}

}  // namespace
}  // namespace patina
