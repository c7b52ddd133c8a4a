// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/glass_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace patina {

GlassState join_runs(const std::vector<RunData>& runs, const std::vector<RunAnalysis>& analyses, const TauOfTemperatureOptions& options) {
  GlassState state;
  std::vector<HoldTau> holds;
  for (std::size_t k = 0; k < runs.size(); ++k) {
    state.folders.push_back(runs[k].path);
    for (const auto& quench : analyses[k].quenches) state.quenches.push_back({runs[k].path, quench});
    for (const auto& scan : analyses[k].heating) state.scans.push_back(scan);
    holds.insert(holds.end(), analyses[k].hold_taus.begin(), analyses[k].hold_taus.end());
    if (k > 0 && analyses[k].atoms != analyses[0].atoms) state.notes.push_back(fmt::format("{} atoms in {}, {} in {}", analyses[k].atoms, runs[k].path, analyses[0].atoms, runs[0].path));
  }
  state.enthalpies = compare_scans(state.scans);
  state.tau = tau_of_holds(holds, options);
  return state;
}

RunData pooled(const std::vector<RunData>& runs) {
  require(!runs.empty(), "no runs to pool");
  RunData all = runs.front();
  for (std::size_t k = 1; k < runs.size(); ++k) {
    const RunData& run = runs[k];
    const bool alike = run.atoms == all.atoms && run.protocol.size() == all.protocol.size() &&
                       std::equal(run.protocol.begin(), run.protocol.end(), all.protocol.begin(), [](const ProtocolStep& a, const ProtocolStep& b) {
                         return a.type == b.type && (a.from_K == b.from_K || (std::isnan(a.from_K) && std::isnan(b.from_K)));
                       });
    const auto same_entry = [](const auto& a, const auto& b) { return a.front().entry == b.front().entry; };
    if (!alike || !std::equal(run.relaxation.begin(), run.relaxation.end(), all.relaxation.begin(), all.relaxation.end(), same_entry) ||
        !std::equal(run.structure.begin(), run.structure.end(), all.structure.begin(), all.structure.end(), same_entry))
      throw Error(ExitCode::bad_input, fmt::format("{}: another protocol, number of atoms or set of observers than {}: only runs that differ in nothing but their seed are replicas", run.path, all.path));
    all.replicas.insert(all.replicas.end(), run.replicas.begin(), run.replicas.end());
    all.thermo.insert(all.thermo.end(), run.thermo.begin(), run.thermo.end());
    for (std::size_t e = 0; e < all.relaxation.size(); ++e) all.relaxation[e].insert(all.relaxation[e].end(), run.relaxation[e].begin(), run.relaxation[e].end());
    for (std::size_t e = 0; e < all.structure.size(); ++e) all.structure[e].insert(all.structure[e].end(), run.structure[e].begin(), run.structure[e].end());
  }
  return all;
}

}  // namespace patina
