// SPDX-License-Identifier: BSD-3-Clause
// Truth: series of ln tau written down here with normal noise of 0.05, and for the search itself the best of all ways to cut.
#include "analysis/change_points.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>

#include "random_numbers.hpp"

namespace patina {
namespace {

constexpr int blocks = 100, trials = 100;
constexpr double noise = 0.05;

RateSeries series_of(const std::function<double(double)>& log_tau, int trial, int count = blocks) {
  RateSeries series;
  series.log_tau.resize(count);
  series.sigma = Eigen::VectorXd::Constant(count, noise);
  for (int k = 0; k < count; ++k) {
    const double t = (k + 0.5) * 10.0;
    series.time.push_back(t);
    series.log_tau[k] = log_tau(t) + noise * random_block(11, Stream::test, static_cast<std::uint64_t>(trial), static_cast<std::uint64_t>(k)).normal(0);
  }
  return series;
}

double chi_squared(const RateSeries& series, const std::vector<SegmentChange>& cuts, SegmentShape shape) {
  double sum = 0.0;
  int begin = 0;
  for (std::size_t c = 0; c <= cuts.size(); ++c) {
    const int end = c < cuts.size() ? cuts[c].end : static_cast<int>(series.time.size());
    Eigen::MatrixXd design(end - begin, shape == SegmentShape::level ? 1 : 2);
    for (int i = begin; i < end; ++i) {
      design(i - begin, 0) = 1.0;
      if (shape == SegmentShape::line) design(i - begin, 1) = series.time[static_cast<std::size_t>(i)] / 100.0;
    }
    const Eigen::VectorXd y = series.log_tau.segment(begin, end - begin);
    sum += (y - design * (design.transpose() * design).inverse() * design.transpose() * y).squaredNorm() / (noise * noise);
    if (c < cuts.size()) begin = cuts[c].begin;
  }
  return sum;
}

// All cuts into up to three segments of at least three values, with and without a value of its own between them.
std::vector<SegmentChange> best_cuts(const RateSeries& series, SegmentShape shape) {
  const int n = static_cast<int>(series.time.size());
  const double price = 2.0 * (shape == SegmentShape::level ? 2.0 : 3.0) * std::log(n);
  double least = chi_squared(series, {}, shape);
  std::vector<SegmentChange> best;
  const auto consider = [&](const std::vector<SegmentChange>& cuts) {
    double cost = chi_squared(series, cuts, shape) + price * static_cast<double>(cuts.size());
    for (const auto& cut : cuts) cost += cut.has_transition() ? 2.0 * std::log(n) : 0.0;
    if (cost < least) {
      least = cost;
      best = cuts;
    }
  };
  for (int a = 3; a + 3 <= n; ++a)
    for (int after_a = a; after_a <= a + 1 && after_a + 3 <= n; ++after_a) {
      consider({{a, after_a}});
      for (int b = after_a + 3; b + 3 <= n; ++b)
        for (int after_b = b; after_b <= b + 1 && after_b + 3 <= n; ++after_b) consider({{a, after_a}, {b, after_b}});
    }
  return best;
}

TEST(PeltTest, FindsTheBestOfAllCuts) {
  const auto slow_fast_slow = [](double t) { return t < 100.0 ? 4.0 : t < 110.0 ? 3.2 : t < 190.0 ? 2.5 : 4.2; };
  for (int trial = 0; trial < 10; ++trial)
    for (const SegmentShape shape : {SegmentShape::level, SegmentShape::line}) {
      const RateSeries series = series_of(slow_fast_slow, trial, 26);
      EXPECT_EQ(pelt(series, shape), best_cuts(series, shape)) << trial;
    }
}

// A step by 1.2 and by its inverse is found in 90 % of records, within 2 % of their length.
TEST(RegimesTest, StepsAreFoundWhereTheyAre) {
  for (const double ratio : {1.2, 1.0 / 1.2}) {
    int found = 0, near = 0, covered_68 = 0;
    for (int trial = 0; trial < trials; ++trial) {
      const double at = 300.0 + 4.0 * trial;
      const RegimeVerdict verdict = find_regimes(series_of([&](double t) { return t < at ? 5.0 : 5.0 + std::log(ratio); }, trial));
      if (verdict.changes.size() != 1) continue;
      ++found;
      near += std::abs(verdict.changes[0].time - at) <= 0.02 * 10.0 * blocks;
      covered_68 += verdict.changes[0].lower_68 <= at && at <= verdict.changes[0].upper_68;
      EXPECT_NEAR(verdict.changes[0].log_ratio, std::log(ratio), 6.0 * verdict.changes[0].log_ratio_error);
    }
    EXPECT_GE(found, 0.9 * trials);
    EXPECT_GE(near, 0.95 * found);
    EXPECT_GE(covered_68, 0.54 * found);  // places are whole blocks: no less than 68 %, less three standard errors
  }
}

// A sudden change at any phase of a block, whose own rate is the mean of both over the block, is one change with the ratio of both sides.
TEST(RegimesTest, SuddenChangesAtAnyPhaseOfABlockAreOneChange) {
  for (const double ratio : {1.0 / 3.0, 3.0, 6.0})
    for (int phase = 0; phase < 20; ++phase) {
      const double at = 500.0 + 0.5 * phase;
      const auto log_tau = [&](double t) {
        const double after = std::clamp((t + 5.0 - at) / 10.0, 0.0, 1.0);
        return 3.0 - std::log(1.0 - after + after / ratio);
      };
      const RegimeVerdict verdict = find_regimes(series_of(log_tau, phase));
      ASSERT_EQ(verdict.changes.size(), 1u) << ratio << " at " << at << ": " << verdict.text;
      const ChangePoint& change = verdict.changes[0];
      EXPECT_NEAR(change.time, at, 0.02 * 10.0 * blocks);
      EXPECT_LE(change.lower_95, at);
      EXPECT_GE(change.upper_95, at);
      EXPECT_NEAR(change.log_ratio, std::log(ratio), 3.0 * change.log_ratio_error) << ratio << " at " << at;
    }
}

// One block with a burst of rate, six standard errors high, is not the transition of a change: the rate is the same before and after.
TEST(RegimesTest, ABurstWithinABlockIsNoTransition) {
  int single = 0;
  for (int trial = 0; trial < trials; ++trial) single += find_regimes(series_of([](double t) { return std::abs(t - 505.0) < 1.0 ? 4.7 : 5.0; }, trial)).changes.size() == 1;
  EXPECT_LE(single, 0.05 * trials);
}

// A rate that is faster for five blocks and then as before is told as one burst with its place and size; one that ends elsewhere, and a rest, are changes.
// A value on neither side's rate draws the change to it, if a transition there need not lie between both. Truth: the step.
TEST(RegimesTest, AnIntervalHoldsItsPlace) {
  RateSeries series = series_of([](double) { return 0.0; }, 0, 60);
  for (int k = 0; k < 60; ++k) series.log_tau[k] = k < 30 ? 0.0 : 3.0 * noise;
  series.log_tau[34] -= 7.2 * noise;
  const RegimeVerdict verdict = find_regimes(series);
  ASSERT_EQ(verdict.changes.size(), 1u) << verdict.text;
  EXPECT_EQ(verdict.changes[0].time, 300.0);
  EXPECT_LE(verdict.changes[0].lower_68, 300.0);
  EXPECT_GE(verdict.changes[0].upper_68, 300.0);
}

TEST(RegimesTest, ABurstOfSomeBlocksIsToldAsOne) {
  int found = 0, covered = 0, elsewhere = 0, rests = 0, steps = 0;
  for (int trial = 0; trial < 100; ++trial) {
    const RegimeVerdict burst = find_regimes(series_of([](double t) { return t > 400.0 && t < 450.0 ? 4.5 : 5.0; }, trial));
    if (burst.bursts.size() == 1 && burst.changes.size() == 2 && std::abs(burst.bursts[0].from - 400.0) <= 10.0 && std::abs(burst.bursts[0].to - 450.0) <= 10.0) {
      ++found;
      covered += std::abs(burst.bursts[0].log_ratio + 0.5) <= burst.bursts[0].log_ratio_error;
      EXPECT_NE(burst.text.find("no change of regime; a burst from"), std::string::npos) << burst.text;
    }
    elsewhere += static_cast<int>(find_regimes(series_of([](double t) { return t < 400.0 ? 5.0 : t < 450.0 ? 4.5 : 5.3; }, trial)).bursts.size());
    rests += static_cast<int>(find_regimes(series_of([](double t) { return t > 400.0 && t < 450.0 ? 5.5 : 5.0; }, trial)).bursts.size());
    steps += static_cast<int>(find_regimes(series_of([](double t) { return t < 400.0 ? 5.0 : 4.5; }, trial)).bursts.size());
  }
  EXPECT_GE(found, 90);
  EXPECT_NEAR(covered / static_cast<double>(found), 0.683, 0.14);  // three standard errors of 100
  EXPECT_EQ(elsewhere, 0);
  EXPECT_EQ(rests, 0);
  EXPECT_EQ(steps, 0);
}

// A change within a few blocks is one change too; a step on a ramp is one change.
TEST(RegimesTest, StepsThatTakeAWhileAndStepsOnRampsAreOneChange) {
  int gradual = 0, on_ramp = 0;
  for (int trial = 0; trial < 100; ++trial) {
    gradual += find_regimes(series_of([](double t) { return -std::log(std::exp(-5.0) + (std::exp(-5.4) - std::exp(-5.0)) / (1.0 + std::exp(-(t - 500.0) / 5.0))); }, trial)).changes.size() == 1;
    on_ramp += find_regimes(series_of([](double t) { return 5.0 + t / 1500.0 + (t < 600.0 ? 0.0 : 0.4); }, trial)).changes.size() == 1;
  }
  EXPECT_GE(gradual, 90);
  EXPECT_GE(on_ramp, 90);
}

// Nothing and smooth ageing of each kind: no more than 5 % of records are split, of all kinds together; of one kind no more than three standard errors
// above that (15 % of 40).
TEST(RegimesTest, SmoothAgeingIsNotSplitIntoSteps) {
  const std::pair<const char*, std::function<double(double)>> smooth[] = {
      {"stationary", [](double) { return 5.0; }},
      {"exponential", [](double t) { return 4.0 + t / 400.0; }},
      {"plateau", [](double t) { return 4.0 + std::min(t, 500.0) / 300.0; }},
      {"full ageing", [](double t) { return 3.0 + std::log1p(t / 50.0); }},
      {"logarithmic", [](double t) { return 3.0 + std::log1p(0.5 * std::log1p(t / 20.0)); }},
      {"anti-ageing", [](double t) { return 6.0 - t / 500.0; }},
      {"a gentle wave", [](double t) { return 5.0 + 0.2 * std::sin(t / 160.0); }}};
  constexpr int of_each = 40;
  int all = 0;
  for (const auto& [name, law] : smooth) {
    int alarms = 0;
    for (int trial = 0; trial < of_each; ++trial) alarms += !find_regimes(series_of(law, trial)).changes.empty();
    EXPECT_LE(alarms, 0.15 * of_each) << name;
    all += alarms;
  }
  EXPECT_LE(all, 0.05 * of_each * std::size(smooth));
}

TEST(RegimesTest, TooFewBlocksAreNotJudged) {
  const RegimeVerdict verdict = find_regimes(series_of([](double) { return 5.0; }, 1, 8));
  EXPECT_FALSE(verdict.judged);
  EXPECT_NE(verdict.reason.find("8 blocks"), std::string::npos);
}

}  // namespace
}  // namespace patina
