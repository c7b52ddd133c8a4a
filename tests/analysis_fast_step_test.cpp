// SPDX-License-Identifier: BSD-3-Clause
// Truth: what beamline's speckles were made with, f = (1 - share) exp[-(s2 - s1)^beta] + share exp(-t / fast_tau).
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/fast_step.hpp"
#include "analysis/rate_series.hpp"
#include "synthetic_record.hpp"

namespace patina {
namespace {

test::SyntheticRecord glass() {
  test::SyntheticRecord truth;
  truth.frames = 160;
  truth.pixels = 4096;
  truth.clock = AgeingClock{15.0, 80.0, std::nullopt};
  truth.fast_share = 0.25;
  return truth;
}

// What a step left is (1 - share)^2 of |f|^2. Eight records: means within three of their standard errors.
TEST(FastStepTest, TheClockBeyondItIsFound) {
  const auto truth = glass();
  const Clock clock(truth.clock, {160.0, 1});
  constexpr int records = 8;
  double tau = 0.0, exponent = 0.0, amplitude = 0.0;
  for (int r = 1; r <= records; ++r) {
    const ClockFit fit = fit_clock_beyond_fast_step(test::make_record(truth, r), {0, {}, static_cast<std::uint64_t>(r)});
    ASSERT_TRUE(fit.found) << fit.reason;
    EXPECT_GE(fit.parameters.shortest_lag, 2.0);
    EXPECT_LE(fit.parameters.shortest_lag, 8.0);
    EXPECT_NEAR(fit.parameters.contrast, 1.0, 0.05);
    EXPECT_NEAR(fit.parameters.plateau, 0.5625, 0.06);
    tau += std::log(fit.tau(80.0).value / clock.tau_s(80.0)) / fit.log_tau_error(80.0);
    exponent += (fit.kww_exponent().value - 1.0) / fit.kww_exponent().error;
    amplitude += (fit.amplitude().value - 0.5625) / fit.amplitude().error;
  }
  for (const double deviations : {tau, exponent, amplitude}) EXPECT_LT(std::abs(deviations), 3.0 * std::sqrt(records));
}

// Photons hide what is left of the step at single lags: lags are left out until nothing of it shows, not only until it is below what counts as a step (of
// 24 records amplitudes stood off by 0.9 errors on average then).
TEST(FastStepTest, NothingOfItIsLeftWherePhotonsHideIt) {
  auto truth = glass();
  truth.photons = 0.3;
  constexpr int records = 24;
  double exponent = 0.0, amplitude = 0.0;
  for (int r = 1; r <= records; ++r) {
    const ClockFit fit = fit_clock_beyond_fast_step(test::make_record(truth, 100 + r), {0, {}, static_cast<std::uint64_t>(r)});
    ASSERT_TRUE(fit.found) << fit.reason;
    EXPECT_GE(fit.parameters.shortest_lag, 2.0);
    exponent += (fit.kww_exponent().value - 1.0) / fit.kww_exponent().error;
    amplitude += (fit.amplitude().value - 0.5625) / fit.amplitude().error;
  }
  for (const double deviations : {exponent, amplitude}) EXPECT_LT(std::abs(deviations), 3.0 * std::sqrt(records));
}

// Of a fit of all lags they are a third of the truth, however the clock comes out.
TEST(FastStepTest, BlocksAgreeWithTheClock) {
  const SpeckleRecord record = test::make_record(glass(), 21);
  const ClockFit fit = fit_clock_beyond_fast_step(record);
  ASSERT_TRUE(fit.found);
  const RateSeries series = rate_series(record, fit);
  ASSERT_GE(series.time.size(), 10u) << series.reason;
  double sum = 0.0;
  for (std::size_t k = 0; k < series.time.size(); ++k)
    sum += (series.log_tau[static_cast<Eigen::Index>(k)] - std::log(fit.parameters.time.tau(series.time[k]))) / series.sigma[static_cast<Eigen::Index>(k)];
  EXPECT_LT(std::abs(sum), 3.0 * std::sqrt(static_cast<double>(series.time.size())));
}

// Chance is below 1e-3 a record.
TEST(FastStepTest, WithoutAStepAllLagsAreFitted) {
  for (const double photons : {0.0, 0.3})
    for (const double exponent : {0.6, 1.0, 1.6})
      for (int r = 1; r <= 3; ++r) {
        test::SyntheticRecord truth = glass();
        truth.fast_share = 0.0;
        truth.photons = photons;
        truth.kww_exponent = exponent;
        const ClockFit fit = fit_clock_beyond_fast_step(test::make_record(truth, r), {0, {}, static_cast<std::uint64_t>(r)});
        ASSERT_TRUE(fit.found) << fit.reason;
        EXPECT_EQ(fit.parameters.shortest_lag, 0.0) << photons << " photons, exponent " << exponent << ", record " << r;
        EXPECT_TRUE(fit.warnings.empty());
      }
}

// Two halves that flow apart: their speckles beat, and no lags, however long, make a clock of it.
TEST(FastStepTest, WhatNoClockDescribesIsSaid) {
  SpeckleRecord record = test::exact_record(glass());
  for (Eigen::Index i = 0; i < 160; ++i)
    for (Eigen::Index j = 0; j < 160; ++j) {
      const auto lag = std::abs(static_cast<double>(i - j));
      record.map.correlation(i, j) = 0.8 * std::exp(-lag / 20.0) * (0.8 + 0.2 * std::cos(lag));
    }
  const ClockFit fit = fit_clock_beyond_fast_step(record);
  ASSERT_TRUE(fit.found) << fit.reason;
  EXPECT_EQ(fit.parameters.shortest_lag, 0.0);
  ASSERT_FALSE(fit.warnings.empty());
  EXPECT_NE(fit.warnings.back().find("one clock does not describe"), std::string::npos) << fit.warnings.back();
}

}  // namespace
}  // namespace patina
