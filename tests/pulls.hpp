// SPDX-License-Identifier: BSD-3-Clause
// What many draws found against the truth: how often their 68 % intervals hold it, and by how many errors they are off in the mean.
#pragma once

#include <gtest/gtest.h>

#include <cmath>

namespace patina::test {

class Pulls {
 public:
  void add(double found, double truth, double error) { add(found, truth, found - error, found + error, error); }
  void add(double found, double truth, double low, double high, double error) {
    ++count_;
    within_ += low <= truth && truth <= high;
    sum_ += (found - truth) / error;
  }
  // 60 to 76 % within, and a bias below 0.2 errors, of `least` draws or more.
  void expect(const char* what, int least = 1) const {
    ASSERT_GE(count_, least) << what;
    const double coverage = static_cast<double>(within_) / count_;
    EXPECT_GT(coverage, 0.60) << what;
    EXPECT_LT(coverage, 0.76) << what;
    EXPECT_LT(std::abs(sum_ / count_), 0.2) << what;
  }

 private:
  int within_ = 0, count_ = 0;
  double sum_ = 0.0;
};

}  // namespace patina::test
