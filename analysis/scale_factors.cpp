// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/scale_factors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>

#include "analysis/ageing_form.hpp"
#include "analysis/chi_squared.hpp"
#include "analysis/least_squares.hpp"
#include "analysis/tau_law.hpp"

namespace patina {
namespace {

using Vector = Eigen::VectorXd;

constexpr int least_in_range = 3;
constexpr double least_gain = 6.635;  // of chi^2 by a change with age: the 99 % quantile of one parameter
constexpr double worst_log_error = 1.0, closest_correlation = 0.999;
constexpr const char* ageing_laws[] = {"constant", "exponential", "plateau", "power", "logarithmic", "stretched"};
constexpr const char* temperature_laws[] = {"arrhenius", "vft", "myega"};

double highest(const std::vector<double>& values) { return *std::max_element(values.begin(), values.end()); }
// A law is tested by as many points as stand at different places.
int places(const std::vector<double>& x) { return static_cast<int>(std::set<double>(x.begin(), x.end()).size()); }
double lowest(const std::vector<double>& values) { return *std::min_element(values.begin(), values.end()); }

// A law of x for one series or for both.
struct Law {
  std::string name;
  int parameters = 0;
  double reference = 0.0;  // of temperature
  std::function<double(const Vector&, double)> log_tau;
  Vector lower, upper;
  std::vector<bool> fixed;
  bool depends = true;  // on x
};

Law law_of(const std::string& name, ScaledAgainst against, double reference, double longest) {
  Law law;
  law.name = name;
  law.reference = reference;
  if (against == ScaledAgainst::temperature) {
    law.parameters = 3;
    law.log_tau = [name, reference](const Vector& p, double T) { return tau_law_value(name, Eigen::Vector3d(p[0], p[1], p[2]), reference / T); };
    law.lower.resize(3);
    law.upper.resize(3);
    law.lower << -1e4, 1e-6, name == "myega" ? -0.95 : -20.0;
    law.upper << 1e4, 1e6, name == "myega" ? 50.0 : 0.9999;
    law.fixed = {false, false, name == "arrhenius"};
    return law;
  }
  const AgeingForm& form = ageing_form(name);
  law.parameters = form.parameters;
  law.log_tau = [&form](const Vector& p, double t) { return form.log_tau(p, t); };
  law.lower = Vector::Constant(form.parameters, -1e6);
  law.upper = Vector::Constant(form.parameters, 1e6);
  law.fixed.assign(static_cast<std::size_t>(form.parameters), false);
  law.depends = form.parameters > 1;
  if (form.bends || name == "stretched") {
    law.lower[2] = std::log(1e-3 * longest);
    law.upper[2] = std::log(1e3 * longest);
  }
  if (name == "logarithmic" || name == "stretched") {
    law.lower[1] = name == "stretched" ? std::log(0.1) : -10.0;
    law.upper[1] = name == "stretched" ? std::log(5.0) : 10.0;
  }
  return law;
}

int free_parameters(const Law& law) { return static_cast<int>(std::count(law.fixed.begin(), law.fixed.end(), false)); }

// Where searches for a law of one series begin.
std::vector<Vector> starts_of(const Law& law, const RelaxationSeries& series, ScaledAgainst against) {
  std::vector<std::size_t> order(series.x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return series.x[i] < series.x[j]; });
  const double first = std::log(series.tau[order.front()]), last = std::log(series.tau[order.back()]), span = series.x[order.back()];
  std::vector<Vector> starts;
  const auto add = [&](std::initializer_list<double> values) {
    Vector start(law.parameters);
    int k = 0;
    for (const double v : values)
      if (k < law.parameters) start[k++] = v;
    starts.push_back(std::move(start));
  };
  if (against == ScaledAgainst::temperature) {
    const double rise = std::max((first - last) / (law.reference / series.x[order.front()] - law.reference / span), 1e-3);
    for (const double c : {0.0, 0.5, 0.8}) add({0.5 * (first + last), rise, c});
    return starts;
  }
  if (law.name == "power" || law.name == "logarithmic" || law.name == "stretched")
    for (const double fraction : {0.03, 0.3, 1.0}) add({first, law.name == "power" ? 0.5 : 0.0, std::log(fraction * span)});
  else
    for (const double fraction : {0.2, 0.5, 0.8}) add({first, (last - first) / span, std::log(fraction * span)});
  return starts;
}

// One series after the other; which factors are free.
struct Joint {
  const RelaxationSeries *simulated = nullptr, *measured = nullptr;
  AllowedFactors allowed = AllowedFactors::two;
};

LeastSquaresProblem problem_of(const Law& law, const Joint& joint) {
  const int k = law.parameters, factors = joint.measured ? 2 : 0;
  LeastSquaresProblem problem;
  problem.evaluate = [&law, joint, k](const Vector& p, Vector& r, Eigen::MatrixXd& jacobian) {
    const auto residuals = [&](const Vector& at) {
      std::vector<double> out;
      const auto& s = *joint.simulated;
      for (std::size_t i = 0; i < s.x.size(); ++i) out.push_back((law.log_tau(at, s.x[i]) - std::log(s.tau[i])) / s.log_error[i]);
      if (joint.measured) {
        const auto& m = *joint.measured;
        const double log_a = at[k], log_b = joint.allowed == AllowedFactors::one_time ? at[k] : at[k + 1];
        for (std::size_t i = 0; i < m.x.size(); ++i) out.push_back((log_a + law.log_tau(at, m.x[i] * std::exp(-log_b)) - std::log(m.tau[i])) / m.log_error[i]);
      }
      for (double& value : out)
        if (!std::isfinite(value)) value = 1e6;  // beyond a law's pole
      return Vector(Eigen::Map<const Vector>(out.data(), static_cast<Eigen::Index>(out.size())));
    };
    r = residuals(p);
    jacobian.resize(r.size(), p.size());
    for (Eigen::Index j = 0; j < p.size(); ++j) {
      const double h = 1e-6 * std::max(std::abs(p[j]), 1e-3);  // central difference: error O(h^2)
      Vector up = p, down = p;
      up[j] += h;
      down[j] -= h;
      jacobian.col(j) = (residuals(up) - residuals(down)) / (2.0 * h);
    }
  };
  problem.lower = Vector::Constant(k + factors, -200.0);
  problem.upper = Vector::Constant(k + factors, 200.0);
  problem.lower.head(k) = law.lower;
  problem.upper.head(k) = law.upper;
  problem.fixed = law.fixed;
  if (factors > 0) {
    problem.fixed.push_back(false);
    problem.fixed.push_back(joint.allowed != AllowedFactors::two);
  }
  return problem;
}

LeastSquaresResult best_of(const LeastSquaresProblem& problem, const std::vector<Vector>& starts) {
  LeastSquaresResult best;
  for (const Vector& start : starts) {
    auto found = minimise_least_squares(problem, start);
    if (best.parameters.size() == 0 || found.chi_squared < best.chi_squared) best = std::move(found);
  }
  return best;
}

// Waiting times in a unit near their own length: the laws' variables are then of order 1.
RelaxationSeries in_unit(RelaxationSeries series, double unit) {
  for (double& x : series.x) x /= unit;
  return series;
}

// chi^2 of the law fitted to one series; bounds, unit and reference are those of its own x.
double alone(const std::string& name, const RelaxationSeries& given, ScaledAgainst against, Vector* parameters = nullptr) {
  const RelaxationSeries series = in_unit(given, against == ScaledAgainst::waiting_time ? highest(given.x) : 1.0);
  const Law law = law_of(name, against, lowest(series.x), highest(series.x));
  const auto found = best_of(problem_of(law, {&series, nullptr, AllowedFactors::two}), starts_of(law, series, against));
  if (parameters) *parameters = found.parameters;
  return found.chi_squared;
}

double mean_log(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double v : values) sum += std::log(v) / static_cast<double>(values.size());
  return sum;
}

