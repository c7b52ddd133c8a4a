// SPDX-License-Identifier: BSD-3-Clause
// Fits of g2 of one shell. The truth is the decay that was written down.
#include "analysis/g2_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace patina {
namespace {

SpeckleRecord empty_record() {
  SpeckleRecord record;
  record.unit = "frames";
  record.pixels = 1e4;
  return record;
}

void add(SpeckleRecord& record, const LagChannel& channel, double excess) {
  record.g2.lag.push_back(static_cast<double>(channel.lag));
  record.g2.excess.push_back(excess);
  record.g2.sigma.push_back(std::nan(""));
  record.g2.channels.push_back(channel);
}

double decay(double contrast, double tau, double exponent, double lag) { return contrast * std::exp(-2.0 * std::pow(lag / tau, exponent)); }

// Means over all lags of ranges that grow by a third, as synth.h5 has them; or the pairs of frames of two means over 2^l frames, 8 channels a level.
SpeckleRecord averaged_record(bool ranges, int frames, double contrast, double tau, double exponent) {
  SpeckleRecord record = empty_record();
  record.frames = frames;
  for (int first = 1, last; ranges && first < frames / 2; first = last + 1) {
    last = first + (first - 1) / 3;
    double sum = 0.0;
    for (int lag = first; lag <= last; ++lag) sum += decay(contrast, tau, exponent, lag);
    add(record, {static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(first) * last))), 1, first, last}, sum / (last - first + 1));
  }
  for (int m = 1; !ranges && 16 * m < frames; m *= 2)
    for (int k = m == 1 ? 1 : 5; k <= 8; ++k) {
      double sum = 0.0;
      for (int a = 0; a < m; ++a)
        for (int b = 0; b < m; ++b) sum += decay(contrast, tau, exponent, k * m + b - a);
      add(record, {std::int64_t{k} * m, m}, sum / m / m);
    }
  return record;
}

SpeckleRecord record_of(double contrast, double tau, double exponent) {
  SpeckleRecord record = empty_record();
  record.frames = 1000;
  for (int lag = 1; lag < 400; ++lag) add(record, {lag}, decay(contrast, tau, exponent, lag));
  return record;
}

TEST(G2FitTest, AnExactDecayIsFoundAgain) {
  const G2Fit fit = fit_g2(record_of(0.2, 20.0, 0.8));
  ASSERT_EQ(fit.simple.status, KwwStatus::fitted) << fit.simple.reason;
  EXPECT_NEAR(fit.simple.amplitude.value, 0.2, 1e-4);
  EXPECT_NEAR(fit.simple.tau_ps.value, 20.0, 0.01);
  EXPECT_NEAR(fit.simple.kww_exponent.value, 0.8, 1e-3);
}

// 1000 frames: ranges, and levels, of more lags than the model takes one by one.
TEST(G2FitTest, ChannelsThatAverageAreFittedByTheMeanOfTheDecay) {
  for (const bool ranges : {true, false})
    for (const auto& [frames, tau] : {std::pair{400, 40.0}, std::pair{1000, 100.0}}) {
      const G2Fit fit = fit_g2(averaged_record(ranges, frames, 1.0, tau, 1.5));
      ASSERT_EQ(fit.simple.status, KwwStatus::fitted) << fit.simple.reason;
      EXPECT_NEAR(fit.simple.amplitude.value, 1.0, 1e-3) << ranges << " " << frames;
      EXPECT_NEAR(fit.simple.tau_ps.value, tau, 1e-3 * tau) << ranges << " " << frames;
      EXPECT_NEAR(fit.simple.kww_exponent.value, 1.5, 1e-3 * 1.5) << ranges << " " << frames;
      EXPECT_TRUE(fit.simple.warnings.empty()) << fit.simple.warnings[0];
    }
}

// A static part, (f + s)^2 of the speckles' contrast: g2 ends on a plateau, which 10^4 pixels tell from any one decay.
TEST(G2FitTest, WhatNoStretchedExponentialDescribesIsSaid) {
  SpeckleRecord record = record_of(0.2, 20.0, 1.0);
  for (std::size_t k = 0; k < record.g2.lag.size(); ++k) record.g2.excess[k] = 0.2 * std::pow(0.7 * std::exp(-record.g2.lag[k] / 20.0) + 0.3, 2);
  const G2Fit fit = fit_g2(record);
  ASSERT_EQ(fit.simple.status, KwwStatus::fitted) << fit.simple.reason;
  ASSERT_FALSE(fit.simple.warnings.empty());
  EXPECT_NE(fit.simple.warnings.back().find("no stretched exponential describes g2"), std::string::npos) << fit.simple.warnings.back();
}

// Speckles that hardly change: all lags have the same errors, and their covariance is singular to rounding.
TEST(G2FitTest, ADecayFarBeyondTheLagsIsRefusedInTheRecordsUnit) {
  for (const double tau : {1e4, 1e7, 1e12}) {
    const G2Fit fit = fit_g2(record_of(0.2, tau, 1.0));
    EXPECT_EQ(fit.simple.status, KwwStatus::refused) << tau;
    EXPECT_NE(fit.simple.reason.find("frames"), std::string::npos) << fit.simple.reason;
    EXPECT_EQ(fit.simple.reason.find(" ps"), std::string::npos) << fit.simple.reason;
  }
}

}  // namespace
}  // namespace patina
