// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/run_analysis.hpp"

#include <cmath>
#include <filesystem>
#include <map>

#include "analysis/atom_numbers.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

// For structures from a file, where thermo.csv does not tell: E_kin = (3/2) (N - 1) k_B T, the momentum being fixed.
long atom_count(const ThermoTable& table) {
  if (table.has("atoms") && table.rows > 0) return std::lround(table.column("atoms").front());
  const auto& temperature = table.column("temperature_K");
  const auto& kinetic = table.column("kinetic_energy_eV");
  for (std::size_t i = 0; i < table.rows; ++i)
    if (temperature[i] > 1.0)
      return std::lround(kinetic[i] / (1.5 * units::boltzmann_eV_per_K * temperature[i]) + 1.0);
  return 0;
}

double mean_temperature(const RunData& run, int step) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const auto& table : run.thermo)
    for (const std::size_t i : table.rows_of_step(step)) {
      sum += table.column("temperature_K")[i];
      ++count;
    }
  return count > 0 ? sum / static_cast<double>(count) : std::nan("");
}

// Replica by replica, entry by entry.
std::map<std::string, std::vector<LagDynamics>> lag_dynamics_of(const RunData& run) {
  std::map<std::string, std::vector<LagDynamics>> entries;
  for (const auto& replica : run.replicas) {
    const std::string path = replica + "/xpcs.h5";
    if (!std::filesystem::exists(path)) continue;
    for (auto& one : read_lag_dynamics(path)) entries[one.entry].push_back(std::move(one));
  }
  return entries;
}

}  // namespace

RunAnalysis analyse_run(const RunData& run, const AnalysisOptions& options) {
  RunAnalysis analysis;
  analysis.path = run.path;
  analysis.replicas = static_cast<int>(run.replicas.size());
  analysis.precision = run.precision;
  analysis.tables = run.tables;
  analysis.fit_after_ps = options.relaxation.fit_after_ps;
  analysis.atoms = run.atoms > 0 || run.thermo.empty() ? run.atoms : atom_count(run.thermo.front());
  const double per = analysis.atoms > 0 ? static_cast<double>(analysis.atoms) : 1.0;
  const auto atoms_in = [&](std::size_t step) {
    const auto rows = run.thermo.empty() ? std::vector<std::size_t>{} : run.thermo.front().rows_of_step(static_cast<int>(step));
    return rows.empty() ? per : atoms_at(run.thermo.front(), rows.back(), per);
  };
  for (std::size_t step = 0; step < run.protocol.size(); ++step)
    if (run.protocol[step].type == "quench")
      analysis.quenches.push_back(analyse_quench(run, static_cast<int>(step), atoms_in(step), options.glass_transition));
    else if (run.protocol[step].type == "heat")
      if (HeatingScan scan = analyse_heating(run, static_cast<int>(step), atoms_in(step), options.heating); !scan.enthalpy.empty()) analysis.heating.push_back(std::move(scan));
  analysis.enthalpies = compare_scans(analysis.heating);
  analysis.minima = inherent_structures(run, per);
  for (const auto& replicas : run.relaxation) {
    analysis.relaxation.push_back(analyse_relaxation(replicas, options.relaxation));
    analysis.relaxation.back().temperature_K = mean_temperature(run, replicas.front().protocol_step);
  }
  analysis.holds = analyse_holds(run, per, analysis.relaxation);
  analysis.cycles = analyse_cycles(run, analysis.holds);
  analysis.stress_curves = stress_curves(run);
  for (const auto& replicas : run.structure) {
    StructureAnalysis one{merge_replicas(replicas), static_cast<int>(replicas.size()), {}};
    one.peak = find_structure_peak(one.data.q_inv_A, one.data.s_x, one.data.s_x_errors);
    analysis.structure.push_back(std::move(one));
  }
  std::vector<StructureData> structure;
  for (const auto& one : analysis.structure) structure.push_back(one.data);
  for (const auto& [entry, replicas] : lag_dynamics_of(run)) {
    analysis.dynamics.push_back(analyse_dynamics(replicas, structure, options.relaxation));
    analysis.dynamics.back().temperature_K = mean_temperature(run, replicas.front().protocol_step);
  }
  analysis.hold_taus = hold_taus(run, analysis.relaxation, analysis.dynamics);
  analysis.stress_relaxation = analyse_stress_relaxation(stress_holds(run), analysis.hold_taus, options.relaxation.fit_after_ps);
  analysis.tau = tau_of_holds(analysis.hold_taus, options.tau_of_temperature);
  for (const auto& replica : run.not_begun) analysis.notes.push_back(replica + "/thermo.csv has no line of numbers: that replica is left out");
  if (run.thermo.empty())
    analysis.notes.push_back("a stored trajectory: no temperatures, no Tg");
  else if (run.protocol.empty())
    analysis.notes.push_back("no protocol in resolved.json: quenches cannot be told, no Tg");
  else if (analysis.quenches.empty())
    analysis.notes.push_back("the protocol has no quench: no Tg");
  if (run.relaxation.empty() && analysis.dynamics.empty()) analysis.notes.push_back("no f(q,t) in xpcs.h5: no relaxation time");
  if (run.structure.empty()) analysis.notes.push_back("no S(q) in xpcs.h5");
  return analysis;
}

}  // namespace patina