std::vector<Vector> joint_starts(const Law& law, const Joint& joint, ScaledAgainst against, double log_b) {
  Vector own;
  alone(law.name, *joint.simulated, against, &own);
  const double taus = mean_log(joint.measured->tau) - mean_log(joint.simulated->tau);
  const bool ageing = against == ScaledAgainst::waiting_time;
  const double reach = std::log(highest(joint.measured->x) / highest(joint.simulated->x));
  std::vector<double> tried = joint.allowed == AllowedFactors::tau_alone ? std::vector<double>{log_b}
                              : ageing                                   ? std::vector<double>{reach - 2.0, reach, reach + 2.0, taus}
                                                                         : std::vector<double>{reach - 0.2, reach, reach + 0.2};
  std::vector<Vector> starts;
  for (const double b : tried) {
    Vector start(law.parameters + 2);
    start << own, (joint.allowed == AllowedFactors::one_time ? b : taus), b;
    starts.push_back(std::move(start));
  }
  return starts;
}

ScaleFactors refuse(ScaleFactors out, std::string reason) {
  out.reason = std::move(reason);
  return out;
}

ScaleFactors fit_one(const Law& law, const Joint& joint, ScaledAgainst against, double log_b) {
  ScaleFactors out;
  out.law = law.name;
  out.reference = law.reference;
  const auto &s = *joint.simulated, &m = *joint.measured;
  const int k = law.parameters, own = free_parameters(law), factors = joint.allowed == AllowedFactors::two ? 2 : 1;
  out.degrees_of_freedom = static_cast<int>(s.x.size() + m.x.size()) - own - factors;
  out.bic = std::numeric_limits<double>::infinity();
  if (out.degrees_of_freedom < 1 || places(s.x) <= own) return refuse(out, fmt::format("{}: too few points", law.name));
  if (!law.depends && factors == 2) return refuse(out, "a constant tau does not depend on x: b is free of all data");
  const auto best = best_of(problem_of(law, joint), joint_starts(law, joint, against, log_b));
  out.parameters = best.parameters.head(k);
  out.log_a = best.parameters[k];
  out.log_b = joint.allowed == AllowedFactors::one_time ? out.log_a : best.parameters[k + 1];
  out.chi_squared = best.chi_squared;
  out.probability = chi_squared_probability(out.chi_squared, out.degrees_of_freedom);
  out.bic = out.chi_squared + (own + factors) * std::log(static_cast<double>(s.x.size() + m.x.size()));
  std::vector<int> free;
  const auto fixed = problem_of(law, joint).fixed;
  for (int j = 0; j < k + 2; ++j)
    if (!fixed[static_cast<std::size_t>(j)]) free.push_back(j);
  const Eigen::MatrixXd covariance = pseudo_inverse(information_matrix(best.jacobian(Eigen::all, free)));
  const auto last = covariance.rows() - 1;
  if (factors == 2) {
    out.covariance = covariance.bottomRightCorner(2, 2);
  } else {
    out.covariance(0, 0) = covariance(last, last);
    if (joint.allowed == AllowedFactors::one_time) out.covariance.setConstant(covariance(last, last));  // a = b
  }
  if (places(m.x) > own) {
    out.shape_freedoms = std::max(own - factors, 0);
    out.shape_chi_squared = std::max(out.chi_squared - alone(law.name, s, against) - alone(law.name, m, against), 0.0);
    out.shape_probability = chi_squared_probability(out.shape_chi_squared, out.shape_freedoms);
  }
  const double scale = std::exp(-out.log_b), low = lowest(s.x), high = highest(s.x);
  std::vector<double> in_range;
  for (const double x : m.x)
    if (x * scale >= low * (1.0 - 1e-9) && x * scale <= high * (1.0 + 1e-9)) in_range.push_back(x);
  out.points_in_range = places(in_range);
  if (out.points_in_range < least_in_range)
    return refuse(out, fmt::format("measured points at {} different x lie where the simulation, scaled, has any (at least {} are needed): in reduced variables the windows do not overlap", out.points_in_range,
                                   least_in_range));
  if (factors == 2 && against == ScaledAgainst::waiting_time) {
    for (const auto* series : {&s, &m})
      if (alone("constant", *series, against) - alone(law.name, *series, against) < least_gain)
        return refuse(out, fmt::format("a constant tau describes the {} points as well: how waiting times scale is not known", series == &s ? "simulated" : "measured"));
  }
  const double a_error = std::sqrt(out.covariance(0, 0)), b_error = std::sqrt(out.covariance(1, 1));
  if (!(a_error < worst_log_error && b_error < worst_log_error) || !(a_error > 0.0)) return refuse(out, "the data do not fix the factors: their errors are larger than a factor of e");
  if (factors == 2 && std::abs(out.covariance(0, 1)) > closest_correlation * a_error * b_error)
    return refuse(out, "the data do not tell both factors apart (correlation above 0.999): only a combination of them is known");
  out.found = true;
  return out;
}

}  // namespace

