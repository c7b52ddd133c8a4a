// SPDX-License-Identifier: BSD-3-Clause
// Truth: beamline's speckles of one clock, whose probabilities must be even between 0 and 1, and of two processes of which one ages and one
// does not, so that C is a function of no material time.
#include "analysis/clock_tests.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "synthetic_record.hpp"

namespace patina {
namespace {

test::SyntheticRecord ageing() {
  test::SyntheticRecord truth;
  truth.frames = 96;
  truth.pixels = 2048;
  truth.clock = AgeingClock{6.0, 45.0, std::nullopt};
  truth.kww_exponent = 1.3;
  return truth;
}

ClockTests tests_of(const test::SyntheticRecord& truth, int seed) {
  const SpeckleRecord record = test::make_record(truth, seed);
  return test_clock(record, fit_clock(record, {0, {}, static_cast<std::uint64_t>(seed)}), static_cast<std::uint64_t>(seed));
}

// Of 50 even numbers the mean is 0.5 +- 0.041, and 5 +- 2.1 lie below 0.1.
TEST(ClockTestsTest, ProbabilitiesOfOneClockAreEven) {
  constexpr int runs = 50;
  for (const double photons : {0.0, 0.5}) {
    test::SyntheticRecord truth = ageing();
    truth.photons = photons;
    double material_time = 0.0, triangles = 0.0;
    int unlikely = 0, unlikely_triangles = 0, alarms = 0;
    for (int run = 1; run <= runs; ++run) {
      const ClockTests tests = tests_of(truth, run);
      ASSERT_TRUE(tests.judged) << tests.reason;
      material_time += tests.material_time.probability / runs;
      triangles += tests.triangles.probability / runs;
      unlikely += tests.material_time.probability < 0.1;
      unlikely_triangles += tests.triangles.probability < 0.1;
      alarms += !tests.one_clock;
    }
    std::printf("photons %g: mean probability %.3f and %.3f, %d and %d below 0.1, %d alarms\n", photons, material_time, triangles, unlikely, unlikely_triangles, alarms);
    EXPECT_NEAR(material_time, 0.5, 0.13) << photons;
    EXPECT_NEAR(triangles, 0.5, 0.13) << photons;
    EXPECT_LE(unlikely, 12) << photons;
    EXPECT_LE(unlikely_triangles, 12) << photons;
    EXPECT_LE(alarms, 3) << photons;
  }
}

TEST(ClockTestsTest, TwoProcessesHaveNoOneClock) {
  test::SyntheticRecord truth = ageing();
  truth.pixels = 8192;
  truth.clock = AgeingClock{3.0, 20.0, std::nullopt};
  truth.kww_exponent = 1.0;
  truth.fast_share = 0.4;  // of the field, stationary
  truth.fast_tau = 30.0;
  constexpr int runs = 10;
  int found = 0;
  for (int run = 1; run <= runs; ++run) {
    const ClockTests tests = tests_of(truth, run);
    found += tests.judged && !tests.one_clock;
    std::printf("%s\n", tests.text.c_str());
  }
  EXPECT_GE(found, 9);
}

TEST(ClockTestsTest, WithoutAFitThereIsNoTest) {
  test::SyntheticRecord truth;
  truth.clock = StationaryClock{400.0};
  const ClockTests tests = tests_of(truth, 1);
  EXPECT_FALSE(tests.judged);
  EXPECT_NE(tests.reason.find("over the whole record"), std::string::npos) << tests.reason;
}

}  // namespace
}  // namespace patina
