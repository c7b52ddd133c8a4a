// SPDX-License-Identifier: BSD-3-Clause
// Shells are other pixels, so their chi^2 add up. g2, C and snapshots of one data set are of the same pixels: three tests, not one.
#include <cmath>

#include "analysis/chi_squared.hpp"
#include "score/score.hpp"

namespace patina {
namespace {

constexpr double significance = 0.01;

void add(NullTest& test, double chi_squared, int degrees_of_freedom) {
  test.chi_squared += chi_squared;
  test.degrees_of_freedom += degrees_of_freedom;
}

}  // namespace

std::string NullTest::verdict() const {
  if (probability < significance) return "more than noise explains";
  if (probability > 1.0 - 0.1 * significance) return "closer to the truth than noise allows";
  return "compatible with noise";
}

std::vector<NullTest> null_tests(const Score& score) {
  NullTest g2{"g2"}, two_time{"two_time"}, snapshots{"snapshots"};
  for (const G2Score& one : score.g2) add(g2, one.grades.with_covariance.chi_squared, one.grades.with_covariance.degrees_of_freedom);
  for (const TwoTimeScore& one : score.two_time) add(two_time, one.grades.with_covariance.chi_squared, one.grades.with_covariance.degrees_of_freedom);
  for (const SnapshotScore& one : score.snapshots) add(snapshots, one.chi_squared, one.degrees_of_freedom);
  std::vector<NullTest> tests;
  for (NullTest* test : {&g2, &two_time, &snapshots}) {
    if (test->degrees_of_freedom == 0 || !std::isfinite(test->chi_squared)) continue;
    test->probability = chi_squared_probability(test->chi_squared, test->degrees_of_freedom);
    tests.push_back(*test);
  }
  return tests;
}

}  // namespace patina
