// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/heating_analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/local_lines.hpp"
#include "analysis/ramp_curves.hpp"

namespace patina {
namespace {

constexpr double grid_of_window = 0.25;  // points of c_p stand so much of a window apart
constexpr double glass_piece = 0.15;     // of T_f: over which H of both glasses is compared, from where both scans begin
constexpr double liquid_from = 1.20, liquid_to = 1.60, least_liquid = 0.08;
constexpr double glass_below = 0.80;     // the piece ends below: glasses relax above
constexpr double peak_errors = 4.0;
constexpr double alike_rates = 1.05;

// What stands in the way of a T_f: no window of the family may move it by more than a quarter of itself.
void refuse_if_loose(GlassTransition& fictive) {
  const double spread = fictive.scatter_high_K - fictive.scatter_low_K;
  if (!fictive.fit.found || !(spread > 0.25 * fictive.fit.Tg_K)) return;
  fictive.fit.found = false;
  fictive.fit.reason = fmt::format("equal areas give {:.0f} K, but {:.0f} to {:.0f} K with other windows: this scan does not fix it", fictive.fit.Tg_K,
                                   fictive.scatter_low_K, fictive.scatter_high_K);
}

RelaxationEnthalpy refuse(RelaxationEnthalpy out, std::string reason) {
  out.reason = std::move(reason);
  return out;
}

}  // namespace

std::size_t HeatCapacity::highest() const { return static_cast<std::size_t>(std::max_element(value.begin(), value.end()) - value.begin()); }

bool HeatCapacity::has_peak() const {
  std::vector<double> sorted = value;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
  return value[highest()] - sorted[sorted.size() / 2] > peak_errors * error[highest()];
}

HeatCapacity heat_capacity(const std::vector<QuenchCurve>& enthalpy, double window_K) {
  HeatCapacity out;
  out.window_K = window_K;
  const LocalLines lines(enthalpy);
  out.errors_of_replicas = lines.errors_of_replicas();
  out.inefficiency = lines.statistical_inefficiency();
  const double half = 0.5 * window_K;
  const int points = static_cast<int>((lines.high_K() - lines.low_K() - window_K) / (grid_of_window * window_K)) + 1;
  for (int k = 0; k < points && lines.high_K() - lines.low_K() >= window_K; ++k) {
    const double at = lines.low_K() + half + k * grid_of_window * window_K;
    const LocalLine line = lines.over(at - half, at + half);
    if (!line.found) continue;
    out.temperature_K.push_back(line.slope_at_K);
    out.value.push_back(line.slope);
    out.error.push_back(line.slope_error);
  }
  if (out.value.empty())
    out.reason = lines.high_K() - lines.low_K() < window_K
                     ? fmt::format("the scan spans {:.0f} K, less than a window of {:g} K (--heat-capacity-window-K)", std::max(lines.high_K() - lines.low_K(), 0.0), window_K)
                     : fmt::format("no window of {:g} K has the eight rows of thermo.csv that a slope needs: write more often, or widen it (--heat-capacity-window-K)", window_K);
  return out;
}

HeatingScan analyse_heating(const RunData& run, int step, double atoms, const HeatingOptions& options) {
  HeatingScan scan;
  scan.folder = run.path;
  scan.protocol_step = step;
  for (const auto& table : run.thermo) {
    const auto rows = table.rows_of_step(step);
    if (rows.size() < 2) continue;
    RampCurves curves = ramp_curves(table, rows, atoms);
    scan.first_K = imposed_temperature_K(table, rows.front(), curves.enthalpy.temperature_K.front());
    scan.last_K = imposed_temperature_K(table, rows.back(), curves.enthalpy.temperature_K.back());
    const double duration_ps = table.column("time_ps")[rows.back()] - table.column("time_ps")[rows.front()];
    scan.rate_K_per_s = (scan.last_K - scan.first_K) / duration_ps * 1e12;
    scan.enthalpy.push_back(std::move(curves.enthalpy));
  }
  if (scan.enthalpy.empty()) return scan;
  scan.fictive = estimate_glass_transition(scan.enthalpy, options.fictive);
  refuse_if_loose(scan.fictive);
  scan.heat_capacity = heat_capacity(scan.enthalpy, options.window_K);
  if (!scan.fictive.fit.found)
    scan.rise.reason = "without a fictive temperature neither glass nor liquid is known";
  else if (!scan.heat_capacity.reason.empty())
    scan.rise.reason = "there is no c_p";
  else
    scan.rise = heating_rise(scan.enthalpy, scan.fictive.fit, scan.heat_capacity);
  return scan;
}

RelaxationEnthalpy relaxation_enthalpy(const HeatingScan& scan, const HeatingScan& reference) {
  RelaxationEnthalpy out;
  if (!reference.fictive.fit.found) return refuse(out, "the reference scan has no T_f: " + reference.fictive.fit.reason);
  if (scan.enthalpy.empty()) return refuse(out, "the scan has no rows");
  const double Tf = reference.fictive.fit.Tg_K;
  const LocalLines here(scan.enthalpy), there(reference.enthalpy);
  out.glass_low_K = std::max(here.low_K(), there.low_K());
  out.glass_high_K = out.glass_low_K + glass_piece * Tf;
  out.liquid_low_K = liquid_from * Tf;
  out.liquid_high_K = std::min({here.high_K(), there.high_K(), liquid_to * Tf});
  if (out.glass_high_K > glass_below * Tf)
    return refuse(out, fmt::format("both scans begin together at {:.0f} K: too near to T_f = {:.0f} K of the reference for a piece of glass below {:.0f} K", out.glass_low_K, Tf,
                                   glass_below * Tf));
  if (out.liquid_high_K - out.liquid_low_K < least_liquid * Tf)
    return refuse(out, fmt::format("both scans end together at {:.0f} K: a liquid begins at {:.0f} K, {:g} T_f of the reference, and must be seen to {:.0f} K", out.liquid_high_K,
                                   out.liquid_low_K, liquid_from, (liquid_from + least_liquid) * Tf));
  const LocalLine glass = here.over(out.glass_low_K, out.glass_high_K), glass_ref = there.over(out.glass_low_K, out.glass_high_K);
  const LocalLine liquid = here.over(out.liquid_low_K, out.liquid_high_K), liquid_ref = there.over(out.liquid_low_K, out.liquid_high_K);
  if (!glass.found || !glass_ref.found || !liquid.found || !liquid_ref.found) return refuse(out, "too few rows in the pieces that are compared");
  const double in_glass = glass.value - glass_ref.value;
  out.liquid_difference = liquid.value - liquid_ref.value;
  out.liquid_error = std::hypot(liquid.value_error, liquid_ref.value_error);
  out.value = in_glass - out.liquid_difference;
  out.error = std::hypot(std::hypot(glass.value_error, glass_ref.value_error), out.liquid_error);
  const TwoLineFit& lines = reference.fictive.fit;
  const double scale = (lines.liquid.slope - lines.glass.slope) * Tf;
  out.reduced = out.value / scale;
  out.reduced_error = out.error / scale;  // that of the scale is second to it where dH_rel is small
  out.found = true;
  if (std::abs(out.liquid_difference) > 4.0 * out.liquid_error)
    out.warnings.push_back(fmt::format("the liquids differ by {:.3g} +- {:.1g} eV/atom: other substances, potentials or pressures, or a scan that is no liquid yet", out.liquid_difference,
                                       out.liquid_error));
  const double rates = scan.rate_K_per_s / reference.rate_K_per_s;
  if (rates > alike_rates || rates < 1.0 / alike_rates)
    out.warnings.push_back(fmt::format("the scans heat at {:.3g} and {:.3g} K/s: T_f must not be compared between them", scan.rate_K_per_s, reference.rate_K_per_s));
  return out;
}

std::vector<ComparedScan> compare_scans(const std::vector<HeatingScan>& scans) {
  std::vector<ComparedScan> compared;
  for (std::size_t k = 0; k + 1 < scans.size(); ++k) compared.push_back({k, scans.size() - 1, relaxation_enthalpy(scans[k], scans.back())});
  return compared;
}

}  // namespace patina
