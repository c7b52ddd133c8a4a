// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/tau_law.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "analysis/chi_squared.hpp"
#include "analysis/least_squares.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

using Vector3 = Eigen::Vector3d;

constexpr double least_gain = 6.635;  // of chi^2 by a curvature: the 99 % quantile of one parameter
constexpr double least_probability = 0.01, worst_Tg = 0.1;
constexpr int iterations = 100;

bool is_myega(const std::string& name) { return name == "myega"; }
int parameters_of(const std::string& name) { return name == "arrhenius" ? 2 : 3; }

// y(x) and its derivatives by y_r, S, c.
double curve(bool myega, const Vector3& p, double x, Vector3* slope = nullptr) {
  const double S = p[1], c = p[2];
  if (myega) {
    const double growth = x * std::exp(c * (x - 1.0)), rise = growth - 1.0;
    if (slope) *slope = {1.0, rise / (1.0 + c), S / (1.0 + c) * (growth * (x - 1.0) - rise / (1.0 + c))};
    return p[0] + S * rise / (1.0 + c);
  }
  const double below = 1.0 - c * x, rise = (1.0 - c) * (x - 1.0) / below;
  if (slope) *slope = {1.0, rise, S * (x - 1.0) * (x - 1.0) / (below * below)};
  return p[0] + S * rise;
}

