// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/ramp_curves.hpp"

#include <algorithm>
#include <cmath>

#include "core/units.hpp"

namespace patina {
namespace {

double target_pressure(const ThermoTable& table, std::size_t row) {
  const double pressure = table.has("target_pressure_GPa") ? table.column("target_pressure_GPa")[row] : 0.0;
  return std::isfinite(pressure) ? pressure : 0.0;
}

constexpr int lag_windows = 8;  // of a ramp: the lag behind the target is averaged over so many pieces of it

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

}  // namespace

double imposed_temperature_K(const ThermoTable& table, std::size_t row, double measured) {
  const double target = table.has("target_temperature_K") ? table.column("target_temperature_K")[row] : std::nan("");
  return std::isfinite(target) ? target : measured;
}

RampCurves ramp_curves(const ThermoTable& table, const std::vector<std::size_t>& rows, double atoms) {
  const std::vector<double> t = ramp_temperature(table, rows);
  const auto& potential = table.column("potential_energy_eV");
  const auto& kinetic = table.column("kinetic_energy_eV");
  const auto& volume = table.column("volume_A3");
  RampCurves out;
  out.enthalpy.temperature_K = out.volume.temperature_K = t;
  for (const std::size_t i : rows) {
    const double pv = target_pressure(table, i) / units::GPa_per_eV_A3 * volume[i];
    out.enthalpy.value.push_back((potential[i] + kinetic[i] + pv) / atoms);
    out.volume.value.push_back(volume[i] / atoms);
  }
  return out;
}

bool volume_varies(const QuenchCurve& volume) {
  const auto [low, high] = std::minmax_element(volume.value.begin(), volume.value.end());
  return *high - *low > 1e-6 * *high;
}

}  // namespace patina
