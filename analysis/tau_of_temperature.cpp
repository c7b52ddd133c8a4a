// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/tau_of_temperature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace patina {
namespace {

constexpr std::size_t least_glass = 3, least_liquid = 4;
constexpr std::size_t most_places = 256;  // at which a split is tried
constexpr double bic_gain = 10.0, alike = 2.0, least_probability = 0.01;
constexpr const char* names[] = {"arrhenius", "vft", "myega"};

std::vector<TauPoint> points_of(const std::vector<MeasuredTau>& measured) {
  std::vector<TauPoint> points;
  for (const auto& one : measured) points.push_back(one.point);
  return points;
}

// The law of least BIC; one whose curvature is not known counts as the straight line it is no better than.
TauLaw best_by_bic(const std::vector<TauPoint>& points) {
  TauLaw best;
  for (const char* name : names) {
    TauLaw law = fit_tau_law(name, points, "", 0.0);
    if (law.found && (!best.found || law.bic < best.bic)) best = std::move(law);
  }
  return best;
}

double steepness(const TauLaw& law, double temperature_K) {
  const double h = 1e-4 * temperature_K;
  return (log_tau(law, temperature_K - h) - log_tau(law, temperature_K + h)) / (2.0 * h);
}

// How many of the coldest points are a glass; 0: the data show none.
std::size_t glass_points(const std::vector<MeasuredTau>& all) {
  const auto points = points_of(all);
  const TauLaw whole = best_by_bic(points);
  std::size_t found = 0;
  double least = whole.found ? whole.bic - bic_gain : std::numeric_limits<double>::infinity();
  const std::size_t stride = 1 + points.size() / most_places;
  for (std::size_t k = least_glass; k + least_liquid <= points.size(); k += stride) {
    const TauLaw glass = fit_tau_law("arrhenius", {points.begin(), points.begin() + static_cast<std::ptrdiff_t>(k)}, "", 0.0);
    const TauLaw liquid = best_by_bic({points.begin() + static_cast<std::ptrdiff_t>(k), points.end()});
    const double parameters = 1.0 + 2.0 + (liquid.name == "arrhenius" ? 2.0 : 3.0);  // the place of the split, both laws
    const double bic = glass.chi_squared + liquid.chi_squared + parameters * std::log(static_cast<double>(points.size()));
    const double split_K = 0.5 * (points[k - 1].temperature_K + points[k].temperature_K);
    if (!liquid.found || !(bic < least)) continue;
    if (glass.found && steepness(glass, split_K) > steepness(liquid, split_K)) continue;
    least = bic;
    found = k;
  }
  return found;
}

void divide(std::vector<MeasuredTau>& points, const TauOfTemperatureOptions& options, TauOfTemperature& out) {
  std::sort(points.begin(), points.end(), [](const MeasuredTau& a, const MeasuredTau& b) { return a.point.temperature_K < b.point.temperature_K; });
  const bool marked = std::all_of(points.begin(), points.end(), [](const MeasuredTau& one) { return one.equilibrium.has_value(); });
  const std::size_t glass = marked || options.glass_below_K ? 0 : glass_points(points);
  out.split_by = marked                  ? "as the points are marked"
                 : options.glass_below_K ? fmt::format("below {:g} K, as stated", *options.glass_below_K)
                 : glass > 0             ? "by the data (BIC)"
                                         : "all in equilibrium: the data show no other branch (BIC)";
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool equilibrium = points[i].equilibrium.value_or(options.glass_below_K ? points[i].point.temperature_K >= *options.glass_below_K : i >= glass);
    (equilibrium ? out.equilibrium : out.glass).push_back(points[i]);
  }
}

bool fits(const TauLaw& law) { return law.probability >= least_probability; }

// One that fits before one that does not; then by AICc, which is infinite of a law with as many points as it needs and no more.
bool better(const TauLaw& a, const TauLaw& b) { return fits(a) != fits(b) ? fits(a) : a.aicc < b.aicc; }

void choose_best(TauOfTemperature& out) {
  for (int k = 0; k < static_cast<int>(out.laws.size()); ++k)
    if (out.laws[static_cast<std::size_t>(k)].found && (out.best < 0 || better(out.laws[static_cast<std::size_t>(k)], out.laws[static_cast<std::size_t>(out.best)]))) out.best = k;
  if (out.best < 0) return;
  const TauLaw& best = out.laws[static_cast<std::size_t>(out.best)];
  out.law_known = fits(best) && std::isfinite(best.aicc);
  for (const auto& law : out.laws) out.law_known = out.law_known && (&law == &best || !law.found || law.aicc > best.aicc + alike);
}

struct Mean {
  double value, error;
};

// What the laws say of one quantity, and how much each counts.
struct Opinions {
  std::vector<double> value, error, aicc;
  void add(double v, double e, double a) {
    value.push_back(v);
    error.push_back(e);
    aicc.push_back(a);
  }
  Mean mean() const {
    const double least = *std::min_element(aicc.begin(), aicc.end());
    std::vector<double> weight;
    double sum = 0.0, mean = 0.0, error_of_mean = 0.0;
    for (const double a : aicc) sum += weight.emplace_back(std::isfinite(least) ? std::exp(0.5 * (least - a)) : 1.0);
    for (std::size_t k = 0; k < value.size(); ++k) mean += weight[k] / sum * value[k];
    for (std::size_t k = 0; k < value.size(); ++k) error_of_mean += weight[k] / sum * std::hypot(error[k], value[k] - mean);
    return {mean, error_of_mean};
  }
};

