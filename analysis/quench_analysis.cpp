// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/quench_analysis.hpp"

#include <fmt/format.h>

#include <cmath>

#include "analysis/ramp_curves.hpp"

namespace patina {
namespace {

// What stands in the way of a number: no window of the family may move it by more than half of itself.
void refuse_if_loose(GlassTransition& transition, const std::string& name) {
  const double spread = transition.scatter_high_K - transition.scatter_low_K;
  if (!transition.fit.found || !(spread > 0.5 * transition.fit.Tg_K)) return;
  transition.fit.found = false;
  transition.fit.reason = fmt::format("the {} gives {:.0f} K, but {:.0f} to {:.0f} K with other windows: this quench does "
                                      "not fix it",
                                      name, transition.fit.Tg_K, transition.scatter_low_K, transition.scatter_high_K);
}

}  // namespace

QuenchAnalysis analyse_quench(const RunData& run, int step, double atoms, const GlassTransitionOptions& options) {
  QuenchAnalysis quench;
  quench.protocol_step = step;
  std::vector<QuenchCurve> enthalpy, volume;
  for (const auto& table : run.thermo) {
    const auto rows = table.rows_of_step(step);
    if (rows.size() < 2) continue;
    auto columns = ramp_curves(table, rows, atoms);
    quench.first_K = imposed_temperature_K(table, rows.front(), columns.volume.temperature_K.front());
    quench.last_K = imposed_temperature_K(table, rows.back(), columns.volume.temperature_K.back());
    const double duration_ps = table.column("time_ps")[rows.back()] - table.column("time_ps")[rows.front()];
    quench.rate_K_per_s = (quench.first_K - quench.last_K) / duration_ps * 1e12;
    // The first row is written some time after the start.
    const double from_K = run.protocol[static_cast<std::size_t>(step)].from_K;
    if (std::isfinite(from_K)) quench.first_K = from_K;
    quench.temperature_K.push_back(columns.volume.temperature_K);
    enthalpy.push_back(std::move(columns.enthalpy));
    volume.push_back(std::move(columns.volume));
  }
  if (enthalpy.empty()) return quench;
  quench.observables.push_back(
      {"enthalpy", "eV/atom", estimate_glass_transition(enthalpy, options)});
  if (volume_varies(volume.front()))
    quench.observables.push_back(
        {"volume", "A^3/atom", estimate_glass_transition(volume, options)});
  for (auto& observable : quench.observables) refuse_if_loose(observable.transition, observable.name);
  return quench;
}

}  // namespace patina
