// SPDX-License-Identifier: BSD-3-Clause
// chi_T stands on its floor where dynamics are even, and above it by what a jumping clock adds where they are not. Truth: records of
// beamline's speckles, many of them; the same clock without noise.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "analysis/intermittency.hpp"
#include "synthetic_record.hpp"

namespace patina {
namespace {

constexpr int records = 60;

struct Sums {
  double sum = 0.0, squares = 0.0;
  void add(double value) {
    sum += value;
    squares += value * value;
  }
  double mean() const { return sum / records; }
  double error() const { return std::sqrt((squares / records - mean() * mean()) / (records - 1)); }
};

// Of each record one number, the mean over lags: lags share their noise.
void expect_floor(const test::SyntheticRecord& truth) {
  Sums ratios;
  int above = 0;
  for (int r = 0; r < records; ++r) {
    const SpeckleRecord record = test::make_record(truth, r + 1);
    const Intermittency found = judge_intermittency(record, fit_clock(record), static_cast<std::uint64_t>(r) + 1);
    ASSERT_TRUE(found.judged) << found.reason;
    above += found.above_floor;
    double ratio = 0.0;
    for (const auto& chi : found.chi_T) ratio += chi.value / chi.floor_closed / static_cast<double>(found.chi_T.size());
    ratios.add(ratio);
    EXPECT_TRUE(found.events.empty());
  }
  EXPECT_NEAR(ratios.mean(), 1.0, 3.0 * ratios.error());
  EXPECT_NEAR(ratios.mean(), 1.0, 0.1);
  EXPECT_LE(above, 3);  // 1 % of 60; four or more have a probability of 0.3 %
}

TEST(ChiTest, StationaryRecordsStandOnTheFloor) {
  test::SyntheticRecord truth;
  truth.pixels = 2048;
  truth.clock = StationaryClock{8.0};
  expect_floor(truth);
}

TEST(ChiTest, AgeingRecordsStandOnTheFloor) {
  test::SyntheticRecord truth;
  truth.pixels = 2048;
  truth.clock = AgeingClock{8.0, 100.0, std::nullopt};
  expect_floor(truth);
}

TEST(ChiTest, CountedRecordsStandOnTheFloor) {
  test::SyntheticRecord truth;
  truth.pixels = 2048;
  truth.clock = AgeingClock{8.0, 100.0, std::nullopt};
  truth.photons = 0.5;
  truth.contrast = 0.3;
  expect_floor(truth);
}

// What the jumps add is the chi_T of their clock without noise, about a fit of the same form. Where that is eight standard deviations of
// what even dynamics scatter, it must be told from them: four are needed, and what it scatters itself is twice as much at most.
TEST(ChiTest, JumpsStandAboveItByWhatTheyAdd) {
  test::SyntheticRecord truth;
  truth.pixels = 2048;
  truth.clock = EventsClock{40.0, {30.5, 61.5, 95.5}, {0.2, 0.22, 0.2}};
  const SpeckleRecord exact = test::exact_record(truth);
  const std::vector<ChiT> expected = judge_intermittency(exact, fit_clock(exact)).chi_T;
  std::vector<Sums> excess(expected.size());
  int above = 0;
  for (int r = 0; r < records; ++r) {
    const SpeckleRecord record = test::make_record(truth, r + 1);
    const Intermittency found = judge_intermittency(record, fit_clock(record), static_cast<std::uint64_t>(r) + 1);
    ASSERT_EQ(found.chi_T.size(), expected.size());
    above += found.above_floor;
    for (std::size_t k = 0; k < expected.size(); ++k) excess[k].add(found.chi_T[k].excess());
  }
  double most = 0.0;
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_NEAR(excess[k].mean(), expected[k].value, 3.5 * excess[k].error()) << "lag " << expected[k].lag;
    most = std::max(most, expected[k].value / expected[k].floor_scatter);
  }
  EXPECT_GT(most, 8.0);
  EXPECT_GE(above, records * 9 / 10);
}

}  // namespace
}  // namespace patina
