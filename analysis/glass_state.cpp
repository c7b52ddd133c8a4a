// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/glass_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "core/error.hpp"

namespace patina {

namespace {

// Times and targets of a protocol step are those of the input, whatever the seed; one of the runs may have ended early. How often a minimisation
// writes depends on its path.
bool same_course(const ThermoTable& a, const ThermoTable& b, int step) {
  const auto rows_a = a.rows_of_step(step), rows_b = b.rows_of_step(step);
  const std::size_t rows = std::min(rows_a.size(), rows_b.size());
  for (const char* name : {"time_ps", "target_temperature_K", "target_pressure_GPa", "target_strain"}) {
    if (!a.has(name) || !b.has(name)) continue;
    const auto &of_a = a.column(name), &of_b = b.column(name);
    const bool from_start = std::string_view(name) == "time_ps";
    for (std::size_t k = 0; k < rows; ++k) {
      const double value_a = of_a[rows_a[k]] - (from_start ? of_a[rows_a[0]] : 0.0), value_b = of_b[rows_b[k]] - (from_start ? of_b[rows_b[0]] : 0.0);
      if (std::isnan(value_a) != std::isnan(value_b) || std::abs(value_a - value_b) > 1e-6 * (1.0 + std::abs(value_a))) return false;
    }
  }
  return true;
}

bool same_protocol(const RunData& a, const RunData& b) {
  const auto same = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  if (a.protocol.size() != b.protocol.size()) return false;
  for (std::size_t s = 0; s < a.protocol.size(); ++s) {
    const ProtocolStep &one = a.protocol[s], &other = b.protocol[s];
    if (one.type != other.type || !same(one.from_K, other.from_K) || !same(one.temperature_K, other.temperature_K) || !same(one.duration_ps, other.duration_ps)) return false;
    if (one.type != "minimise" && !a.thermo.empty() && !b.thermo.empty() && !same_course(a.thermo.front(), b.thermo.front(), static_cast<int>(s))) return false;
  }
  return true;
}

}  // namespace

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
  state.rates = fit_rate_dependence(state.quenches);
  state.enthalpies = compare_scans(state.scans);
  state.tau = tau_of_holds(holds, options);
  return state;
}

RunData pooled(const std::vector<RunData>& runs) {
  require(!runs.empty(), "no runs to pool");
  RunData all = runs.front();
  for (std::size_t k = 1; k < runs.size(); ++k) {
    const RunData& run = runs[k];
    const bool alike = run.atoms == all.atoms && same_protocol(run, all);
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
