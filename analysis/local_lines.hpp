// SPDX-License-Identifier: BSD-3-Clause
// Straight lines through pieces of a ramp's curve: the value there and its derivative (of H: enthalpy and c_p), with errors.
//
// Errors: with four replicas or more, what the replicas' own lines scatter. With fewer, the residuals about the line, whose neighbours go
// together in a simulation: variances are larger by the statistical inefficiency g = 1 + 2 sum_k rho_k, the sum ending at the first rho_k that
// is not positive [C. J. Geyer, Stat. Sci. 7 (1992) 473]. These know the noise of the sample, not how samples differ.
// K, and per K.
#pragma once

#include <vector>

#include "analysis/glass_transition.hpp"

namespace patina {

struct LocalLine {
  bool found = false;
  double at_K = 0.0;  // the middle of the piece
  double value = 0.0, value_error = 0.0;
  double slope = 0.0, slope_error = 0.0;
  double slope_at_K = 0.0;  // the mean of its rows, to which the slope of a curve belongs; half a row or less from the middle
};

class LocalLines {
 public:
  // g is found from lines through sixths of the curves: the median, which a step or peak in one of them does not move. The curves must outlive this object.
  explicit LocalLines(const std::vector<QuenchCurve>& replicas);

  // Over [from_K, to_K]; not found if a replica has fewer than eight rows there, or they do not span half of it.
  LocalLine over(double from_K, double to_K) const;

  bool errors_of_replicas() const { return of_replicas_; }
  double statistical_inefficiency() const { return inefficiency_; }
  // What every replica covers.
  double low_K() const { return low_; }
  double high_K() const { return high_; }

 private:
  const std::vector<QuenchCurve>& replicas_;
  bool of_replicas_ = false;
  double inefficiency_ = 1.0, low_ = 0.0, high_ = 0.0;
};

}  // namespace patina
