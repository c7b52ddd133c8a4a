// SPDX-License-Identifier: BSD-3-Clause
#include "cli/compared_series.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/error.hpp"
#include "score/relaxation_table.hpp"

namespace patina {
namespace {

constexpr double s_per_ps = 1e-12;
constexpr std::size_t least_points = 3;

struct Candidate {
  std::string entry;
  const RelaxationAnalysis* relaxation;
  double temperature_K;
};

std::vector<Candidate> candidates(const RunAnalysis& run) {
  std::vector<Candidate> all;
  for (const auto& one : run.relaxation) all.push_back({one.data.entry, &one, one.temperature_K});
  for (const auto& dynamics : run.dynamics)
    for (const auto& shell : dynamics.shells) all.push_back({fmt::format("{}, q = {:.4g} 1/A", dynamics.data.entry, shell.data.q0_inv_A), &shell, dynamics.temperature_K});
  return all;
}

const Candidate& chosen(const std::vector<Candidate>& all, const std::string& entry, const std::string& path) {
  std::vector<std::string> names;
  const Candidate* best = nullptr;
  for (const auto& one : all) {
    names.push_back(one.entry);
    if (entry.empty() ? !best || one.relaxation->ageing.points.size() > best->relaxation->ageing.points.size() : one.entry == entry) best = &one;
  }
  if (!best) throw Error(ExitCode::bad_input, fmt::format("{}: {}; it has {}", path, entry.empty() ? "no f(q,t) with a relaxation time" : "no entry " + entry, fmt::join(names, "; ")));
  if (best->relaxation->ageing.points.size() < least_points)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} has {} waiting times with a relaxation time; at least {} are compared", path, best->entry, best->relaxation->ageing.points.size(), least_points));
  return *best;
}

// Weighted by errors.
void set_exponent(const std::vector<std::pair<double, double>>& exponents, ComparedSample& sample) {
  double weights = 0.0, sum = 0.0;
  for (const auto& [value, error] : exponents) {
    weights += 1.0 / (error * error);
    sum += value / (error * error);
  }
  if (!(weights > 0.0)) return;
  sample.kww_exponent = sum / weights;
  sample.kww_exponent_error = 1.0 / std::sqrt(weights);
}

// tau0 is tau at the first age.
void set_reduced_ages(ComparedSeries& out) {
  const auto& x = out.series.x;
  const auto first = static_cast<std::size_t>(std::min_element(x.begin(), x.end()) - x.begin());
  out.sample.tau0_s = out.series.tau[first];
  out.sample.reduced_from = x[first] / out.series.tau[first];
  out.sample.reduced_to = *std::max_element(x.begin(), x.end()) / out.series.tau[first];
}

}  // namespace

void set_glass_transition(const RunAnalysis& run, ComparedSample& sample) {
  for (const auto& quench : run.quenches)
    for (const auto& observable : quench.observables)
      if (observable.name == "enthalpy" && observable.transition.fit.found) {
        sample.Tg_K = observable.transition.fit.Tg_K;
        sample.cooling_rate_K_per_s = quench.rate_K_per_s;
      }
}

SimulatedResults read_simulated(const std::string& path) {
  SimulatedResults results;
  results.path = path;
  results.of_run = std::filesystem::is_directory(path);
  if (!results.of_run) return results;
  results.run = analyse_run(read_run_data(path), {});
  return results;
}

