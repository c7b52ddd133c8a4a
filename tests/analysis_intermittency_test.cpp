// SPDX-License-Identifier: BSD-3-Clause
// Truth: speckles of beamline's clocks, even ones and some that jump at known times; for the floor of chi_T also its extrapolation to
// infinitely many pixels.
#include "analysis/intermittency.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "synthetic_record.hpp"

namespace patina {
namespace {

TEST(IntermittencyTest, EvenDynamicsStandAtTheFloorAndHaveNoEvents) {
  for (const double photons : {0.0, 0.5}) {
    test::SyntheticRecord truth;
    truth.pixels = 2048;
    truth.photons = photons;
    truth.clock = AgeingClock{8.0, 100.0, std::nullopt};
    int above = 0, events = 0;
    constexpr int records = 20;
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
    EXPECT_LE(above, 2);   // 1 % each
    EXPECT_LE(events, 1);  // 128 places x 3.4e-6 each
    EXPECT_NEAR(ratio / count, 1.0, 0.12);
    EXPECT_NEAR(floors / count, 1.0, 0.08);
  }
}

TEST(IntermittencyTest, JumpsAreFoundWhereTheyAre) {
  test::SyntheticRecord truth;
  truth.pixels = 4096;
  truth.clock = EventsClock{40.0, {30.5, 61.5, 95.5}, {0.3, 0.5, 0.25}};
  truth.frames = 160;
  for (int r = 0; r < 5; ++r) {
    const SpeckleRecord record = test::make_record(truth, r + 1);
    const ClockFit fit = fit_clock(record);
    ASSERT_TRUE(fit.found) << fit.reason;
    const Intermittency found = judge_intermittency(record, fit);
    EXPECT_TRUE(found.above_floor);
    ASSERT_EQ(found.events.size(), 3u) << r;
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(found.events[k].time, std::get<EventsClock>(truth.clock).times_s[k] + 0.5);
    EXPECT_NEAR(found.events[1].advance, jump_of_fraction(0.5), 5.0 * found.events[1].error + 0.05);
  }
}

// chi_T of fewer and more pixels lies on a line in 1 / pixels; its end is what the closed floor leaves over.
TEST(IntermittencyTest, TheFloorTakenOffIsWhatExtrapolationTakesOff) {
  test::SyntheticRecord truth;
  truth.clock = EventsClock{20.0, {40.5, 80.5}, {0.4, 0.4}};
  double value[3] = {}, floor[3] = {};
  const double pixels[3] = {512.0, 1024.0, 4096.0};
  constexpr int records = 30;
  for (int p = 0; p < 3; ++p)
    for (int r = 0; r < records; ++r) {
      truth.pixels = static_cast<int>(pixels[p]);
      const SpeckleRecord record = test::make_record(truth, r + 1);
      ClockFitOptions options;
      options.knots = 5;
      const ChiT chi = judge_intermittency(record, fit_clock(record, options)).chi_T.at(2);
      value[p] += chi.value / records;
      floor[p] += chi.floor_closed / records;
    }
  // Straight through the ends: value = excess + slope / pixels.
  const double slope = (value[0] - value[2]) / (1.0 / pixels[0] - 1.0 / pixels[2]), excess = value[2] - slope / pixels[2];
  EXPECT_NEAR(value[1], excess + slope / pixels[1], 0.1 * value[1]);
  for (int p = 0; p < 3; ++p) EXPECT_NEAR(value[p] - floor[p], excess, 0.15 * value[p]) << pixels[p];
}

}  // namespace
}  // namespace patina
