// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/ageing_form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/chi_squared.hpp"
#include "analysis/least_squares.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

using Vector = Eigen::VectorXd;
using Parameters = std::vector<AgeingParameter>;

double constant_law(const Vector& p, double) { return p[0]; }
double exponential_law(const Vector& p, double t) { return p[0] + p[1] * t; }
double plateau_law(const Vector& p, double t) { return p[0] + p[1] * std::min(t, std::exp(p[2])); }
double power_law(const Vector& p, double t) { return p[0] + p[1] * std::log1p(t / std::exp(p[2])); }
double logarithmic_law(const Vector& p, double t) { return p[0] + std::log1p(std::exp(p[1]) * std::log1p(t / std::exp(p[2]))); }
double stretched_law(const Vector& p, double t) { return p[0] + (t > 0.0 ? std::exp(std::min(std::exp(p[1]) * (std::log(t) - p[2]), 50.0)) : 0.0); }
double piecewise_law(const Vector& p, double t) { return t < std::exp(p[2]) ? p[0] : p[1]; }

// Of a logarithm and of a rate.
AgeingParameter of_logarithm(const std::string& name, double p, double error) { return {name, std::exp(p), std::exp(p) * error}; }
AgeingParameter of_rate(const std::string& name, double p, double error) { return {name, 1.0 / p, error / (p * p)}; }

Parameters constant_in(const Vector& p, const Vector& e, const std::string& unit) { return {of_logarithm("tau0_" + unit, p[0], e[0])}; }
Parameters exponential_in(const Vector& p, const Vector& e, const std::string& unit) {
  return {of_logarithm("tau0_" + unit, p[0], e[0]), of_rate("tau_star_" + unit, p[1], e[1])};
}
Parameters plateau_in(const Vector& p, const Vector& e, const std::string& unit) {
  return {of_logarithm("tau0_" + unit, p[0], e[0]), of_rate("tau_star_" + unit, p[1], e[1]), of_logarithm("plateau_from_" + unit, p[2], e[2])};
}
Parameters power_in(const Vector& p, const Vector& e, const std::string& unit) {
  return {of_logarithm("tau0_" + unit, p[0], e[0]), {"mu", p[1], e[1]}, of_logarithm("t0_" + unit, p[2], e[2])};
}
Parameters logarithmic_in(const Vector& p, const Vector& e, const std::string& unit) {
  return {of_logarithm("tau0_" + unit, p[0], e[0]), of_logarithm("A", p[1], e[1]), of_logarithm("t0_" + unit, p[2], e[2])};
}
Parameters stretched_in(const Vector& p, const Vector& e, const std::string& unit) {
  return {of_logarithm("tau0_" + unit, p[0], e[0]), of_logarithm("nu", p[1], e[1]), of_logarithm("tau_star_" + unit, p[2], e[2])};
}
Parameters piecewise_in(const Vector& p, const Vector& e, const std::string& unit) {
  return {of_logarithm("tau0_" + unit, p[0], e[0]), of_logarithm("tau1_" + unit, p[1], e[1]), of_logarithm("change_at_" + unit, p[2], e[2])};
}

bool is(const AgeingForm& form, const char* name) { return std::string(form.name) == name; }

// Makes residuals independent and of variance 1; of points that are independent already it costs nothing.
class Whitening {
 public:
  explicit Whitening(const Eigen::MatrixXd& covariance) {
    if (covariance.isDiagonal(0.0))
      scale_ = covariance.diagonal().cwiseSqrt().cwiseInverse();
    else
      root_ = inverse_root(covariance);
  }
  Vector of(const Vector& residual) const { return root_.size() > 0 ? Vector(root_ * residual) : Vector(scale_.cwiseProduct(residual)); }

 private:
  Vector scale_;
  Eigen::MatrixXd root_;
};

LeastSquaresProblem problem_of(const AgeingForm& form, const AgeingData& data, const Whitening& whitening, const AgeingLimits& limits) {
  LeastSquaresProblem problem;
  problem.evaluate = [&form, &data, &whitening](const Vector& p, Vector& r, Eigen::MatrixXd& jacobian) {
    const auto n = data.log_tau.size();
    const auto law = [&](const Vector& at) {
      Vector values(n);
      for (Eigen::Index i = 0; i < n; ++i) values[i] = form.log_tau(at, data.time[static_cast<std::size_t>(i)]);
      return values;
    };
    r = whitening.of(law(p) - data.log_tau);
    jacobian.resize(n, p.size());
    for (Eigen::Index k = 0; k < p.size(); ++k) {
      const double h = 1e-6 * std::max(std::abs(p[k]), 1e-3);  // central difference: error O(h^2)
      Vector up = p, down = p;
      up[k] += h;
      down[k] -= h;
      jacobian.col(k) = whitening.of((law(up) - law(down)) / (2.0 * h));
    }
  };
  problem.lower = Vector::Constant(form.parameters, -1e6);
  problem.upper = Vector::Constant(form.parameters, 1e6);
  problem.fixed.assign(static_cast<std::size_t>(form.parameters), false);
  if (form.bends) {  // it stays where the ages can tell it
    double shortest = data.time.back();
    for (const double t : data.time)
      if (t > 0.0) shortest = std::min(shortest, t);
    problem.lower[2] = std::log(0.1 * shortest);
    problem.upper[2] = std::log(std::min(10.0 * data.time.back(), limits.latest_bend));
  }
  if (is(form, "logarithmic")) {
    problem.lower[1] = -10.0;
    problem.upper[1] = 10.0;
  }
  if (is(form, "stretched")) {
    problem.lower[1] = std::log(limits.least_nu);
    problem.upper[1] = std::log(limits.largest_nu);
    problem.lower[2] = std::log(1e-3 * data.time.back());
    problem.upper[2] = std::log(1e3 * data.time.back());
  }
  problem.fixed.back() = is(form, "piecewise");
  return problem;
}

