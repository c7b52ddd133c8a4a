// SPDX-License-Identifier: BSD-3-Clause
// Whether stress relaxes in one stretched exponential or in two ("decouples"):
//   one   G(t) = A exp[-(t/tau)^beta]
//   two   G(t) = A1 exp[-(t/tau1)^beta1] + A2 exp[-(t/tau2)^beta2],  tau2 >= 2 tau1
// by least squares with the covariance of the points, AIC = chi^2 + 2 x parameters (H. Akaike, IEEE Trans. Autom. Control 19 (1974) 716).
// Two are preferred if their AIC is lower by `least_aic_gain` and all their parameters are known (logarithms to 0.5). Without that margin
// one decay would be called two in every ninth case: of one, tau1 means nothing if A1 is 0, and the best of all tau1 is taken.
// Times in ps, G in GPa. tau_sigma of two is that of the slow one.
#pragma once

#include <optional>
#include <string>

#include "analysis/kww.hpp"

namespace patina {

inline constexpr double least_aic_gain = 6.0;

struct LogValue {
  double value = std::numeric_limits<double>::quiet_NaN();
  double log_error = std::numeric_limits<double>::quiet_NaN();  // of the logarithm
};

struct StressDecay {
  LogValue amplitude_GPa, tau_ps, kww_exponent, mean_tau_ps;  // mean: (tau/beta) Gamma(1/beta)
};

struct TwoDecays {
  StressDecay fast, slow;
  LogValue share_of_slow;  // A2 / (A1 + A2)
  double chi_squared = 0.0, aic = 0.0;
  int degrees_of_freedom = 0;
  std::string unknown;  // what the points do not tell; empty if they tell all
};

struct StressFit {
  bool found = false;
  std::string reason;  // why it was refused
  KwwFit one;
  double aic_of_one = 0.0;
  double probability = 0.0;  // of a chi^2 as large as that of the better fit
  std::optional<TwoDecays> two;  // nothing with fewer than 10 points
  bool two_preferred = false;
  bool told = false;  // false: two are better, but not known
  std::string verdict;
  LogValue tau_sigma_ps;  // of what is preferred, of two the slow one; NaN unless told
};

// Of points later than `after_ps`, with their covariance.
StressFit fit_stress_relaxation(const KwwData& data, double after_ps);

}  // namespace patina
