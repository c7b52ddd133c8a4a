// SPDX-License-Identifier: BSD-3-Clause
// Fits of g2 of one shell. The truth is the decay that was written down.
#include "analysis/g2_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace patina {
namespace {

SpeckleRecord record_of(double contrast, double tau, double exponent) {
  SpeckleRecord record;
  record.unit = "frames";
  record.pixels = 1e4;
  record.frames = 1000;
  for (int lag = 1; lag < 400; ++lag) {
    record.g2.lag.push_back(lag);
    record.g2.excess.push_back(contrast * std::exp(-2.0 * std::pow(lag / tau, exponent)));
    record.g2.sigma.push_back(std::nan(""));
    record.g2.averaged.push_back(1);
  }
  return record;
}

TEST(G2FitTest, AnExactDecayIsFoundAgain) {
  const G2Fit fit = fit_g2(record_of(0.2, 20.0, 0.8));
  ASSERT_EQ(fit.simple.status, KwwStatus::fitted) << fit.simple.reason;
  EXPECT_NEAR(fit.simple.amplitude.value, 0.2, 1e-4);
  EXPECT_NEAR(fit.simple.tau_ps.value, 20.0, 0.01);
  EXPECT_NEAR(fit.simple.kww_exponent.value, 0.8, 1e-3);
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
