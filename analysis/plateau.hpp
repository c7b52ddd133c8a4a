// SPDX-License-Identifier: BSD-3-Clause
// The plateau of f(q,t) between the microscopic decay and the alpha decay, without a model of either: f where it falls slowest in
// the logarithm of time, the estimate of the non-ergodicity parameter that needs no fit window,
//   f_q = f(t_p),   t_p: the least of s(t) = -df/d ln t between two faster falls.
// Both falls must be faster by four standard errors; else there is no plateau. Slope and value come from straight lines in ln t by
// least squares through the lags within 0.3 decades, weighted 1 - (distance/0.3 decades)^2: their slope is a mean of df/d ln t with
// positive weights whose logarithm is concave, so that one decay alone gets no second hump (Ibragimov, Theory Probab. Appl. 1, 255
// (1956)), as it would from cubics. Where f rises and falls again (s < 0) t_p is where it rises fastest.
// Errors: lags are correlated as Gaussian modes with f itself as kernel share them (analysis/lag_covariance.hpp); no error is less
// than that of independent lags. t_p may as well be any lag near it where f falls faster by little more than a standard error: half of
// what the value varies over these is added in quadrature. Lags that share nothing, which modes do not make, scatter more: by half.
// The lines' own error is 0.4 % of f where decays of a KWW exponent of 0.6 and a Gaussian are three decades apart; closer, more.
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
