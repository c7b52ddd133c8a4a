// SPDX-License-Identifier: BSD-3-Clause
// Truth: synthetic quench curves with a known kink, known noise, or a known absence of a linear liquid
// branch.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "analysis/glass_transition.hpp"
#include "core/rng.hpp"

namespace patina {
namespace {

constexpr double kink_K = 750.0;

double noise(int replica, int row) { return random_block(11, Stream::test, replica, row).normal(0); }

// Slopes of a CuZr glass and liquid, eV per atom and K; rows from 2000 K down to 300 K.
template <class Shape>
QuenchCurve curve(Shape&& shape, double sigma, int replica = 0, int rows = 1700) {
  QuenchCurve out;
  for (int i = 0; i < rows; ++i) {
    const double t = 2000.0 - 1700.0 * i / (rows - 1);
    out.temperature_K.push_back(t);
    out.value.push_back(shape(t) + sigma * noise(replica, i));
  }
  return out;
}

double kinked(double t) { return -4.8 + 2.6e-4 * t + (t > kink_K ? 1.4e-4 * (t - kink_K) : 0.0); }

// The same slopes far away, but a heat capacity that changes over hundreds of kelvin: no linear liquid
// branch.
double rounded(double t) {
  const double width = 350.0;
  return -4.8 + 2.6e-4 * t + 1.4e-4 * width * std::log1p(std::exp((t - kink_K) / width));
}

TEST(GlassTransitionTest, FindsAKnownKink) {
  const auto fit = fit_two_lines({curve(kinked, 0.0)}, {});
  ASSERT_TRUE(fit.found) << fit.reason;
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.Tg_K, kink_K, 1e-6);
  EXPECT_NEAR(fit.glass.slope, 2.6e-4, 1e-10);
  EXPECT_NEAR(fit.liquid.slope, 4.0e-4, 1e-10);
  EXPECT_NEAR(fit.glass_low_K, 0.50 * kink_K, 0.5);
  EXPECT_NEAR(fit.liquid_high_K, 1.80 * kink_K, 0.5);
}

TEST(GlassTransitionTest, BootstrapCoversTheKink) {
  int covered = 0;
  const int trials = 250;
  for (int trial = 0; trial < trials; ++trial) {
    const auto result = estimate_glass_transition({curve(kinked, 2e-3, trial, 400)}, {});
    ASSERT_TRUE(result.fit.found);
    covered += result.bootstrap_low_K <= kink_K && kink_K <= result.bootstrap_high_K;
    EXPECT_NEAR(result.fit.Tg_K, kink_K, 5.0 * result.bootstrap_error_K);
  }
  // 68 % expected; binomial error 3 %, and a bootstrap of few blocks is a little narrow.
  EXPECT_GE(covered, 150);
  EXPECT_LE(covered, 190);
}

TEST(GlassTransitionTest, ReplicasNarrowTheError) {
  std::vector<QuenchCurve> replicas;
  for (int r = 0; r < 8; ++r) replicas.push_back(curve(kinked, 2e-3, r, 400));
  const auto one = estimate_glass_transition({replicas[0]}, {});
  const auto eight = estimate_glass_transition(replicas, {});
  EXPECT_EQ(eight.replicas, 8);
  EXPECT_NEAR(one.bootstrap_error_K / eight.bootstrap_error_K, std::sqrt(8.0), 1.4);
}

TEST(GlassTransitionTest, ScatterTellsASharpKinkFromARoundedOne) {
  const auto sharp = estimate_glass_transition({curve(kinked, 2e-4)}, {});
  const auto soft = estimate_glass_transition({curve(rounded, 2e-4)}, {});
  ASSERT_TRUE(sharp.fit.found && soft.fit.found);
  EXPECT_LT(sharp.scatter_high_K - sharp.scatter_low_K, 20.0);
  EXPECT_GT(soft.scatter_high_K - soft.scatter_low_K, 100.0);
  EXPECT_GT(soft.scatter_deviation_K, 5.0 * sharp.scatter_deviation_K);
}

TEST(GlassTransitionTest, SaysWhyThereIsNoTg) {
  const auto straight = fit_two_lines({curve([](double t) { return -4.8 + 3e-4 * t; }, 0.0)}, {});
  EXPECT_FALSE(straight.found);
  // A crystal melts the other way round: no slope increase.
  const auto inverted = fit_two_lines({curve([](double t) { return -kinked(t); }, 0.0)}, {});
  EXPECT_FALSE(inverted.found);
  EXPECT_NE(inverted.reason.find("slope"), std::string::npos);
  auto cut_off = curve(kinked, 0.0);
  const auto keep = std::find_if(cut_off.temperature_K.begin(), cut_off.temperature_K.end(),
                                 [](double t) { return t < 720.0; }) -
                    cut_off.temperature_K.begin();
  cut_off.temperature_K.resize(keep);
  cut_off.value.resize(keep);
  const auto no_glass = fit_two_lines({cut_off}, {});
  EXPECT_FALSE(no_glass.found);
  EXPECT_NE(no_glass.reason.find("at 720 K"), std::string::npos) << no_glass.reason;
  EXPECT_NE(no_glass.reason.find("glass line"), std::string::npos) << no_glass.reason;
}

// The hull by hand, on the noisiest of the curves above and on a rounded one.
TEST(GlassTransitionTest, RangeHoldsBootstrapAndWindows) {
  for (const auto& one : {curve(kinked, 2e-2, 3, 400), curve(rounded, 2e-3, 3, 400)}) {
    const auto result = estimate_glass_transition({one}, {});
    ASSERT_TRUE(result.fit.found) << result.fit.reason;
    EXPECT_EQ(result.low_K, std::min({result.fit.flips_low_K, result.bootstrap_low_K, result.scatter_low_K}));
    EXPECT_EQ(result.high_K, std::max({result.fit.flips_high_K, result.bootstrap_high_K, result.scatter_high_K}));
    EXPECT_GE(result.fit.Tg_K, result.low_K);
    EXPECT_LE(result.fit.Tg_K, result.high_K);
  }
}

// Truth: a result is at rest if its windows are the given fractions of it. Noisy curves of few rows have none at times; then the
// windows of the last round belong to another temperature, and the flips must hold the result.
TEST(GlassTransitionTest, TellsWhereItFindsNoRest) {
  int restless = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const auto fit = fit_two_lines({curve(rounded, 8e-3, trial, 60)}, {});
    if (!fit.found) continue;
    const double window_Tg = fit.glass_high_K / 0.85;
    EXPECT_EQ(fit.converged, std::abs(window_Tg - fit.Tg_K) < 0.5) << trial;
    EXPECT_LE(fit.flips_low_K, fit.Tg_K);
    EXPECT_GE(fit.flips_high_K, fit.Tg_K);
    EXPECT_EQ(fit.converged, fit.flips_low_K == fit.flips_high_K) << trial;
    restless += !fit.converged;
  }
  EXPECT_GT(restless, 0);
}

TEST(GlassTransitionTest, SameSeedSameInterval) {
  const std::vector<QuenchCurve> replicas{curve(kinked, 2e-3)};
  const auto a = estimate_glass_transition(replicas, {}), b = estimate_glass_transition(replicas, {});
  EXPECT_EQ(a.bootstrap_low_K, b.bootstrap_low_K);
  EXPECT_EQ(a.bootstrap_high_K, b.bootstrap_high_K);
}

}  // namespace
}  // namespace patina
