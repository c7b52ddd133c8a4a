// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/quench_analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/units.hpp"

namespace patina {
namespace {

double target_pressure(const ThermoTable& table, std::size_t row) {
  const double pressure = table.has("target_pressure_GPa") ? table.column("target_pressure_GPa")[row] : 0.0;
  return std::isfinite(pressure) ? pressure : 0.0;
}

struct QuenchColumns {
  QuenchCurve enthalpy, volume;
};

constexpr int lag_windows = 8;  // of a quench: the lag behind the target is averaged over so many pieces of it

std::vector<double> running_mean(const std::vector<double>& values, std::size_t half) {
  std::vector<double> mean(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t reach = std::min({half, i, values.size() - 1 - i});  // symmetric: a slope stays as it is
    double sum = 0.0;
    for (std::size_t k = i - reach; k <= i + reach; ++k) sum += values[k];
    mean[i] = sum / static_cast<double>(2 * reach + 1);
  }
  return mean;
}

// Temperature of the sample along the ramp: the target plus the running mean of the sample's lag behind it (tens of K in
// quenches of picoseconds). The instantaneous temperature itself fluctuates with the energy and would flatten the lines.
std::vector<double> ramp_temperature(const ThermoTable& table, const std::vector<std::size_t>& rows) {
  const auto& measured = table.column("temperature_K");
  const std::vector<double>* target =
      table.has("target_temperature_K") ? &table.column("target_temperature_K") : nullptr;
  std::vector<double> aimed(rows.size(), 0.0), lag(rows.size());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (target && std::isfinite((*target)[rows[k]])) aimed[k] = (*target)[rows[k]];
    lag[k] = measured[rows[k]] - aimed[k];
  }
  lag = running_mean(lag, std::max<std::size_t>(1, rows.size() / (2 * lag_windows)));
  for (std::size_t k = 0; k < rows.size(); ++k) aimed[k] += lag[k];
  return aimed;
}

// The target where there is one.
double imposed_temperature(const ThermoTable& table, std::size_t row, double measured) {
  const double target = table.has("target_temperature_K") ? table.column("target_temperature_K")[row] : std::nan("");
  return std::isfinite(target) ? target : measured;
}

// H = E_pot + E_kin + P_target V and V, per atom.
QuenchColumns quench_columns(const ThermoTable& table, const std::vector<std::size_t>& rows, double atoms) {
  const std::vector<double> t = ramp_temperature(table, rows);
  const auto& potential = table.column("potential_energy_eV");
  const auto& kinetic = table.column("kinetic_energy_eV");
  const auto& volume = table.column("volume_A3");
  QuenchColumns out;
  out.enthalpy.temperature_K = out.volume.temperature_K = t;
  for (const std::size_t i : rows) {
    const double pv = target_pressure(table, i) / units::GPa_per_eV_A3 * volume[i];
    out.enthalpy.value.push_back((potential[i] + kinetic[i] + pv) / atoms);
    out.volume.value.push_back(volume[i] / atoms);
  }
  return out;
}

// What stands in the way of a number: no window of the family may move it by more than half of itself.
void refuse_if_loose(GlassTransition& transition, const std::string& name) {
  const double spread = transition.scatter_high_K - transition.scatter_low_K;
  if (!transition.fit.found || !(spread > 0.5 * transition.fit.Tg_K)) return;
  transition.fit.found = false;
  transition.fit.reason = fmt::format("the {} gives {:.0f} K, but {:.0f} to {:.0f} K with other windows: this quench does "
                                      "not fix it",
                                      name, transition.fit.Tg_K, transition.scatter_low_K, transition.scatter_high_K);
}

bool volume_varies(const QuenchCurve& volume) {
  const auto [low, high] = std::minmax_element(volume.value.begin(), volume.value.end());
  return *high - *low > 1e-6 * *high;
}

}  // namespace

QuenchAnalysis analyse_quench(const RunData& run, int step, double atoms, const GlassTransitionOptions& options) {
  QuenchAnalysis quench;
  quench.protocol_step = step;
  std::vector<QuenchCurve> enthalpy, volume;
  for (const auto& table : run.thermo) {
    const auto rows = table.rows_of_step(step);
    if (rows.size() < 2) continue;
    auto columns = quench_columns(table, rows, atoms);
    quench.first_K = imposed_temperature(table, rows.front(), columns.volume.temperature_K.front());
    quench.last_K = imposed_temperature(table, rows.back(), columns.volume.temperature_K.back());
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
