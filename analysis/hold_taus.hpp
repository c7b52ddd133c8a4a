// SPDX-License-Identifier: BSD-3-Clause
// Relaxation times of the holds of runs against their temperature (tau_of_temperature.hpp).
//
// A hold is in equilibrium if it lasts ten relaxation times or more and tau does not change with the waiting time in it; else its point is one of the
// glass. Times in ps.
#pragma once

#include <vector>

#include "analysis/dynamics_analysis.hpp"
#include "analysis/relaxation_analysis.hpp"
#include "analysis/run_data.hpp"
#include "analysis/tau_of_temperature.hpp"

namespace patina {

// One hold's relaxation time at one q, of the last waiting time that could be fitted.
struct HoldTau {
  MeasuredTau measured;
  std::string folder;     // of the run
  int protocol_step = 0;
  double q_inv_A = 0.0, duration_ps = 0.0, waiting_time_ps = 0.0;
};

// Of coherent f of the whole sample, in entries of kind "xpcs" first; another entry of the same hold and q is left out.
std::vector<HoldTau> hold_taus(const RunData& run, const std::vector<RelaxationAnalysis>& relaxation, const std::vector<DynamicsAnalysis>& dynamics);

struct TauOfHolds {
  double q_inv_A = 0.0;  // of those that were taken: the q (within 2 %) that most holds have
  std::vector<HoldTau> holds;
  TauOfTemperature law;
  bool of_several_temperatures() const;  // that differ by 2 % or more
};

TauOfHolds tau_of_holds(const std::vector<HoldTau>& holds, const TauOfTemperatureOptions& options);

}  // namespace patina