ComparedSeries simulated_series(const SimulatedResults& results, ScaledAgainst against, const std::string& entry) {
  if (!results.of_run) return table_series(results.path, against);
  ComparedSeries out;
  out.path = results.path;
  set_glass_transition(results.run, out.sample);
  if (against == ScaledAgainst::temperature) {
    for (const auto& one : results.run.tau.law.equilibrium) {
      out.series.x.push_back(one.point.temperature_K);
      out.series.tau.push_back(one.point.tau * s_per_ps);
      out.series.log_error.push_back(one.point.log_error);
    }
    if (const auto glass = results.run.tau.law.glass.size(); glass > 0) out.notes.push_back(fmt::format("{} simulated points are not in equilibrium and left out", glass));
    if (out.series.x.size() < least_points)
      throw Error(ExitCode::bad_input, fmt::format("{}: {} holds in equilibrium with a relaxation time; at least {} are compared", results.path, out.series.x.size(), least_points));
    return out;
  }
  const auto all = candidates(results.run);
  const Candidate& one = chosen(all, entry, results.path);
  out.entry = one.entry;
  if (std::isfinite(one.temperature_K)) out.sample.temperature_K = one.temperature_K;
  for (const auto& point : one.relaxation->ageing.points) {
    out.series.x.push_back(point.waiting_time_ps * s_per_ps);
    out.series.tau.push_back(point.tau_ps * s_per_ps);
    out.series.log_error.push_back(point.log_error);
  }
  std::vector<std::pair<double, double>> exponents;
  for (const auto& fit : one.relaxation->coherent.fits)
    if (fit.fit.status == KwwStatus::fitted && !fit.fit.kww_exponent.fixed) {
      const Interval interval = intervals_68(fit).kww_exponent;
      exponents.emplace_back(fit.fit.kww_exponent.value, 0.5 * (interval.upper - interval.lower));
    }
  set_exponent(exponents, out.sample);
  set_reduced_ages(out);
  return out;
}

ScaledAgainst kind_of_table(const std::string& path) {
  const RelaxationTable table = read_relaxation_table(path);
  if (table.has_waiting_time) return ScaledAgainst::waiting_time;
  if (table.has_temperature) return ScaledAgainst::temperature;
  throw Error(ExitCode::bad_input, fmt::format("{}: neither waiting_time_{} nor temperature_K: tau against what?", path, table.unit));
}

ComparedSeries table_series(const std::string& path, ScaledAgainst against) {
  const RelaxationTable table = read_relaxation_table(path);
  const bool ageing = against == ScaledAgainst::waiting_time;
  if (ageing ? !table.has_waiting_time : !table.has_temperature)
    throw Error(ExitCode::bad_input, fmt::format("{}: no column {}: both are compared against the same", path, ageing ? "waiting_time_" + table.unit : "temperature_K"));
  ComparedSeries out;
  out.path = path;
  out.notes = table.notes;
  const double unit = table.unit == "ps" ? s_per_ps : 1.0;
  std::size_t glass = 0;
  std::set<double> temperatures;
  std::vector<std::pair<double, double>> exponents;
  for (const auto& row : table.rows) {
    if (!ageing && row.equilibrium && !*row.equilibrium) {
      ++glass;
      continue;
    }
    out.series.x.push_back(ageing ? row.waiting_time * unit : row.temperature_K);
    out.series.tau.push_back(row.tau * unit);
    out.series.log_error.push_back(row.log_error);
    if (std::isfinite(row.kww_exponent)) exponents.emplace_back(row.kww_exponent, row.kww_exponent_error);
    if (table.has_temperature) temperatures.insert(row.temperature_K);
  }
  if (glass > 0) out.notes.push_back(fmt::format("{}: {} rows are not in equilibrium and left out", path, glass));
  if (out.series.x.size() < least_points) throw Error(ExitCode::bad_input, fmt::format("{}: {} rows; at least {} are compared", path, out.series.x.size(), least_points));
  set_exponent(exponents, out.sample);
  if (!ageing) return out;
  if (temperatures.size() > 1)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} temperatures from {:g} to {:g} K with waiting times: ageing of one temperature is compared at a time", path, temperatures.size(), *temperatures.begin(), *temperatures.rbegin()));
  if (temperatures.size() == 1) out.sample.temperature_K = *temperatures.begin();
  set_reduced_ages(out);
  return out;
}

}  // namespace patina
