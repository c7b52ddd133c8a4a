// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/stress_relaxation.hpp"

#include <cmath>

namespace patina {

std::vector<StressRelaxation> analyse_stress_relaxation(std::vector<StressHold> holds, const std::vector<HoldTau>& taus, double fit_after_ps) {
  std::vector<StressRelaxation> all;
  for (StressHold& hold : holds) {
    StressRelaxation one;
    StressPoints points = stress_points(hold.replicas);
    one.errors_from = points.errors_from;
    if (points.reason.empty())
      one.fit = fit_stress_relaxation(points.data, fit_after_ps);
    else
      one.fit.reason = points.reason;
    for (const HoldTau& tau : taus) {
      if (tau.protocol_step != hold.protocol_step || !one.fit.told) continue;
      const LogValue &sigma = one.fit.tau_sigma_ps, tau_q{tau.measured.point.tau, tau.measured.point.log_error};
      one.ratios.push_back({tau.q_inv_A, tau.waiting_time_ps, tau_q, {sigma.value / tau_q.value, std::hypot(sigma.log_error, tau_q.log_error)}});
    }
    if (!one.fit.told)
      one.no_ratio = "no tau of the stress";
    else if (one.ratios.empty())
      one.no_ratio = "no f(q,t) of this hold has a tau";
    one.hold = std::move(hold);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace patina
