// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/rate_dependence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/chi_squared.hpp"
#include "analysis/weighted_line.hpp"

namespace patina {
namespace {

constexpr double least_span = 1.5;  // largest rate over smallest

}  // namespace

RateDependence fit_rate_dependence(std::vector<RatePoint> points) {
  RateDependence out;
  std::sort(points.begin(), points.end(), [](const RatePoint& a, const RatePoint& b) { return a.rate_K_per_s < b.rate_K_per_s; });
  out.points = std::move(points);
  const std::size_t n = out.points.size();
  if (n < 2 || out.points.back().rate_K_per_s < least_span * out.points.front().rate_K_per_s) {
    out.reason = fmt::format("{} quench(es) with a T_g of the enthalpy{}; two rates that differ by a factor of {:g} are needed", n,
                             n < 2 ? "" : fmt::format(", at {:.3g} to {:.3g} K/s", out.points.front().rate_K_per_s, out.points.back().rate_K_per_s), least_span);
    return out;
  }
  double mean_log = 0.0;
  for (const auto& p : out.points) mean_log += std::log10(p.rate_K_per_s) / static_cast<double>(n);
  out.reference_rate_K_per_s = std::pow(10.0, mean_log);
  WeightedLine line;
  for (const auto& p : out.points) line.add(std::log10(p.rate_K_per_s) - mean_log, p.Tg_K, 1.0 / (p.error_K * p.error_K));
  out.found = true;
  out.slope_K = line.slope();
  out.Tg_K = line.at_zero();
  for (const auto& p : out.points) out.chi_squared += std::pow((p.Tg_K - out.Tg_K - out.slope_K * (std::log10(p.rate_K_per_s) - mean_log)) / p.error_K, 2);
  out.degrees_of_freedom = static_cast<int>(n) - 2;
  out.probability = chi_squared_probability(out.chi_squared, out.degrees_of_freedom);
  if (out.degrees_of_freedom > 0) out.widened_by = std::sqrt(std::max(1.0, out.chi_squared / out.degrees_of_freedom));
  out.slope_error_K = out.widened_by * std::sqrt(line.slope_variance());
  out.Tg_error_K = out.widened_by * std::sqrt(line.variance_at_zero());
  if (std::any_of(out.points.begin(), out.points.end(), [](const RatePoint& p) { return !p.of_replicas; }))
    out.notes.emplace_back("errors of one sample each know nothing of how others differ: four replicas or more of each rate do");
  return out;
}

RateDependence fit_rate_dependence(const std::vector<QuenchedAt>& quenches) {
  std::vector<RatePoint> points;
  for (const auto& one : quenches)
    for (const auto& observable : one.quench.observables) {
      const GlassTransition& t = observable.transition;
      if (observable.name == "enthalpy" && t.fit.found && t.bootstrap_samples > 1 && t.bootstrap_error_K > 0.0)
        points.push_back({one.folder, one.quench.protocol_step, std::abs(one.quench.rate_K_per_s), t.fit.Tg_K, t.bootstrap_error_K, t.bootstrap_of_replicas});
    }
  return fit_rate_dependence(std::move(points));
}

}  // namespace patina
