// SPDX-License-Identifier: BSD-3-Clause
// Truth: what beamline's speckles were made with.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/record_analysis.hpp"
#include "synthetic_record.hpp"

namespace patina {
namespace {

// Deviations over errors of 8 records: their squares add up to chi^2 of 8, which is below 26.1 with a chance of 0.999.
TEST(RecordAnalysisTest, ErrorsOfTheRatioOfRegimesHold) {
  test::SyntheticRecord truth;
  truth.frames = 240;
  truth.pixels = 4096;
  truth.kww_exponent = 0.7;
  truth.clock = RegimesClock{6.0, 36.0, 120.0, 0.0};
  double squares = 0.0, sum = 0.0;
  constexpr int records = 8;
  for (int r = 1; r <= records; ++r) {
    const RecordAnalysis found = analyse_record(test::make_record(truth, r));
    ASSERT_EQ(found.regimes.changes.size(), 1u) << found.regimes.text;
    const auto& change = found.regimes.changes[0];
    const double off = (change.log_ratio - std::log(6.0)) / change.log_ratio_error;
    squares += off * off;
    sum += off;
  }
  EXPECT_LT(squares, 26.1);
  EXPECT_LT(std::abs(sum), 3.0 * std::sqrt(records));
}

// 32 pixels in each of four parts that are normalised by themselves: g2 and C of a contrast of 1 are too low by 2 / 32 or so, three of their errors.
TEST(RecordAnalysisTest, FewPixelsDoNotBiasFitsOfG2AndOfTheClock) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{4.0};
  truth.frames = 256;
  truth.pixels = 128;
  truth.parts = 4;
  double of_g2 = 0.0, of_clock = 0.0;
  constexpr int records = 12;
  for (int r = 1; r <= records; ++r) {
    const SpeckleRecord record = test::make_record(truth, r);
    const KwwFit g2 = fit_g2(record, 1.0).simple;
    ASSERT_EQ(g2.status, KwwStatus::fitted) << g2.reason;
    of_g2 += (g2.amplitude.value - 1.0) / g2.amplitude.error;
    const ClockFit clock = fit_clock(record);
    ASSERT_TRUE(clock.found) << clock.reason;
    of_clock += (clock.contrast().value - 1.0) / clock.contrast().error;
  }
  EXPECT_LT(std::abs(of_g2 / records), 3.0 / std::sqrt(records));
  EXPECT_LT(std::abs(of_clock / records), 3.0 / std::sqrt(records));
}

// g2 as a table without the number of its frames, errors of 20 blocks of pixels: of 40 records 68 % of the intervals hold tau, less three standard errors
// of that count. With lags as independent some 20 % do.
TEST(RecordAnalysisTest, TablesOfG2HaveACovarianceToo) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{6.0};
  truth.frames = 256;
  truth.blocks = 20;
  truth.table = true;
  int held = 0;
  constexpr int records = 40;
  for (int r = 1; r <= records; ++r) {
    const G2Fit fit = fit_g2(test::make_record(truth, r));
    ASSERT_EQ(fit.simple.status, KwwStatus::fitted) << fit.simple.reason;
    EXPECT_GT(fit.frames_from_errors, 128);
    EXPECT_GT(fit.data.covariance.size(), 0);
    held += fit.simple.tau_ps.lower <= 6.0 && 6.0 <= fit.simple.tau_ps.upper;
  }
  EXPECT_GE(held, 18);
}

}  // namespace
}  // namespace patina
