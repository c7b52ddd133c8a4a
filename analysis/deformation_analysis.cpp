// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/deformation_analysis.hpp"

#include <fmt/format.h>

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
  if (lines.size() < least_lines_of_an_error) return found;
  // Each block moves the slope by sum (x - mean x) residual / xx.
  double squares = 0.0;
  constexpr std::size_t blocks = blocks_of_a_mean;
  for (std::size_t b = 0; b < blocks; ++b) {
    double push = 0.0;
    for (std::size_t i = b * lines.size() / blocks; i < (b + 1) * lines.size() / blocks; ++i)
      push += (lines[i].strain - x) * (lines[i].stress_GPa - y - found.value * (lines[i].strain - x)) / xx;
    squares += push * push;
  }
  found.error = std::sqrt(squares * blocks / (blocks - 2.0));  // two parameters were fitted
  return found;
}

// The error is what four or more replicas scatter, else what the blocks of each say.
MeanWithError mean_of_replicas(const std::vector<MeanWithError>& each) {
  MeanWithError mean{0.0, 0.0};
  const auto n = static_cast<double>(each.size());
  double squares = 0.0;
  for (const MeanWithError& one : each) {
    mean.value += one.value / n;
    mean.error = std::hypot(mean.error, one.error / n);
  }
  for (const MeanWithError& one : each) squares += (one.value - mean.value) * (one.value - mean.value);
  if (each.size() >= 4) mean.error = std::sqrt(squares / (n * (n - 1.0)));
  return mean;
}

// A curve of each replica, in bins; then the mean over replicas, and its error by what they scatter. One replica tells no error: stresses
// stay correlated for as long as the curve lasts.
class BinnedCurves {
 public:
  // Points of one replica: the number of the bin, x and y of each.
  void begin_replica() { ++replica_; }
  void add(int bin, double x, double y) {
    Sum& sum = sums_[bin];
    if (sum.replica != replica_) sum.close();
    sum.replica = replica_;
    sum.n += 1.0;
    sum.x += x;
    sum.y += y;
  }
  void finish(std::vector<double>& x, std::vector<double>& y, std::vector<double>& errors) {
    for (auto& [bin, sum] : sums_) {
      sum.close();
      const double n = sum.replicas, mean = sum.of_y / n;
      x.push_back(sum.of_x / n);
      y.push_back(mean);
      errors.push_back(n > 1.0 ? std::sqrt(std::max(0.0, sum.of_yy / n - mean * mean) / (n - 1.0)) : std::nan(""));
    }
  }

 private:
  struct Sum {
    int replica = -1;
    double n = 0.0, x = 0.0, y = 0.0;                                  // of the replica under way
    double replicas = 0.0, of_x = 0.0, of_y = 0.0, of_yy = 0.0;  // of the means of those before
    void close() {
      if (n == 0.0) return;
      replicas += 1.0;
      of_x += x / n;
      of_y += y / n;
      of_yy += y / n * (y / n);
      n = x = y = 0.0;
    }
  };
  int replica_ = -1;
  std::map<int, Sum> sums_;
};

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
  const double width = std::abs(curve.strain) / most_bins;
  BinnedCurves bins;
  std::vector<MeanWithError> moduli, flows;
  for (const ThermoTable& table : run.thermo) {
    bins.begin_replica();
    std::vector<Line> elastic;
    std::vector<double> flow;
    for (const Line& line : lines_of(table, first_step, last_step, curve.deformation)) {
      if (!std::isfinite(line.strain)) continue;
      bins.add(static_cast<int>(std::floor(line.strain / width * (1.0 - 1e-9))), line.strain, line.stress_GPa);
      if (std::abs(line.strain) <= curve.modulus_to_strain * (1.0 + 1e-9)) elastic.push_back(line);
      if (std::abs(line.strain) > 0.5 * std::abs(curve.strain)) flow.push_back(line.stress_GPa);
    }
    moduli.push_back(slope(elastic));
    if (!flow.empty()) flows.push_back(block_mean(flow));
  }
  curve.modulus_GPa = mean_of_replicas(moduli);
  bins.finish(curve.at_strain, curve.stress_GPa, curve.errors_GPa);
  for (std::size_t k = 0; k < curve.at_strain.size(); ++k)
    if (std::abs(curve.stress_GPa[k]) > std::abs(curve.peak_GPa)) {
      curve.peak_GPa = curve.stress_GPa[k];
      curve.peak_strain = curve.at_strain[k];
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

// The step that leaves the sample with which `step` begins, -1 if there is none: the one before it, or the one that a `restore` before it goes back to, by label or
// by whole name, step03_anneal.
int step_behind(const std::vector<ProtocolStep>& protocol, std::size_t step) {
  if (step == 0) return -1;
  const ProtocolStep& before = protocol[step - 1];
  if (before.type != "restore") return static_cast<int>(step) - 1;
  for (std::size_t k = 0; k + 1 < step; ++k)
    if (protocol[k].type != "restore" && (protocol[k].label == before.from || fmt::format("step{:02d}_{}", k, protocol[k].label) == before.from)) return static_cast<int>(k);
  return -1;
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
    // Of a sample that was not strained just before: else it remembers more than this strain.
    const int behind = step_behind(run.protocol, step - 1);
    if (behind < 0 || run.protocol[static_cast<std::size_t>(behind)].type == "deform") continue;
    StressHold hold{static_cast<int>(step), held.label, strained.deformation, strained.strain, {}, {}, {}, {}};
    BinnedCurves bins;
    for (const ThermoTable& table : run.thermo) {
      bins.begin_replica();
      // Lines that end with the step before the strain: its second half.
      const auto before = lines_of(table, behind, behind, hold.deformation);
      const auto ramp = lines_of(table, hold.protocol_step - 1, hold.protocol_step - 1, hold.deformation);
      double stress_before = 0.0;
      for (std::size_t k = before.size() / 2; k < before.size(); ++k) stress_before += before[k].stress_GPa / static_cast<double>(before.size() - before.size() / 2);
      if (before.empty() || ramp.empty()) continue;
      StressSeries series;
      for (std::size_t k = before.size() / 2; k < before.size(); ++k) series.before_GPa.push_back(before[k].stress_GPa / hold.strain);
      for (const Line& line : lines_of(table, hold.protocol_step, hold.protocol_step, hold.deformation))
        if (const double time_ps = line.time_ps - ramp.back().time_ps; time_ps > 0.0) {
          series.time_ps.push_back(time_ps);
          series.held_GPa.push_back((line.stress_GPa - stress_before) / hold.strain);
          bins.add(static_cast<int>(std::floor(10.0 * std::log10(time_ps))), time_ps, series.held_GPa.back());
        }
      hold.replicas.push_back(std::move(series));
    }
    bins.finish(hold.time_ps, hold.modulus_GPa, hold.errors_GPa);
    if (hold.time_ps.size() >= 2) holds.push_back(std::move(hold));
  }
  return holds;
}

}  // namespace patina
