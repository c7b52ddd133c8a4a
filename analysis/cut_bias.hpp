// SPDX-License-Identifier: BSD-3-Clause
// What cuts through the two-time correlation of a sample that ages make of its relaxation [physics.md 3.7]: |f|^2 of the exact clock along
// a cut, fitted as everybody fits it, A exp[-2 (t/tau)^beta] with a free amplitude. Fixed-start cuts of a sample that ages within its
// relaxation time never fall to 0: of tau(t) = tau0 exp(t/tau*) they end at exp[-2 (tau*/tau(t_w))^beta], and feign a stretched decay.
// Conventions: O. Bikondoa, J. Appl. Cryst. 50 (2017) 357, doi 10.1107/S1600576717000577.
//
// Apparent values depend on the lags that are fitted; here they are 60, evenly in their logarithm, from tau(t_w)/300 to 9.5 tau(t_w), or as
// far as `last` allows.
#pragma once

#include <limits>

#include "analysis/clock_model.hpp"

namespace patina {

enum class Cut { fixed_start, age_centred };  // t_w = t1, t_w = (t1 + t2) / 2

struct CutShape {
  double amplitude = std::numeric_limits<double>::quiet_NaN();
  double tau = std::numeric_limits<double>::quiet_NaN();
  double kww_exponent = std::numeric_limits<double>::quiet_NaN();
  double end = std::numeric_limits<double>::quiet_NaN();  // |f|^2 at the largest lag
};

// Averaged over starts (or mid-times) within `window` about t_w, without noise; pairs lie between `first` and `last`.
CutShape cut_shape(const ClockParameters& parameters, double waiting_time, Cut cut, double window = 0.0,
                   double first = -std::numeric_limits<double>::infinity(), double last = std::numeric_limits<double>::infinity());

}  // namespace patina
