// SPDX-License-Identifier: BSD-3-Clause
// Holds behind a strain: G(t), whether it relaxes in one stretched exponential or two, and tau_sigma beside tau_q of f(q,t) of the same hold, of
// which the ratio is of order one in a liquid. Both are tau of exp[-(t/tau)^beta]; errors of the ratio take them as independent, though the atoms
// are the same.
#pragma once

#include <string>
#include <vector>

#include "analysis/deformation_analysis.hpp"
#include "analysis/hold_taus.hpp"
#include "analysis/stress_kww.hpp"

namespace patina {

struct TauRatio {
  double q_inv_A = 0.0, waiting_time_ps = 0.0;
  LogValue tau_q_ps, tau_sigma_over_tau_q;
};

struct StressRelaxation {
  StressHold hold;
  std::string errors_from;  // of the fit: what told the noise
  StressFit fit;
  std::vector<TauRatio> ratios;  // one for each q with a tau in this hold
  std::string no_ratio;          // why there is none
};

std::vector<StressRelaxation> analyse_stress_relaxation(std::vector<StressHold> holds, const std::vector<HoldTau>& taus, double fit_after_ps);

}  // namespace patina
