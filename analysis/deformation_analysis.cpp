// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/deformation_analysis.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace patina {
namespace {

constexpr double elastic_strain = 0.02, least_flow_strain = 0.2;
constexpr int most_bins = 100;

bool is_deformed(const ProtocolStep& step) { return !step.deformation.empty() && step.deformation != "none" && step.strain != step.from_strain; }

// Columns of thermo.csv whose mean is minus the stress.
std::vector<std::string> pressures(const std::string& deformation) {
  if (deformation == "volume") return {"pressure_xx_GPa", "pressure_yy_GPa", "pressure_zz_GPa"};
  const std::string axes = deformation.substr(deformation.find('_') + 1);
  if (deformation.starts_with("shear")) return {"pressure_" + std::string{std::min(axes[0], axes[1]), std::max(axes[0], axes[1])} + "_GPa"};
  std::vector<std::string> names;
  for (const char axis : axes) names.push_back("pressure_" + std::string(2, axis) + "_GPa");
  return names;
}

struct Line {
  double time_ps = 0.0, strain = 0.0, stress_GPa = 0.0;
};

std::vector<Line> lines_of(const ThermoTable& table, int first_step, int last_step, const std::string& deformation) {
  const std::vector<std::string> names = pressures(deformation);
  std::vector<Line> lines;
  for (int step = first_step; step <= last_step; ++step)
    for (const std::size_t i : table.rows_of_step(step)) {
      Line line{table.column("time_ps")[i], table.has("target_strain") ? table.column("target_strain")[i] : std::nan(""), 0.0};
      for (const std::string& name : names) line.stress_GPa -= table.column(name)[i] / static_cast<double>(names.size());
      lines.push_back(line);
    }
  return lines;
}

// Slope of stress against strain, with the error that the residuals of blocks of lines give it.
MeanWithError slope(const std::vector<Line>& lines) {
  MeanWithError found;
  const auto n = static_cast<double>(lines.size());
  if (lines.size() < 3) return found;
  double x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
  for (const Line& line : lines) x += line.strain / n, y += line.stress_GPa / n;
  for (const Line& line : lines) xx += (line.strain - x) * (line.strain - x), xy += (line.strain - x) * (line.stress_GPa - y);
  if (!(xx > 0.0)) return found;
  found.value = xy / xx;
  if (lines.size() < 16) return found;
  // Each block moves the slope by sum (x - mean x) residual / xx.
  double squares = 0.0;
  constexpr std::size_t blocks = 8;
  for (std::size_t b = 0; b < blocks; ++b) {
    double push = 0.0;
    for (std::size_t i = b * lines.size() / blocks; i < (b + 1) * lines.size() / blocks; ++i)
      push += (lines[i].strain - x) * (lines[i].stress_GPa - y - found.value * (lines[i].strain - x)) / xx;
    squares += push * push;
  }
  found.error = std::sqrt(squares * blocks / (blocks - 2.0));  // two parameters were fitted
  return found;
}

MeanWithError mean_of_replicas(const std::vector<MeanWithError>& each) {
  MeanWithError mean{0.0, 0.0};
  const auto n = static_cast<double>(each.size());
  for (const MeanWithError& one : each) {
    mean.value += one.value / n;
    mean.error = std::hypot(mean.error, one.error / n);
  }
  return mean;
}

// Means of y in bins of x; errors from what lines scatter.
struct Bins {
  std::vector<double> x, y, errors;
};
template <class BinOf>
Bins binned(const std::vector<std::pair<double, double>>& points, BinOf&& bin_of) {
  struct Sum {
    double n = 0.0, x = 0.0, y = 0.0, yy = 0.0;
  };
  std::map<int, Sum> sums;
  for (const auto& [x, y] : points) {
    Sum& sum = sums[bin_of(x)];
    sum.n += 1.0;
    sum.x += x;
    sum.y += y;
    sum.yy += y * y;
  }
  Bins bins;
  for (const auto& [bin, sum] : sums) {
    const double mean = sum.y / sum.n;
    bins.x.push_back(sum.x / sum.n);
    bins.y.push_back(mean);
    bins.errors.push_back(sum.n > 3.0 ? std::sqrt(std::max(0.0, sum.yy / sum.n - mean * mean) / (sum.n - 1.0)) : std::nan(""));
  }
  return bins;
}

StressCurve curve_of(const RunData& run, int first_step, int last_step) {
  const ProtocolStep& begin = run.protocol[static_cast<std::size_t>(first_step)];
  const ProtocolStep& end = run.protocol[static_cast<std::size_t>(last_step)];
  StressCurve curve;
  curve.first_step = first_step;
  curve.last_step = last_step;
  curve.label = begin.label;
  curve.deformation = begin.deformation;
  curve.strain = end.strain;
  if (begin.type == "deform") curve.rate_per_ps = begin.strain / begin.duration_ps;
  curve.modulus_to_strain = std::min(std::abs(curve.strain), elastic_strain);
  std::vector<std::pair<double, double>> points;
  std::vector<MeanWithError> moduli, flows;
  for (const ThermoTable& table : run.thermo) {
    std::vector<Line> elastic;
    std::vector<double> flow;
    for (const Line& line : lines_of(table, first_step, last_step, curve.deformation)) {
      if (!std::isfinite(line.strain)) continue;
      points.emplace_back(line.strain, line.stress_GPa);
      if (std::abs(line.strain) <= curve.modulus_to_strain * (1.0 + 1e-9)) elastic.push_back(line);
      if (std::abs(line.strain) > 0.5 * std::abs(curve.strain)) flow.push_back(line.stress_GPa);
    }
    moduli.push_back(slope(elastic));
    if (!flow.empty()) flows.push_back(block_mean(flow));
  }
  curve.modulus_GPa = mean_of_replicas(moduli);
  const double width = std::abs(curve.strain) / most_bins;
  const Bins bins = binned(points, [&](double strain) { return static_cast<int>(std::floor(strain / width * (1.0 - 1e-9))); });
  curve.at_strain = bins.x;
  curve.stress_GPa = bins.y;
  curve.errors_GPa = bins.errors;
  for (std::size_t k = 0; k < bins.x.size(); ++k)
    if (std::abs(bins.y[k]) > std::abs(curve.peak_GPa)) {
      curve.peak_GPa = bins.y[k];
      curve.peak_strain = bins.x[k];
    }
  if (std::abs(curve.strain) < least_flow_strain || flows.empty()) return curve;
  curve.flow_GPa = mean_of_replicas(flows);
  if (curve.rate_per_ps != 0.0 && curve.deformation.starts_with("shear"))
    curve.viscosity_mPa_s = MeanWithError{curve.flow_GPa->value / curve.rate_per_ps, curve.flow_GPa->error / std::abs(curve.rate_per_ps)};
  return curve;
}

// The last of the minimisations that strain on where the one before ended.
int end_of_row(const std::vector<ProtocolStep>& protocol, std::size_t first) {
  std::size_t last = first;
  while (last + 1 < protocol.size() && protocol[last + 1].type == "minimise" && protocol[last + 1].deformation == protocol[first].deformation &&
         protocol[last + 1].from_strain == protocol[last].strain)
    ++last;
  return static_cast<int>(last);
}

}  // namespace

