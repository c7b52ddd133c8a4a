// SPDX-License-Identifier: BSD-3-Clause
// Curves of several waiting times fitted together, f(t_w, t) = A exp[-(t/tau(t_w))^beta] with one amplitude
// and one exponent: superposition. What may vary is tau alone, so ageing shows through far smaller errors
// than when every curve trades tau against its own shape. Times in ps.
#pragma once

#include <vector>

#include "analysis/kww.hpp"

namespace patina {

struct CommonShapeTau {
  double waiting_time_ps = 0.0;
  double tau_ps = 0.0;
  double log_error = 0.0;           // of ln tau, the uncertain shape included: shifts all tau together
  double log_error_relative = 0.0;  // at the fitted shape: what tells one tau from another
};

struct CommonShapeFit {
  bool found = false;
  double amplitude = 0.0, amplitude_error = 0.0;
  double kww_exponent = 0.0, kww_exponent_error = 0.0;
  double chi_squared = 0.0;
  int degrees_of_freedom = 0;
  std::vector<CommonShapeTau> taus;
};

// One curve with its waiting time; errors of different lags are correlated as gaussian_mode_covariance says,
// curves are taken as independent of each other.
struct AgedCurve {
  double waiting_time_ps = 0.0;
  KwwData data;
  double tau_start_ps = 0.0;
};

CommonShapeFit fit_common_shape(const std::vector<AgedCurve>& curves, double t_min_ps);

}  // namespace patina
