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

}  // namespace
}  // namespace patina