GlassPoint mean_glass_point(const TauOfTemperature& out) {
  GlassPoint mean = out.laws[static_cast<std::size_t>(out.best)].glass_point;  // that of the best law tells why there is none
  if (!mean.found) return mean;
  Opinions Tg, fragility;
  for (const auto& law : out.laws)
    if (law.found && law.glass_point.found && fits(law) == fits(out.laws[static_cast<std::size_t>(out.best)])) {
      Tg.add(law.glass_point.Tg_K, law.glass_point.Tg_error_K, law.aicc);
      fragility.add(law.glass_point.fragility, law.glass_point.fragility_error, law.aicc);
    }
  mean.Tg_K = Tg.mean().value;
  mean.Tg_error_K = Tg.mean().error;
  mean.fragility = fragility.mean().value;
  mean.fragility_error = fragility.mean().error;
  return mean;
}

// Errors of both laws, which are independent.
BranchCrossing crossing_with(const TauLaw& liquid, const TauOfTemperature& out) {
  BranchCrossing crossing;
  const auto difference = [&](double T) { return log_tau(liquid, T) - log_tau(out.glass_law, T); };
  // A curved law diverges below its own data: the search begins not far within the glass, and above T0.
  const std::size_t within = out.glass.size() > 3 ? out.glass.size() - 3 : 0;
  double high = out.equilibrium.back().point.temperature_K, low = out.glass[within].point.temperature_K;
  if (liquid.name == "vft") low = std::max(low, 1.001 * liquid.parameters.back().value);
  if (!(difference(low) > 0.0 && difference(high) < 0.0)) {
    crossing.reason = fmt::format("the laws do not cross between {:.4g} and {:.4g} K", low, high);
    return crossing;
  }
  for (int k = 0; k < 100; ++k) (difference(0.5 * (low + high)) > 0.0 ? low : high) = 0.5 * (low + high);
  crossing.temperature_K = 0.5 * (low + high);
  const double relative = steepness(liquid, crossing.temperature_K) - steepness(out.glass_law, crossing.temperature_K);
  crossing.error_K = std::hypot(log_tau_error(liquid, crossing.temperature_K), log_tau_error(out.glass_law, crossing.temperature_K)) / std::abs(relative);
  crossing.found = true;
  return crossing;
}

BranchCrossing crossing_of(const TauOfTemperature& out) {
  if (out.best < 0 || !out.glass_law.found) return {false, "not both branches have a law"};
  BranchCrossing crossing = crossing_with(out.laws[static_cast<std::size_t>(out.best)], out);
  if (!crossing.found) return crossing;
  Opinions all;
  for (const auto& law : out.laws)
    if (law.found && fits(law) == fits(out.laws[static_cast<std::size_t>(out.best)]))
      if (const BranchCrossing one = crossing_with(law, out); one.found) all.add(one.temperature_K, one.error_K, law.aicc);
  crossing.temperature_K = all.mean().value;
  crossing.error_K = all.mean().error;
  return crossing;
}

std::string describe(const TauOfTemperature& out) {
  if (out.best < 0) return out.laws.empty() ? "no points" : "no law of tau(T): " + out.laws.front().reason;
  const TauLaw& best = out.laws[static_cast<std::size_t>(out.best)];
  std::string text = out.law_known ? best.name + " law" : !fits(best) ? "no law fits; the nearest is " + best.name : "laws not told apart; the best is " + best.name;
  for (const auto& p : best.parameters) text += ", " + describe(p, 4);
  const GlassPoint& at = out.glass_point;
  if (at.found)
    text += fmt::format("; T_g = {:.4g} +- {:.2g} K at tau = {:g} {}, fragility {:.3g} +- {:.2g}", at.Tg_K, at.Tg_error_K, out.glass_tau, out.unit, at.fragility, at.fragility_error);
  else if (out.glass_tau > 0.0)
    text += "; no T_g: " + at.reason;
  if (out.glass_law.found) text += fmt::format("; glass: {}", describe(out.glass_law.parameters.back(), 3));
  if (out.crossing.found) text += fmt::format("; branches cross at {:.4g} +- {:.2g} K", out.crossing.temperature_K, out.crossing.error_K);
  return text;
}

}  // namespace

TauOfTemperature analyse_tau_of_temperature(std::vector<MeasuredTau> points, const std::string& unit, const TauOfTemperatureOptions& options) {
  TauOfTemperature out;
  out.unit = unit;
  out.glass_tau = options.glass_tau;
  divide(points, options, out);
  for (const char* name : names) out.laws.push_back(fit_tau_law(name, points_of(out.equilibrium), unit, options.glass_tau));
  choose_best(out);
  if (out.best >= 0) out.glass_point = mean_glass_point(out);
  out.glass_law = fit_tau_law("arrhenius", points_of(out.glass), unit, 0.0);
  if (!out.glass.empty()) out.crossing = crossing_of(out);
  out.text = describe(out);
  return out;
}

}  // namespace patina
