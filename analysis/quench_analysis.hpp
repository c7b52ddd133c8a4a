// SPDX-License-Identifier: BSD-3-Clause
// The glass transition of each quench of a run, from enthalpy and volume against temperature (glass_transition.hpp).
#pragma once

#include <string>
#include <vector>

#include "analysis/glass_transition.hpp"
#include "analysis/run_data.hpp"

namespace patina {

struct QuenchObservable {
  std::string name;    // "enthalpy" or "volume"
  std::string symbol;  // with unit, of the lines' values
  GlassTransition transition;
};

struct QuenchAnalysis {
  int protocol_step = -1;
  double first_K = 0.0, last_K = 0.0, rate_K_per_s = 0.0;
  std::vector<std::vector<double>> temperature_K;  // of each replica's rows in this step: the target plus the smoothed lag
  std::vector<QuenchObservable> observables;
};

// `atoms` divides the values: eV and A^3 per atom.
QuenchAnalysis analyse_quench(const RunData& run, int step, double atoms, const GlassTransitionOptions& options);

}  // namespace patina