std::vector<StressCurve> stress_curves(const RunData& run) {
  std::vector<StressCurve> curves;
  for (std::size_t step = 0; step < run.protocol.size(); ++step) {
    if (!is_deformed(run.protocol[step])) continue;
    const int first = static_cast<int>(step), last = run.protocol[step].type == "minimise" ? end_of_row(run.protocol, step) : first;
    StressCurve curve = curve_of(run, first, last);
    if (curve.at_strain.size() >= 2) curves.push_back(std::move(curve));
    step = static_cast<std::size_t>(last);
  }
  return curves;
}

std::vector<StressHold> stress_holds(const RunData& run) {
  std::vector<StressHold> holds;
  for (std::size_t step = 1; step < run.protocol.size(); ++step) {
    const ProtocolStep &strained = run.protocol[step - 1], &held = run.protocol[step];
    if (strained.type != "deform" || !is_deformed(strained) || !(held.type == "anneal" || held.type == "measure")) continue;
    StressHold hold{static_cast<int>(step), held.label, strained.deformation, strained.strain, {}, {}, {}};
    std::vector<std::pair<double, double>> points;
    for (const ThermoTable& table : run.thermo) {
      // Lines that end with the step before the strain: its second half.
      const auto before = lines_of(table, hold.protocol_step - 2, hold.protocol_step - 2, hold.deformation);
      const auto ramp = lines_of(table, hold.protocol_step - 1, hold.protocol_step - 1, hold.deformation);
      double stress_before = 0.0;
      for (std::size_t k = before.size() / 2; k < before.size(); ++k) stress_before += before[k].stress_GPa / static_cast<double>(before.size() - before.size() / 2);
      if (step < 2 || before.empty() || ramp.empty()) continue;
      for (const Line& line : lines_of(table, hold.protocol_step, hold.protocol_step, hold.deformation))
        if (const double time_ps = line.time_ps - ramp.back().time_ps; time_ps > 0.0) points.emplace_back(time_ps, (line.stress_GPa - stress_before) / hold.strain);
    }
    const Bins bins = binned(points, [](double time_ps) { return static_cast<int>(std::floor(10.0 * std::log10(time_ps))); });
    hold.time_ps = bins.x;
    hold.modulus_GPa = bins.y;
    hold.errors_GPa = bins.errors;
    if (hold.time_ps.size() >= 2) holds.push_back(std::move(hold));
  }
  return holds;
}

}  // namespace patina
