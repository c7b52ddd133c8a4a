// SPDX-License-Identifier: BSD-3-Clause
// Truth: speckles of beamline's clocks, even ones and some that jump at known times by known advances.
#include "analysis/intermittency.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "synthetic_record.hpp"

namespace patina {
namespace {

TEST(IntermittencyTest, EvenDynamicsHaveNoEventsAndFloorsAgree) {
  for (const double photons : {0.0, 0.5}) {
    test::SyntheticRecord truth;
    truth.pixels = 2048;
    truth.photons = photons;
    truth.clock = AgeingClock{8.0, 100.0, std::nullopt};
    int above = 0, events = 0;
    double floors = 0.0, count = 0.0;
    for (int r = 0; r < 4; ++r) {
      const SpeckleRecord record = test::make_record(truth, r + 1);
      const Intermittency found = judge_intermittency(record, fit_clock(record), static_cast<std::uint64_t>(r) + 1);
      ASSERT_TRUE(found.judged) << found.reason;
      above += found.above_floor;
      events += static_cast<int>(found.events.size());
      for (const auto& chi : found.chi_T) {
        floors += chi.floor_drawn / chi.floor_closed;
        count += 1.0;
      }
    }
    EXPECT_LE(above, 1);   // 1 % each
    EXPECT_EQ(events, 0);  // 508 places x 3.4e-6
    EXPECT_NEAR(floors / count, 1.0, 0.08);  // 2000 pixels drawn, of long tails
  }
}

// Advances of 0.11 and 0.12 are 7 to 12 of their errors (0.010 to 0.015).
TEST(IntermittencyTest, JumpsAreFoundWhereTheyAre) {
  test::SyntheticRecord truth;
  truth.pixels = 8192;
  truth.clock = EventsClock{40.0, {30.5, 61.5, 95.5}, {0.2, 0.22, 0.2}};
  int found_there = 0, elsewhere = 0;
  double deviations = 0.0;
  for (int r = 0; r < 4; ++r) {
    const SpeckleRecord record = test::make_record(truth, r + 1);
    const ClockFit fit = fit_clock(record);
    ASSERT_TRUE(fit.found) << fit.reason;
    for (const auto& event : judge_intermittency(record, fit).events) {
      const double fraction = event.time == 62.0 ? 0.22 : 0.2;
      const bool there = event.time == 31.0 || event.time == 62.0 || event.time == 96.0;
      (there ? found_there : elsewhere) += 1;
      if (there) deviations += std::pow((event.advance - jump_of_fraction(fraction)) / event.error, 2);
    }
  }
  EXPECT_GE(found_there, 11);  // of 12: 90 %
  EXPECT_LE(elsewhere, 1);     // 508 places x 3.4e-6, and neighbours of a jump
  EXPECT_LT(deviations / found_there, 2.6);  // chi^2 of 12: 0.1 % beyond 32.9 / 12
}

// A clock without these jumps bends at the ends of the record; with them in it there is nothing to be found there.
TEST(IntermittencyTest, EndsOfARecordThatJumpsFeignNoEvents) {
  test::SyntheticRecord truth;
  truth.pixels = 8192;
  truth.clock = EventsClock{40.0, {30.5, 61.5, 95.5}, {0.5, 0.6, 0.5}};
  int elsewhere = 0, there = 0;
  for (int r = 0; r < 4; ++r) {
    const SpeckleRecord record = test::make_record(truth, r + 11);
    for (const auto& event : judge_intermittency(record, fit_clock(record)).events) (event.time == 31.0 || event.time == 62.0 || event.time == 96.0 ? there : elsewhere) += 1;
  }
  EXPECT_EQ(there, 12);
  EXPECT_LE(elsewhere, 1);
}

}  // namespace
}  // namespace patina