// x at which y is reached.
double place_of(bool myega, const Vector3& p, double y) {
  const double S = p[1], c = p[2];
  if (!myega) {
    const double r = (y - p[0]) / (S * (1.0 - c));
    return (1.0 + r) / (1.0 + r * c);
  }
  const double wanted = 1.0 + (y - p[0]) * (1.0 + c) / S;  // x exp(c (x - 1))
  if (!(wanted > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  double low = 0.0, high = 1.0;
  const auto reached = [&](double x) { return x * std::exp(c * (x - 1.0)) >= wanted; };
  for (int k = 0; k < iterations && !reached(high); ++k) high *= 2.0;
  for (int k = 0; k < iterations; ++k) (reached(0.5 * (low + high)) ? high : low) = 0.5 * (low + high);
  return 0.5 * (low + high);
}

double steepness(bool myega, const Vector3& p, double x) {
  const double S = p[1], c = p[2];
  if (myega) return S * std::exp(c * (x - 1.0)) * (1.0 + c * x) / (1.0 + c);
  return S * (1.0 - c) * (1.0 - c) / ((1.0 - c * x) * (1.0 - c * x));
}

// Standard error of a function of the parameters, to first order.
double error_of(const TauLaw& law, const std::function<double(const Vector3&)>& f) {
  Vector3 slope;
  for (int k = 0; k < 3; ++k) {
    const double h = 1e-5 * std::max(std::sqrt(law.covariance(k, k)), 1e-8);
    Vector3 up = law.fitted, down = law.fitted;
    up[k] += h;
    down[k] -= h;
    slope[k] = (f(up) - f(down)) / (2.0 * h);
  }
  return std::sqrt(std::max(slope.dot(law.covariance * slope), 0.0));
}

LeastSquaresResult minimum(const std::string& name, const std::vector<TauPoint>& points, double reference_K) {
  const bool myega = is_myega(name);
  double highest_x = 0.0, lowest_x = std::numeric_limits<double>::infinity();
  for (const auto& point : points) {
    highest_x = std::max(highest_x, reference_K / point.temperature_K);
    lowest_x = std::min(lowest_x, reference_K / point.temperature_K);
  }
  LeastSquaresProblem problem;
  problem.evaluate = [&points, myega, reference_K](const Eigen::VectorXd& p, Eigen::VectorXd& r, Eigen::MatrixXd& jacobian) {
    const auto n = static_cast<Eigen::Index>(points.size());
    r.resize(n);
    jacobian.resize(n, 3);
    for (Eigen::Index i = 0; i < n; ++i) {
      const TauPoint& point = points[static_cast<std::size_t>(i)];
      Vector3 slope;
      r[i] = (curve(myega, p, reference_K / point.temperature_K, &slope) - std::log(point.tau)) / point.log_error;
      jacobian.row(i) = slope.transpose() / point.log_error;
    }
  };
  problem.lower.resize(3);
  problem.upper.resize(3);
  problem.lower << -1e4, 1e-6, myega ? -0.95 : -20.0;
  problem.upper << 1e4, 1e6, myega ? 50.0 : 0.9999 / highest_x;
  problem.fixed = {false, false, name == "arrhenius"};
  const auto by_T = [](const TauPoint& a, const TauPoint& b) { return a.temperature_K < b.temperature_K; };
  const auto [coldest, hottest] = std::minmax_element(points.begin(), points.end(), by_T);
  const double rise = std::max(std::log(coldest->tau / hottest->tau) / (highest_x - lowest_x), 1e-3);
  LeastSquaresResult best;
  for (const double c : {0.0, 0.5, 0.8}) {
    Eigen::VectorXd start(3);
    start << 0.5 * std::log(coldest->tau * hottest->tau), rise, c;
    auto found = minimise_least_squares(problem, start);
    if (best.parameters.size() == 0 || found.chi_squared < best.chi_squared) best = std::move(found);
    if (problem.fixed[2]) break;
  }
  return best;
}

void name_parameters(TauLaw& law, const std::string& unit) {
  const double T = law.reference_K;
  const auto add = [&](const std::string& name, const std::function<double(const Vector3&)>& f) { law.parameters.push_back({name, f(law.fitted), error_of(law, f)}); };
  if (is_myega(law.name)) {
    add("ln_tau_inf_" + unit, [](const Vector3& p) { return p[0] - p[1] / (1.0 + p[2]); });
    add("K_K", [T](const Vector3& p) { return p[1] / (1.0 + p[2]) * std::exp(-p[2]) * T; });
    add("C_K", [T](const Vector3& p) { return p[2] * T; });
    return;
  }
  add("ln_tau_inf_" + unit, [](const Vector3& p) { return p[0] - p[1] * (1.0 - p[2]); });
  if (law.name == "arrhenius") {
    add("E_eV", [T](const Vector3& p) { return p[1] * T * units::boltzmann_eV_per_K; });
    return;
  }
  add("B_K", [T](const Vector3& p) { return p[1] * T * (1.0 - p[2]) * (1.0 - p[2]); });
  add("T0_K", [T](const Vector3& p) { return p[2] * T; });
}

GlassPoint glass_point(const TauLaw& law, const std::vector<TauPoint>& points, double glass_tau) {
  GlassPoint out;
  const auto by_tau = [](const TauPoint& a, const TauPoint& b) { return a.tau < b.tau; };
  const auto [shortest, longest] = std::minmax_element(points.begin(), points.end(), by_tau);
  const double span = std::log10(longest->tau / shortest->tau);
  out.decades_beyond = std::max({0.0, std::log10(glass_tau / longest->tau), std::log10(shortest->tau / glass_tau)});
  if (out.decades_beyond > span) {
    out.reason = fmt::format("tau = {:.3g} lies {:.1f} decades beyond the data, which span {:.1f}", glass_tau, out.decades_beyond, span);
    return out;
  }
  const bool myega = is_myega(law.name);
  const double y = std::log(glass_tau), T = law.reference_K;
  const auto Tg = [=](const Vector3& p) { return T / place_of(myega, p, y); };
  const auto m = [=](const Vector3& p) {
    const double x = place_of(myega, p, y);
    return steepness(myega, p, x) * x / std::log(10.0);
  };
  out.Tg_K = Tg(law.fitted);
  out.Tg_error_K = error_of(law, Tg);
  out.fragility = m(law.fitted);
  out.fragility_error = error_of(law, m);
  out.found = std::isfinite(out.Tg_K) && out.Tg_K > 0.0 && out.Tg_error_K < worst_Tg * out.Tg_K;
  if (!out.found) out.reason = "the law does not fix the temperature of this tau to 10 %";
  return out;
}

}  // namespace

TauLaw fit_tau_law(const std::string& name, const std::vector<TauPoint>& points, const std::string& unit, double glass_tau) {
  require(name == "arrhenius" || name == "vft" || is_myega(name), "tau law: " + name);
  TauLaw law;
  law.name = name;
  const int k = parameters_of(name), n = static_cast<int>(points.size());
  double weights = 0.0, sum = 0.0, low = std::numeric_limits<double>::infinity(), high = 0.0;
  for (const auto& point : points) {
    require(point.temperature_K > 0.0 && point.tau > 0.0 && point.log_error > 0.0, "tau law: a point without tau, temperature or error");
    const double w = 1.0 / (point.log_error * point.log_error);
    weights += w;
    sum += w / point.temperature_K;
    low = std::min(low, point.temperature_K);
    high = std::max(high, point.temperature_K);
  }
  if (n <= k) {
    law.reason = fmt::format("{} points for {} parameters: at least {} are needed", n, k, k + 1);
    return law;
  }
  if (!(high > 1.02 * low)) {
    law.reason = fmt::format("all temperatures lie between {:.4g} and {:.4g} K: no law of T can be told", low, high);
    return law;
  }
  law.reference_K = weights / sum;
  const auto best = minimum(name, points, law.reference_K);
  law.fitted = best.parameters;
  law.chi_squared = best.chi_squared;
  law.degrees_of_freedom = n - k;
  law.probability = chi_squared_probability(law.chi_squared, law.degrees_of_freedom);
  law.aic = law.chi_squared + 2.0 * k;
  law.aicc = n - k - 1 > 0 ? law.aic + 2.0 * k * (k + 1.0) / (n - k - 1.0) : std::numeric_limits<double>::infinity();
  law.bic = law.chi_squared + k * std::log(n);
  if (law.fitted[1] <= 2e-6) {
    law.reason = "tau does not grow on cooling";
    return law;
  }
  if (k == 3) {
    const double gain = minimum("arrhenius", points, law.reference_K).chi_squared - law.chi_squared;
    if (gain < least_gain) {
      law.reason = fmt::format("a straight line (Arrhenius) describes the points as well: chi^2 is only {:.1f} larger, and no curvature is known", gain);
      return law;
    }
  }
  law.covariance.topLeftCorner(k, k) = pseudo_inverse(information_matrix(best.jacobian.leftCols(k)));
  if (law.probability < least_probability) {
    law.covariance *= law.chi_squared / law.degrees_of_freedom;
    law.warnings.push_back(fmt::format("does not fit: chi^2 = {:.1f} for {} degrees of freedom; errors are enlarged by {:.2g}", law.chi_squared, law.degrees_of_freedom,
                                       std::sqrt(law.chi_squared / law.degrees_of_freedom)));
  }
  law.found = true;
  name_parameters(law, unit);
  if (glass_tau > 0.0)
    law.glass_point = glass_point(law, points, glass_tau);
  else
    law.glass_point.reason = "no tau was stated for it";
  return law;
}

double tau_law_value(const std::string& name, const Vector3& parameters, double x) { return curve(is_myega(name), parameters, x); }

double log_tau(const TauLaw& law, double temperature_K) { return curve(is_myega(law.name), law.fitted, law.reference_K / temperature_K); }

double log_tau_error(const TauLaw& law, double temperature_K) {
  Vector3 slope;
  curve(is_myega(law.name), law.fitted, law.reference_K / temperature_K, &slope);
  return std::sqrt(std::max(slope.dot(law.covariance * slope), 0.0));
}

}  // namespace patina
