// SPDX-License-Identifier: BSD-3-Clause
// A straight line y = a + b x by weighted least squares, from sums that points are added to [Press et al., Numerical Recipes, 15.2].
#pragma once

namespace patina {

class WeightedLine {
 public:
  void add(double x, double y, double weight) {
    w_ += weight;
    wx_ += weight * x;
    wxx_ += weight * x * x;
    wy_ += weight * y;
    wxy_ += weight * x * y;
  }
  double at_zero() const { return (wxx_ * wy_ - wx_ * wxy_) / determinant(); }
  double slope() const { return (w_ * wxy_ - wx_ * wy_) / determinant(); }
  // If weights are 1 / sigma^2.
  double variance_at_zero() const { return wxx_ / determinant(); }
  double slope_variance() const { return w_ / determinant(); }

 private:
  double determinant() const { return w_ * wxx_ - wx_ * wx_; }
  double w_ = 0.0, wx_ = 0.0, wxx_ = 0.0, wy_ = 0.0, wxy_ = 0.0;
};

}  // namespace patina
