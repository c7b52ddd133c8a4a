// SPDX-License-Identifier: BSD-3-Clause
// Truth: speckles of beamline's clocks, even ones and some that jump at known times. The two floors of chi_T, one of formulas and one of drawn
// speckles, are each other's truth; what even samples reach lies below both, because the clock fit follows a part of their fluctuations.
#include "analysis/intermittency.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "synthetic_record.hpp"

namespace patina {
namespace {

TEST(IntermittencyTest, EvenDynamicsStayBelowTheFloorAndHaveNoEvents) {
  for (const double photons : {0.0, 0.5}) {
    test::SyntheticRecord truth;
    truth.pixels = 2048;
    truth.photons = photons;
    truth.clock = AgeingClock{8.0, 100.0, std::nullopt};
    int above = 0, events = 0;
    constexpr int records = 6;
    double ratio = 0.0, floors = 0.0, count = 0.0;
    for (int r = 0; r < records; ++r) {
      const SpeckleRecord record = test::make_record(truth, r + 1);
      const Intermittency found = judge_intermittency(record, fit_clock(record), static_cast<std::uint64_t>(r) + 1);
      ASSERT_TRUE(found.judged) << found.reason;
      above += found.above_floor;
      events += static_cast<int>(found.events.size());
      for (const auto& chi : found.chi_T) {
        ratio += chi.value / chi.floor_closed;
        floors += chi.floor_drawn / chi.floor_closed;
        count += 1.0;
      }
    }
    EXPECT_LE(above, 1);   // 1 % each
    EXPECT_LE(events, 1);  // 128 places x 3.4e-6 each
    EXPECT_LT(ratio / count, 1.05);
    EXPECT_GT(ratio / count, 0.5);
    EXPECT_NEAR(floors / count, 1.0, 0.08);
  }
}

TEST(IntermittencyTest, JumpsAreFoundWhereTheyAre) {
  test::SyntheticRecord truth;
  truth.pixels = 8192;
  truth.clock = EventsClock{40.0, {30.5, 61.5, 95.5}, {0.5, 0.6, 0.5}};
  int found_there = 0, elsewhere = 0;
  for (int r = 0; r < 4; ++r) {
    const SpeckleRecord record = test::make_record(truth, r + 1);
    const ClockFit fit = fit_clock(record);
    ASSERT_TRUE(fit.found) << fit.reason;
    for (const auto& event : judge_intermittency(record, fit).events) (event.time == 31.0 || event.time == 62.0 || event.time == 96.0 ? found_there : elsewhere) += 1;
  }
  EXPECT_GE(found_there, 10);  // of 12
  EXPECT_LE(elsewhere, 4);  // one a record: the smooth clock bends at its ends because it cannot follow the jumps
}

}  // namespace
}  // namespace patina
