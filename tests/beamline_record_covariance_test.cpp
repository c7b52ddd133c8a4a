// SPDX-License-Identifier: BSD-3-Clause
// Errors of g2 of records that age. Truths: the sum over all pairs of starts, one by one; the stationary form where nothing ages.
#include "beamline/record_covariance.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace patina {
namespace {

TEST(RecordCovariance, AllPairsOfStarts) {
  constexpr int frames = 120;
  const RealField field = [](int i, int j) {
    const double s = 40.0 / 5.0 * std::abs(std::exp(-i / 40.0) - std::exp(-j / 40.0));
    return std::exp(-std::pow(s, 1.3));
  };
  const std::vector<int> lags{1, 12, 70};
  for (const double photons : {std::numeric_limits<double>::infinity(), 0.5}) {
    const SpeckleSample sample{100.0, 0.4, photons, 1.0};
    const auto found = record_g2_covariance(sample, frames, field, lags, {1, 1, 1}, 1000);
    const auto sampled = record_g2_covariance(sample, frames, field, lags, {1, 1, 1});
    Eigen::Matrix3d exact = Eigen::Matrix3d::Zero();
    for (int a = 0; a < 3; ++a)
      for (int b = 0; b < 3; ++b) {
        const int first = lags[static_cast<std::size_t>(a)], second = lags[static_cast<std::size_t>(b)];
        for (int t = 0; t + first < frames; ++t)
          for (int s = 0; s + second < frames; ++s)
            exact(a, b) += two_time_covariance(sample, {field(t, t + first), field(t, s), field(t, s + second), field(t + first, s), field(t + first, s + second),
                                                        field(s, s + second), t == s, t == s + second, t + first == s, t + first == s + second}) /
                           ((frames - first) * 1.0 * (frames - second));
      }
    // A common phase changes no intensity.
    const PhasedField turning = [&](int i, int j) { return std::polar(field(i, j), 0.3 * (j - i)); };
    EXPECT_LT((record_g2_covariance(sample, frames, turning, lags, {1, 1, 1}, 1000) - found).cwiseAbs().maxCoeff(), 1e-9 * found.cwiseAbs().maxCoeff());
    for (int a = 0; a < 3; ++a)
      for (int b = 0; b < 3; ++b) {
        const double scale = std::sqrt(exact(a, a) * exact(b, b));
        EXPECT_NEAR(found(a, b), exact(a, b), 0.01 * scale) << photons << " " << a << " " << b;
        EXPECT_NEAR(sampled(a, b), exact(a, b), 0.04 * scale) << photons << " " << a << " " << b;
      }
  }
}

TEST(RecordCovariance, OfWhatDoesNotAge) {
  constexpr int frames = 3000;
  std::vector<double> curve(frames);
  for (int n = 0; n < frames; ++n) curve[static_cast<std::size_t>(n)] = std::exp(-std::pow(n / 15.0, 1.5));
  const RealField field = [&](int i, int j) { return curve[static_cast<std::size_t>(std::abs(i - j))]; };
  const std::vector<int> lags{1, 15, 200}, averaged{1, 4, 30};
  const SpeckleSample sample{1e4, 0.2, 0.05, 1.0};
  const Eigen::MatrixXd expected = g2_covariance(sample, curve, lags, averaged), found = record_g2_covariance(sample, frames, field, lags, averaged);
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) EXPECT_NEAR(found(a, b), expected(a, b), 0.04 * std::sqrt(expected(a, a) * expected(b, b))) << a << " " << b;
}

}  // namespace
}  // namespace patina
