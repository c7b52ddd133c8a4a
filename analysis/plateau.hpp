// SPDX-License-Identifier: BSD-3-Clause
// The plateau of f(q,t) between the microscopic decay and the alpha decay, without a model of either: f where it falls slowest in
// the logarithm of time, the estimate of the non-ergodicity parameter that needs no fit window,
//   f_q = f(t_p),   t_p: the least of s(t) = -df/d ln t between two faster falls.
// Both falls must be faster by three standard errors; else there is no plateau. Derivatives come from a cubic in ln t, by least squares
// through the lags within 0.4 decades, of which none is missing. Where f rises and falls again (s < 0) t_p is where it rises fastest.
// Errors: to first order f(t_p) is linear in the values y, with the weights w_k of the cubic's k-th derivative at t_p,
//   d f(t_p) = [w_0 - (f'/f''') w_2] . dy   (the second term: t_p moves with f'' = 0),
// and lags are correlated as Gaussian modes with f itself as kernel share them (analysis/lag_covariance.hpp); no error is less than
// that of independent lags.
#pragma once

#include <limits>
#include <string>

#include "analysis/kww.hpp"

namespace patina {

struct Plateau {
  bool found = false;
  std::string reason;  // why there is none
  double value = std::numeric_limits<double>::quiet_NaN();
  double error = std::numeric_limits<double>::quiet_NaN();
  double lag_ps = std::numeric_limits<double>::quiet_NaN();  // t_p
  double slope = std::numeric_limits<double>::quiet_NaN();   // s(t_p): how flat the plateau is
};

// Of a field correlation function; lags in rising order, the one at 0 is left out, and so is what is not finite.
Plateau find_plateau(const KwwData& data);

}  // namespace patina
