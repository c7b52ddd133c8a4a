// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/hold_analysis.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "analysis/atom_numbers.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

// Of replicas, each of which counts alike.
void add(MeanWithError& sum, const MeanWithError& one, double replicas) {
  if (std::isnan(sum.value)) sum = {0.0, 0.0};
  sum.value += one.value / replicas;
  sum.error = std::hypot(sum.error, one.error / replicas);
}

struct HoldSeries {
  std::vector<double> enthalpy, potential, volume, temperature;

  // Of the lines from the fraction `from` to the fraction `to` of them.
  void add_to(HoldMeans& means, double from, double to, double replicas) const {
    const auto part = [&](const std::vector<double>& all) {
      const auto at = [&](double fraction) { return all.begin() + std::llround(fraction * static_cast<double>(all.size())); };
      return block_mean({at(from), at(to)});
    };
    add(means.enthalpy_eV_per_atom, part(enthalpy), replicas);
    add(means.potential_eV_per_atom, part(potential), replicas);
    add(means.volume_A3_per_atom, part(volume), replicas);
    add(means.temperature_K, part(temperature), replicas);
  }
};

HoldSeries series_of(const ThermoTable& table, const std::vector<std::size_t>& rows, double atoms) {
  const std::vector<double>* target = table.has("target_pressure_GPa") ? &table.column("target_pressure_GPa") : nullptr;
  HoldSeries series;
  for (const std::size_t i : rows) {
    const double potential = table.column("potential_energy_eV")[i], volume = table.column("volume_A3")[i];
    const double pressure_GPa = target && std::isfinite((*target)[i]) ? (*target)[i] : 0.0;
    const double per = atoms_at(table, i, atoms);
    series.enthalpy.push_back((potential + table.column("kinetic_energy_eV")[i] + pressure_GPa / units::GPa_per_eV_A3 * volume) / per);
    series.potential.push_back(potential / per);
    series.volume.push_back(volume / per);
    series.temperature.push_back(table.column("temperature_K")[i]);
  }
  return series;
}

bool is_hold(const ProtocolStep& step) { return step.type == "melt" || step.type == "anneal" || step.type == "measure"; }

// "cycle03_low" -> 3 and "low" ("high", "held" of a shear); -1 of any other label.
struct CycleLabel {
  int number = -1;
  std::string where;
};
CycleLabel cycle_label(const std::string& label) {
  CycleLabel found;
  int number = -1, read = 0;
  if (std::sscanf(label.c_str(), "cycle%d_%n", &number, &read) != 1 || read == 0) return found;
  found.where = label.substr(static_cast<std::size_t>(read));
  if (found.where == "low" || found.where == "high" || found.where == "held") found.number = number;
  return found;
}

}  // namespace

MeanWithError block_mean(const std::vector<double>& values) {
  MeanWithError mean;
  if (values.empty()) return mean;
  double sum = 0.0;
  for (const double v : values) sum += v;
  mean.value = sum / static_cast<double>(values.size());
  if (values.size() < least_lines_of_an_error) return mean;
  double squares = 0.0;
  for (std::size_t b = 0; b < blocks_of_a_mean; ++b) {
    const std::size_t begin = b * values.size() / blocks_of_a_mean, end = (b + 1) * values.size() / blocks_of_a_mean;
    double block = 0.0;
    for (std::size_t i = begin; i < end; ++i) block += values[i] / static_cast<double>(end - begin);
    squares += (block - mean.value) * (block - mean.value);
  }
  mean.error = std::sqrt(squares / static_cast<double>(blocks_of_a_mean * (blocks_of_a_mean - 1)));
  return mean;
}

MeanWithError difference(const MeanWithError& a, const MeanWithError& b) { return {b.value - a.value, std::hypot(a.error, b.error)}; }

std::vector<HoldAnalysis> analyse_holds(const RunData& run, double atoms, const std::vector<RelaxationAnalysis>& relaxation) {
  std::vector<HoldAnalysis> holds;
  for (std::size_t step = 0; step < run.protocol.size(); ++step) {
    if (!is_hold(run.protocol[step])) continue;
    HoldAnalysis hold;
    hold.protocol_step = static_cast<int>(step);
    hold.label = run.protocol[step].label;
    hold.target_K = run.protocol[step].temperature_K;
    hold.duration_ps = run.protocol[step].duration_ps;
    std::vector<HoldSeries> replicas;
    for (const ThermoTable& table : run.thermo)
      if (const auto rows = table.rows_of_step(hold.protocol_step); rows.size() >= 2) replicas.push_back(series_of(table, rows, atoms));
    if (replicas.empty()) continue;
    for (const HoldSeries& series : replicas) {
      const auto count = static_cast<double>(replicas.size());
      series.add_to(hold.whole, 0.0, 1.0, count);
      for (std::size_t half = 0; half < 2; ++half) series.add_to(hold.halves[half], 0.5 * static_cast<double>(half), 0.5 * static_cast<double>(half + 1), count);
    }
    for (const RelaxationAnalysis& one : relaxation)
      if (one.data.protocol_step == hold.protocol_step && one.halves.size() == 2) hold.relaxation.push_back({one.data.entry, {one.halves[0], one.halves[1]}});
    holds.push_back(std::move(hold));
  }
  return holds;
}

std::vector<CycleAnalysis> analyse_cycles(const RunData& run, const std::vector<HoldAnalysis>& holds) {
  std::vector<CycleAnalysis> cycles;
  std::string where;  // the hold that is compared; none while cycles go by whose first hold has no means
  for (std::size_t step = 0; step < run.protocol.size(); ++step) {
    const CycleLabel label = cycle_label(run.protocol[step].label);
    if (label.number < 0 || !is_hold(run.protocol[step])) continue;
    const auto hold = std::find_if(holds.begin(), holds.end(), [&](const HoldAnalysis& one) { return one.protocol_step == static_cast<int>(step); });
    if (label.number == 0) where.clear();
    if (hold == holds.end()) continue;
    if (label.number == 0) {
      cycles.push_back({hold->protocol_step, hold->target_K, {hold->whole}});
      where = label.where;
    } else if (label.where == where && label.number == static_cast<int>(cycles.back().after.size())) {
      cycles.back().after.push_back(hold->whole);
    }
  }
  return cycles;
}

}  // namespace patina
