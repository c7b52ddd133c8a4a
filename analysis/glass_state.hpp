// SPDX-License-Identifier: BSD-3-Clause
// What several runs say together of a glass: relaxation times of all holds against temperature (hold_taus.hpp), scans that heat, with the
// enthalpy of each against a reference scan, and T_g of each quench against its rate.
#pragma once

#include <string>
#include <vector>

#include "analysis/rate_dependence.hpp"
#include "analysis/run_analysis.hpp"

namespace patina {

struct GlassState {
  std::vector<std::string> folders;
  std::vector<QuenchedAt> quenches;
  RateDependence rates;  // of their T_g
  std::vector<HeatingScan> scans;
  std::vector<ComparedScan> enthalpies;
  TauOfHolds tau;
  std::vector<std::string> notes;
};

GlassState join_runs(const std::vector<RunData>& runs, const std::vector<RunAnalysis>& analyses, const TauOfTemperatureOptions& options);

// Several folders as replicas of one run. Throws Error(bad_input) unless their protocols and numbers of atoms are alike.
RunData pooled(const std::vector<RunData>& runs);

std::string to_json(const GlassState& state);

}  // namespace patina
