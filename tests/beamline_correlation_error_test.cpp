// SPDX-License-Identifier: BSD-3-Clause
// Truths: the closed form of one pair of times, written down by hand from other algebra, as a special case of the covariance; numbers of
// the derivation (physics.md 3.8).
// beamline_correlation_monte_carlo_test has the Monte Carlo.
#include "beamline/correlation_error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace patina {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

TEST(TwoTimeError, CovarianceOfAPairWithItselfIsTheClosedForm) {
  for (const double contrast : {1.0, 0.3, 0.05})
    for (const double rho : {0.0, 0.2, 0.7, 1.0})
      for (const double photons : {infinite, 10.0, 0.1, 1e-3})
        for (const double larger : {1.0, 3.0}) {
          const SpeckleSample sample{1e4, contrast, photons, larger};
          FourTimes same;
          same.ab = same.ad = same.bc = same.cd = std::sqrt(rho);
          same.a_is_c = same.b_is_d = true;
          FourTimes mirrored;  // C(a, b) and C(b, a)
          mirrored.ab = mirrored.ac = mirrored.bd = mirrored.cd = std::sqrt(rho);
          mirrored.a_is_d = mirrored.b_is_c = true;
          const double expected = two_time_variance(sample, rho);
          EXPECT_NEAR(two_time_covariance(sample, same), expected, 1e-10 * expected);
          EXPECT_NEAR(two_time_covariance(sample, mirrored), expected, 1e-10 * expected);
        }
}

TEST(TwoTimeError, NumbersOfTheDerivation) {
  // One mode, no shot noise: 1 + 4 rho - 3 rho^2 + 2 rho^3.
  EXPECT_NEAR(two_time_variance({1.0, 1.0, infinite, 1.0}, 0.7), 1.0 + 2.8 - 3.0 * 0.49 + 2.0 * 0.343, 1e-12);
  EXPECT_NEAR(two_time_variance({1.0, 0.2, 0.1, 1.0}, 0.7), 118.8, 0.05);
  EXPECT_NEAR(std::sqrt(two_time_variance({1e5, 0.04, 0.01, 1.0}, std::exp(-2.0))) / 0.04, 7.9, 0.1);
  EXPECT_NEAR(pairs_needed({1e5, 0.04, 0.01, 1.0}, std::exp(-2.0), 0.05), 2.5e4, 0.1e4);
  EXPECT_NEAR(smallest_step(0.1, 20.0, 100.0, 0.9), 0.14, 0.005);
}

TEST(TwoTimeError, FloorOfAFastSpeckleRecord) {
  // beta^2 tau / (2 P T) at lags far beyond tau for f = exp(-t / tau): 0.0050 for 200 pixels, 2000 frames, tau = 20 frames, 1 mode.
  std::vector<double> field(2000);
  for (std::size_t n = 0; n < field.size(); ++n) field[n] = std::exp(-static_cast<double>(n) / 20.0);
  const double sigma = std::sqrt(g2_covariance({200.0, 1.0, infinite, 1.0}, field, {200})(0, 0));
  EXPECT_NEAR(sigma, 0.0050, 0.0003);
  // Frames in step with each other: nothing fluctuates from start to start.
  EXPECT_NEAR(chi_T_floor({200.0, 1.0, infinite, 1.0}, std::vector<double>(100, 1.0), 10), 0.0, 1e-12);
}

TEST(TwoTimeError, NodesStandForAllStarts) {
  // The sum over all pairs of starts, one by one.
  constexpr int frames = 700;
  std::vector<double> field(frames);
  for (int n = 0; n < frames; ++n) field[static_cast<std::size_t>(n)] = std::exp(-std::pow(n / 30.0, 0.7));
  const SpeckleSample sample{1.0, 0.4, 0.2, 1.0};
  const std::vector<int> lags{1, 20, 300};
  const auto covariance = g2_covariance(sample, field, lags);
  const auto f = [&](int n) { return field[static_cast<std::size_t>(std::abs(n))]; };
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j <= i; ++j) {
      const int first = lags[static_cast<std::size_t>(i)], second = lags[static_cast<std::size_t>(j)];
      double sum = 0.0;
      for (int t = 0; t + first < frames; ++t)
        for (int s = 0; s + second < frames; ++s) {
          const FourTimes four{f(first), f(s - t), f(s + second - t), f(s - t - first), f(s + second - t - first), f(second),
                               s == t, s + second == t, s == t + first, s + second == t + first};
          sum += two_time_covariance(sample, four);
        }
      const double exact = sum / ((frames - first) * 1.0 * (frames - second));
      EXPECT_NEAR(covariance(i, j), exact, 0.003 * std::sqrt(covariance(i, i) * covariance(j, j))) << first << " " << second;
    }
}

TEST(TwoTimeError, LagsMayBeAveraged) {
  // Against the mean over the covariances of all single lags: ranges of a third of the lag are within 6 %.
  std::vector<double> field(400);
  for (std::size_t n = 0; n < field.size(); ++n) field[n] = std::exp(-std::pow(static_cast<double>(n) / 40.0, 1.2));
  for (const double photons : {infinite, 1.0, 0.05}) {
    const SpeckleSample sample{1e4, 0.2, photons, 1.0};
    const std::vector<std::pair<int, int>> ranges{{1, 1}, {9, 12}, {40, 52}};
    std::vector<int> middles{1, 10, 46}, counts{1, 4, 13}, all;
    for (const auto& [first, last] : ranges)
      for (int lag = first; lag <= last; ++lag) all.push_back(lag);
    const Eigen::MatrixXd single = g2_covariance(sample, field, all), averaged = g2_covariance(sample, field, middles, counts);
    for (int i = 0, row = 0; i < 3; row += counts[static_cast<std::size_t>(i++)])
      for (int j = 0, column = 0; j < 3; column += counts[static_cast<std::size_t>(j++)]) {
        const double mean = single.block(row, column, counts[static_cast<std::size_t>(i)], counts[static_cast<std::size_t>(j)]).mean();
        EXPECT_NEAR(averaged(i, j), mean, 0.06 * std::sqrt(averaged(i, i) * averaged(j, j))) << photons << " " << i << " " << j;
      }
  }
}

}  // namespace
}  // namespace patina