// Where searches begin: a bend lies early, in the middle or late; a step between any two ages.
std::vector<Vector> starts_of(const AgeingForm& form, const AgeingData& data) {
  const double first = data.log_tau[0], last = data.log_tau[data.log_tau.size() - 1], span = data.time.back();
  if (form.parameters == 1) return {Vector::Constant(1, first)};
  if (form.parameters == 2) return {Eigen::Vector2d(first, (last - first) / span)};
  std::vector<Vector> starts;
  if (is(form, "piecewise"))
    for (std::size_t i = 0; i + 1 < data.time.size(); ++i) starts.push_back(Eigen::Vector3d(first, last, std::log(0.5 * (data.time[i] + data.time[i + 1]))));
  else
    for (const double fraction : {0.03, 0.3, 1.0}) {
      const double second = is(form, "plateau") ? (last - first) / span : is(form, "power") ? 0.5 : 0.0;
      starts.push_back(Eigen::Vector3d(first, second, std::log(fraction * span)));
    }
  return starts;
}

}  // namespace

const std::vector<AgeingForm>& ageing_forms() {
  static const std::vector<AgeingForm> forms = {{"constant", 1, false, constant_law, constant_in},
                                                {"exponential", 2, false, exponential_law, exponential_in},
                                                {"plateau", 3, true, plateau_law, plateau_in},
                                                {"power", 3, true, power_law, power_in},
                                                {"logarithmic", 3, true, logarithmic_law, logarithmic_in},
                                                {"stretched", 3, false, stretched_law, stretched_in},
                                                {"piecewise", 3, false, piecewise_law, piecewise_in}};
  return forms;
}

const AgeingForm& ageing_form(const std::string& name) {
  for (const auto& form : ageing_forms())
    if (is(form, name.c_str())) return form;
  throw Error(ExitCode::bad_input, "no ageing law is called \"" + name + "\"");
}

AgeingLaw fit_ageing(const AgeingForm& form, const AgeingData& data, const AgeingLimits& limits) {
  const Whitening whitening(data.covariance);
  const auto problem = problem_of(form, data, whitening, limits);
  LeastSquaresResult best;
  for (const Vector& start : starts_of(form, data)) {
    auto found = minimise_least_squares(problem, start);
    if (best.parameters.size() == 0 || found.chi_squared < best.chi_squared) best = std::move(found);
  }
  Vector error = Vector::Zero(form.parameters);
  std::vector<int> free;
  for (int k = 0; k < form.parameters; ++k)
    if (!problem.fixed[static_cast<std::size_t>(k)]) free.push_back(k);
  error(free) = pseudo_inverse(information_matrix(best.jacobian(Eigen::all, free))).diagonal().cwiseMax(0.0).cwiseSqrt();
  if (is(form, "piecewise")) error[2] = std::nan("");  // its place is told by change points, which profile it
  AgeingLaw law;
  law.name = form.name;
  law.parameters = form.natural(best.parameters, error, data.unit);
  law.fitted = best.parameters;
  law.chi_squared = best.chi_squared;
  const double k = form.parameters, n = static_cast<double>(data.log_tau.size());
  law.degrees_of_freedom = static_cast<int>(n - k);
  law.probability = chi_squared_probability(law.chi_squared, law.degrees_of_freedom);
  law.aic = law.chi_squared + 2.0 * k;
  law.aicc = n - k - 1.0 > 0.0 ? law.aic + 2.0 * k * (k + 1.0) / (n - k - 1.0) : std::numeric_limits<double>::infinity();
  law.bic = law.chi_squared + k * std::log(n);
  return law;
}

std::string describe(const AgeingParameter& parameter, int digits) {
  const std::string value = fmt::format("{} = {:.{}g}", parameter.name, parameter.value, digits);
  return std::isfinite(parameter.error) ? value + fmt::format(" +- {:.2g}", parameter.error) : value + " (without error)";
}

double ageing_tau(const AgeingLaw& law, double time) { return std::exp(ageing_form(law.name).log_tau(law.fitted, time)); }

}  // namespace patina
