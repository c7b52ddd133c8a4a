// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/heating_rise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/ageing_law.hpp"
#include "analysis/heating_analysis.hpp"
#include "analysis/weighted_line.hpp"

namespace patina {
namespace {

constexpr double least_signal = 8.0;  // of the step of c_p over the error of c_p
constexpr double peak_errors = 4.0;   // by which an overshoot stands above the liquid
constexpr std::size_t least_replicas = 4;

// Where c_p passes a level.
struct Passage {
  double at_K = 0.0, slope = 0.0;  // of c_p there
  std::size_t before = 0;          // the point below it
};

// c_p begins to rise with a corner, which points a quarter of a window apart do not resolve: between two of them it is made anew, on a grid of its own.
constexpr int fine_steps = 8;

std::optional<Passage> passage_between(const HeatCapacity& c, const LocalLines& lines, double level, std::size_t k) {
  if (c.value[k] > level || c.value[k + 1] <= level) return std::nullopt;
  const double first = c.temperature_K[k], step = (c.temperature_K[k + 1] - first) / fine_steps;
  std::vector<double> at, value;
  for (int i = -2; i <= fine_steps + 2; ++i) {
    const LocalLine line = lines.over(first + i * step - 0.5 * c.window_K, first + i * step + 0.5 * c.window_K);
    if (!line.found) return std::nullopt;
    at.push_back(line.slope_at_K);
    value.push_back(line.slope);
  }
  for (std::size_t i = at.size() - 2; i > 0; --i)
    if (value[i] <= level && value[i + 1] > level) {
      const std::size_t low = i > 1 ? i - 2 : 0, high = std::min(i + 3, at.size() - 1);
      return Passage{at[i] + (level - value[i]) * (at[i + 1] - at[i]) / (value[i + 1] - value[i]), (value[high] - value[low]) / (at[high] - at[low]), k};
    }
  return std::nullopt;
}
std::optional<Passage> passage_down_from(const HeatCapacity& c, const LocalLines& lines, double level, std::size_t k) {
  for (std::size_t i = k + 1; i > 0; --i)
    if (const auto found = passage_between(c, lines, level, i - 1)) return found;
  return std::nullopt;
}
std::optional<Passage> passage_up_from(const HeatCapacity& c, const LocalLines& lines, double level, std::size_t k) {
  for (; k + 1 < c.value.size(); ++k)
    if (const auto found = passage_between(c, lines, level, k)) return found;
  return std::nullopt;
}

// H of which c_p, the slope of a line over a window, is the derivative: its mean over the window with weights 1 - (2 x / window)^2, whose variance is 6/5
// of that of the plain mean.
double smeared_enthalpy(const std::vector<QuenchCurve>& curves, double at_K, double window_K) {
  double mean = 0.0;
  for (const auto& curve : curves) {
    WeightedLine line;  // rows need not lie evenly
    for (std::size_t i = 0; i < curve.value.size(); ++i) {
      const double x = curve.temperature_K[i] - at_K, u = 2.0 * x / window_K;
      if (u > -1.0 && u < 1.0 && std::isfinite(curve.value[i])) line.add(x, curve.value[i], 1.0 - u * u);
    }
    mean += line.at_zero() / static_cast<double>(curves.size());
  }
  return mean;
}

// Correlation of slopes over windows, of independent rows, that stand so many half windows apart.
double correlation_of_windows(double apart) {
  if (apart >= 2.0) return 0.0;
  const double from = apart - 1.0;
  return 1.5 * ((1.0 - from * from * from) / 3.0 - apart * (1.0 - from * from) / 2.0);
}

// The error of c_p where H is straight, in the windows of glass and liquid: in the rise what is left of a line is not noise.
double error_where_straight(const HeatCapacity& c, const TwoLineFit& fictive) {
  double squares = 0.0, count = 0.0;
  const double half = 0.5 * c.window_K;
  for (std::size_t k = 0; k < c.value.size(); ++k) {
    const double low = c.temperature_K[k] - half, high = c.temperature_K[k] + half;
    if (!(low >= fictive.glass_low_K && high <= fictive.glass_high_K) && !(low >= fictive.liquid_low_K && high <= fictive.liquid_high_K)) continue;
    squares += c.error[k] * c.error[k];
    ++count;
  }
  return std::sqrt(squares / count);  // NaN if no window lies in either
}

HeatingRise refuse(HeatingRise out, std::string reason) {
  out.found = false;
  out.reason = std::move(reason);
  return out;
}

// With the errors of lines.
HeatingRise rise_of(const std::vector<QuenchCurve>& enthalpy, const TwoLineFit& fictive, const HeatCapacity& c) {
  HeatingRise out;
  const LocalLines lines(enthalpy);
  const LocalLine glass = lines.over(fictive.glass_low_K, fictive.glass_high_K), liquid = lines.over(fictive.liquid_low_K, fictive.liquid_high_K);
  if (!glass.found || !liquid.found) return refuse(out, "too few rows in the windows of glass and liquid");
  const double step = liquid.slope - glass.slope;
  // Noise passes half of the way least often; the other places are those next to it.
  const std::size_t highest = c.highest();
  const auto half = highest > 0 ? passage_down_from(c, lines, glass.slope + 0.5 * step, highest - 1) : std::nullopt;
  const auto quarter = half ? passage_down_from(c, lines, glass.slope + 0.25 * step, half->before) : std::nullopt;
  const auto three = half ? passage_up_from(c, lines, glass.slope + 0.75 * step, half->before) : std::nullopt;
  if (!(step > 0.0) || !quarter || !three) return refuse(out, "c_p does not rise from that of the glass to that of the liquid");
  const double noise = error_where_straight(c, fictive);
  if (!(step > least_signal * noise))
    return refuse(out, fmt::format("c_p is known to {:.2g} meV/K only, and rises by {:.2g}: more replicas, atoms or a wider window are needed", 1e3 * noise, 1e3 * step));
  out.found = true;
  const auto error_at = [&](const Passage& p, double share) {
    return std::sqrt(noise * noise + std::pow((1.0 - share) * glass.slope_error, 2) + std::pow(share * liquid.slope_error, 2)) / p.slope;
  };
  out.half_K = {half->at_K, error_at(*half, 0.5)};
  const double low = error_at(*quarter, 0.25), high = error_at(*three, 0.75), go_together = correlation_of_windows((three->at_K - quarter->at_K) / (0.5 * c.window_K));
  out.onset_K = {1.5 * quarter->at_K - 0.5 * three->at_K, std::sqrt(std::max(0.0, 2.25 * low * low + 0.25 * high * high - 1.5 * go_together * low * high))};
  const auto top = passage_up_from(c, lines, liquid.slope, half->before);
  if (!top || c.value[highest] - liquid.slope < peak_errors * std::hypot(noise, liquid.slope_error)) {
    out.no_overshoot = "c_p does not stand above that of the liquid by four of its errors";
    return out;
  }
  const double value_error = noise * c.window_K / std::sqrt(12.0);  // of the mean of the rows behind a slope
  out.overshoots = true;
  const double away = top->at_K - liquid.at_K;
  out.overshoot_eV = {liquid.value + away * liquid.slope - smeared_enthalpy(enthalpy, top->at_K, c.window_K),
                      std::sqrt(1.2 * value_error * value_error + liquid.value_error * liquid.value_error + std::pow(away * liquid.slope_error, 2))};
  return out;
}

}  // namespace

HeatingRise heating_rise(const std::vector<QuenchCurve>& enthalpy, const TwoLineFit& fictive, const HeatCapacity& heat_capacity_of_all) {
  HeatingRise out = rise_of(enthalpy, fictive, heat_capacity_of_all);
  if (!out.found || enthalpy.size() < least_replicas) return out;
  std::vector<double> onset, half, overshoot;
  for (std::size_t left_out = 0; left_out < enthalpy.size(); ++left_out) {
    std::vector<QuenchCurve> others = enthalpy;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
    const HeatingRise one = rise_of(others, fictive, heat_capacity(others, heat_capacity_of_all.window_K));
    if (!one.found) return refuse(out, "without one of the replicas: " + one.reason);
    onset.push_back(one.onset_K.value);
    half.push_back(one.half_K.value);
    if (one.overshoots) overshoot.push_back(one.overshoot_eV.value);
  }
  out.onset_K.error = jackknife_error(onset);
  out.half_K.error = jackknife_error(half);
  if (out.overshoots && overshoot.size() < enthalpy.size()) {
    out.overshoots = false;
    out.no_overshoot = "without one of the replicas c_p does not stand above that of the liquid by four of its errors";
  }
  if (out.overshoots) out.overshoot_eV.error = jackknife_error(overshoot);
  return out;
}

}  // namespace patina