std::vector<ScaleFactors> fit_scale_factors(const RelaxationSeries& simulated, const RelaxationSeries& measured, ScaledAgainst against, AllowedFactors allowed, double log_b) {
  const bool ageing = against == ScaledAgainst::waiting_time;
  const double unit = ageing ? highest(simulated.x) : 1.0;
  if (!(unit > 0.0)) return {refuse({}, "the simulation has no waiting time above 0")};
  const RelaxationSeries s = in_unit(simulated, unit), m = in_unit(measured, unit);
  const Joint joint{&s, &m, allowed};
  std::vector<std::string> names;
  if (ageing)
    names.assign(std::begin(ageing_laws), std::end(ageing_laws));
  else
    names.assign(std::begin(temperature_laws), std::end(temperature_laws));
  std::vector<ScaleFactors> found;
  for (const auto& name : names) {
    // The reference lies at the coldest of the simulation, so that a pole below all points is c < 1.
    found.push_back(fit_one(law_of(name, against, lowest(s.x), highest(s.x)), joint, against, log_b));
    if (ageing) found.back().reference = unit;
  }
  // Not stable_sort: its buffer does not align what holds an Eigen matrix of fixed size.
  std::sort(found.begin(), found.end(), [](const ScaleFactors& a, const ScaleFactors& b) { return a.bic < b.bic; });
  return found;
}

double scaled_log_tau(const ScaleFactors& factors, ScaledAgainst against, double x) {
  if (against == ScaledAgainst::waiting_time) return law_of(factors.law, against, 0.0, 1.0).log_tau(factors.parameters, x / factors.reference);
  return law_of(factors.law, against, factors.reference, x).log_tau(factors.parameters, x);
}

}  // namespace patina
