// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/kww.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/least_squares.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

enum Index { i_amplitude, i_log_tau, i_log_exponent, i_baseline, n_parameters };

constexpr double least_reach = 2.0;        // the largest lag in units of tau
constexpr double largest_remainder = 0.2;  // exp[-2 (t/tau)^beta] at the largest lag
constexpr double least_reach_fixed = 0.5;  // with the exponent given, tau needs less of the decay
constexpr int least_points = 5;
constexpr double least_amplitude = 1e-6;  // of the search

// The points inside the fit window and the weights in the form the residual needs.
struct Window {
  std::vector<double> log_t;
  Eigen::ArrayXd log_times;  // at which the model is needed: log_t, or those behind all points
  Eigen::MatrixXd mean;      // over them, point by point; empty: each is a point
  Eigen::VectorXd value;
  Eigen::VectorXd sigma;
  Eigen::MatrixXd covariance;  // empty if diagonal
  Eigen::LLT<Eigen::MatrixXd> whitening;
  double decay_factor = 1.0;  // 2 in the intensity form
  KwwWeighting weighting = KwwWeighting::diagonal;
  int without_error = 0;  // points left out
  std::string time_unit;
  int points() const { return static_cast<int>(value.size()); }
  double last_t() const { return std::exp(log_t.back()); }
};

void check_sizes(const KwwData& data, const KwwOptions& options) {
  const auto n = data.t_ps.size();
  require(data.value.size() == n && data.sigma.size() == n, "fit_kww: t, value and sigma differ in length");
  require(data.means.t.size() == 0 || data.means.weight.rows() == static_cast<Eigen::Index>(n), "fit_kww: the means do not match the points");
  if (options.weighting != KwwWeighting::diagonal)
    require(data.covariance.rows() == static_cast<Eigen::Index>(n) &&
                data.covariance.cols() == static_cast<Eigen::Index>(n),
            "fit_kww: the covariance matrix does not match the points");
}

Window select_window(const KwwData& data, const KwwOptions& options) {
  check_sizes(data, options);
  std::vector<int> chosen;
  int without_error = 0;
  for (std::size_t i = 0; i < data.t_ps.size(); ++i) {
    const double t = data.t_ps[i];
    if (!std::isfinite(data.value[i]) || t <= std::max(options.t_min_ps, 0.0) || t > options.t_max_ps) continue;
    if (std::isfinite(data.sigma[i]) && data.sigma[i] > 0.0)
      chosen.push_back(static_cast<int>(i));
    else
      ++without_error;
  }
  Window window;
  window.without_error = without_error;
  window.time_unit = options.time_unit;
  window.weighting = options.weighting;
  window.decay_factor = options.form == KwwForm::intensity ? 2.0 : 1.0;
  const auto count = static_cast<Eigen::Index>(chosen.size());
  window.value.resize(count);
  window.sigma.resize(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    window.log_t.push_back(std::log(data.t_ps[chosen[i]]));
    window.value[i] = data.value[chosen[i]];
    window.sigma[i] = data.sigma[chosen[i]];
  }
  window.log_times = Eigen::Map<const Eigen::ArrayXd>(window.log_t.data(), count);
  if (data.means.t.size() > 0) {
    window.log_times = data.means.t.log();
    window.mean = data.means.weight(chosen, Eigen::all);
  }
  if (options.weighting != KwwWeighting::diagonal) window.covariance = data.covariance(chosen, chosen);
  if (options.weighting == KwwWeighting::full) {
    window.whitening.compute(window.covariance);
    if (window.whitening.info() != Eigen::Success)
      throw Error(ExitCode::bad_input, "the lag-lag covariance matrix is not positive definite");
  }
  return window;
}

// Unweighted model and derivatives with respect to (A, ln tau, ln beta, B).
void evaluate_model(const Window& window, const Eigen::VectorXd& p, Eigen::VectorXd& model,
                    Eigen::MatrixXd& jacobian) {
  const Eigen::Index n = window.log_times.size();
  model.resize(n);
  jacobian.resize(n, n_parameters);
  const double beta = std::exp(p[i_log_exponent]);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double log_x = beta * (window.log_times[i] - p[i_log_tau]);  // ln (t/tau)^beta
    const double x = window.decay_factor * std::exp(std::min(log_x, 300.0));
    const double decay = std::exp(-x);
    const double slope = decay > 0.0 ? p[i_amplitude] * decay * x : 0.0;
    model[i] = p[i_baseline] + p[i_amplitude] * decay;
    jacobian(i, i_amplitude) = decay;
    jacobian(i, i_log_tau) = slope * beta;
    jacobian(i, i_log_exponent) = -slope * log_x;
    jacobian(i, i_baseline) = 1.0;
  }
  if (window.mean.size() == 0) return;
  model = window.mean * model;
  jacobian = window.mean * jacobian;
}

LeastSquaresProblem make_problem(const Window& window, const KwwOptions& options, bool fix_exponent) {
  LeastSquaresProblem problem;
  problem.evaluate = [&window](const Eigen::VectorXd& p, Eigen::VectorXd& residual,
                               Eigen::MatrixXd& jacobian) {
    evaluate_model(window, p, residual, jacobian);
    residual -= window.value;
    if (window.weighting == KwwWeighting::full) {
      window.whitening.matrixL().solveInPlace(residual);
      window.whitening.matrixL().solveInPlace(jacobian);
    } else {
      residual.array() /= window.sigma.array();
      jacobian.array().colwise() /= window.sigma.array();
    }
  };
  problem.lower.resize(n_parameters);
  problem.upper.resize(n_parameters);
  // tau may lie four decades outside the window before the fit counts as run away.
  problem.lower << least_amplitude, window.log_t.front() - 9.2, std::log(options.exponent_min), -10.0;
  problem.upper << options.amplitude_max, window.log_t.back() + 9.2, std::log(options.exponent_max), 10.0;
  problem.fixed = {options.fixed_amplitude.has_value(), false,
                   fix_exponent || options.fixed_exponent.has_value(),
                   !(options.fit_baseline && options.form == KwwForm::intensity)};
  return problem;
}

// Where the values first fall below A/e (field) or A/e^2 (intensity): the start of the search for tau.
double starting_log_tau(const Window& window, double amplitude) {
  for (int i = 0; i < window.points(); ++i)
    if (window.value[i] < amplitude * std::exp(-window.decay_factor)) return window.log_t[i];
  return window.log_t.back();
}

LeastSquaresResult search(const LeastSquaresProblem& problem, const Window& window, const KwwOptions& options,
                          std::optional<double> exponent) {
  Eigen::VectorXd start(n_parameters);
  const double amplitude = options.fixed_amplitude.value_or(std::max(window.value[0], 1e-3));
  std::vector<double> exponents{0.45, 0.8, 1.4};
  if (exponent) exponents = {*exponent};
  LeastSquaresResult best;
  for (const double beta : exponents) {
    start << amplitude, starting_log_tau(window, amplitude), std::log(beta), 0.0;
    auto found = minimise_least_squares(problem, start);
    if (best.parameters.size() == 0 || found.chi_squared < best.chi_squared) best = std::move(found);
  }
  return best;
}

struct Covariances {
  Eigen::Matrix4d naive = Eigen::Matrix4d::Zero();   // (J^T W J)^-1
  Eigen::Matrix4d honest = Eigen::Matrix4d::Zero();  // the same, or the sandwich
};

std::vector<int> free_indices(const std::vector<bool>& fixed) {
  std::vector<int> free;
  for (int k = 0; k < n_parameters; ++k)
    if (!fixed[k]) free.push_back(k);
  return free;
}

Covariances parameter_covariances(const Window& window, const LeastSquaresProblem& problem,
                                  const LeastSquaresResult& best) {
  const auto free = free_indices(problem.fixed);
  const Eigen::MatrixXd jacobian = best.jacobian(Eigen::all, free);
  const Eigen::MatrixXd inverse = pseudo_inverse(information_matrix(jacobian));
  Eigen::MatrixXd honest = inverse;
  if (window.weighting == KwwWeighting::sandwich) {
    const Eigen::MatrixXd weighted = window.sigma.cwiseInverse().asDiagonal() * jacobian;
    honest = sandwich(inverse, information_matrix(weighted, window.covariance));
  }
  Covariances result;
  result.naive(free, free) = inverse;
  result.honest(free, free) = honest;
  return result;
}

// chi^2 minimised over the other parameters with parameter k held at a value.
LeastSquaresResult minimise_with(LeastSquaresProblem problem, Eigen::VectorXd start, int k, double value) {
  problem.fixed[k] = true;
  start[k] = value;
  return minimise_least_squares(problem, start);
}

// The value on one side of the minimum where the profile of chi^2 has risen by `rise`: sqrt(chi^2 - min) is
// nearly linear in the parameter, so a secant on it lands in a few steps.
double profile_limit(const LeastSquaresProblem& problem, const LeastSquaresResult& best, int k, double step,
                     double rise) {
  const double target = std::sqrt(rise);
  const double bound = step > 0.0 ? problem.upper[k] : problem.lower[k];
  const double reach = std::abs(bound - best.parameters[k]);
  double low = 0.0, low_height = 0.0, high = -1.0, high_height = 0.0;  // distances that bracket the limit
  double distance = std::min(std::abs(step), reach);
  Eigen::VectorXd start = best.parameters;
  for (int iteration = 0; iteration < 40; ++iteration) {
    const auto found = minimise_with(problem, start, k, best.parameters[k] + std::copysign(distance, step));
    const double height = std::sqrt(std::max(found.chi_squared - best.chi_squared, 0.0));
    if (std::abs(height - target) < 1e-3 * target) break;
    if (height > target) {
      high = distance;
      high_height = height;
    } else {
      if (distance >= reach) break;  // the interval ends at the bound
      low = distance;
      low_height = height;
      start = found.parameters;
    }
    if (high < 0.0) {
      distance = std::min(distance * std::clamp(target / std::max(height, 1e-12), 1.2, 4.0), reach);
    } else {
      const double fraction = std::clamp((target - low_height) / (high_height - low_height), 0.05, 0.95);
      distance = low + fraction * (high - low);
    }
  }
  return best.parameters[k] + std::copysign(distance, step);
}

bool identifiable(const Window& window, const Eigen::VectorXd& p, double reach_needed, std::string& reason) {
  const double tau = std::exp(p[i_log_tau]), beta = std::exp(p[i_log_exponent]);
  const double reach = window.last_t() / tau;
  const double remainder = std::exp(-2.0 * std::pow(reach, beta));
  if (reach < reach_needed) {
    reason = fmt::format("the largest fitted lag, {:.4g} {}, is below {:g} tau (tau would be {:.3g} {})",
                         window.last_t(), window.time_unit, reach_needed, tau, window.time_unit);
    return false;
  }
  if (reach_needed >= least_reach && remainder > largest_remainder) {
    reason = fmt::format(
        "|f|^2 has only fallen to {:.2f} of its amplitude at the largest fitted lag, {:.4g} {} "
        "(needed: {:g})",
        remainder, window.last_t(), window.time_unit, largest_remainder);
    return false;
  }
  return true;
}

bool rests_at_bound(const LeastSquaresProblem& problem, const Eigen::VectorXd& p) {
  for (int k = 0; k < n_parameters; ++k)
    if (!problem.fixed[k] && (p[k] <= problem.lower[k] || p[k] >= problem.upper[k])) return true;
  return false;
}

KwwParameter in_natural_units(double p, double error, double lower, double upper, bool fixed,
                              bool logarithmic) {
  KwwParameter out;
  out.fixed = fixed;
  out.value = logarithmic ? std::exp(p) : p;
  out.error = fixed ? 0.0 : (logarithmic ? out.value * error : error);
  out.lower = fixed ? out.value : (logarithmic ? std::exp(lower) : lower);
  out.upper = fixed ? out.value : (logarithmic ? std::exp(upper) : upper);
  return out;
}

void fill_mean_time(KwwFit& fit, const Eigen::VectorXd& p, const Eigen::Matrix4d& covariance) {
  fit.mean_tau_ps = kww_mean_time(fit.tau_ps.value, fit.kww_exponent.value);
  const double h = 1e-4;  // central difference of ln <tau> in ln beta; error O(h^2)
  const double by_log_exponent = (std::log(kww_mean_time(1.0, std::exp(p[i_log_exponent] + h))) -
                                  std::log(kww_mean_time(1.0, std::exp(p[i_log_exponent] - h)))) /
                                 (2.0 * h);
  const Eigen::Vector4d gradient(0.0, 1.0, by_log_exponent, 0.0);
  fit.mean_tau_error_ps = fit.mean_tau_ps * std::sqrt(std::max(gradient.dot(covariance * gradient), 0.0));
}

void fill_result(KwwFit& fit, const Window& window, const KwwOptions& options,
                 const LeastSquaresProblem& problem, const LeastSquaresResult& best) {
  auto covariances = parameter_covariances(window, problem, best);
  fit.chi_squared = best.chi_squared;
  fit.degrees_of_freedom = window.points() - static_cast<int>(free_indices(problem.fixed).size());
  const double misfit = fit.chi_squared / std::max(fit.degrees_of_freedom, 1);
  const double inflation = options.inflate_by_misfit ? std::max(misfit, 1.0) : 1.0;
  // Correlated points share a misfit: with the sandwich chi^2/dof does not tell how good the errors are.
  covariances.honest *= window.weighting == KwwWeighting::sandwich ? 1.0 : inflation;

  // With a parameter at its bound the profile is no parabola and its interval too short: the wider one
  // counts.
  const bool rests = rests_at_bound(problem, best.parameters);
  std::array<KwwParameter*, n_parameters> outputs{&fit.amplitude, &fit.tau_ps, &fit.kww_exponent,
                                                  &fit.baseline};
  for (int k = 0; k < n_parameters; ++k) {
    const double value = best.parameters[k];
    const double error = std::sqrt(std::max(covariances.honest(k, k), 0.0));
    double lower = value, upper = value;
    if (!problem.fixed[k] && error > 0.0) {
      const double rise = covariances.honest(k, k) / std::max(covariances.naive(k, k), 1e-300);
      lower = profile_limit(problem, best, k, -error, rise);
      upper = profile_limit(problem, best, k, error, rise);
      if (rests) {
        lower = std::max(std::min(lower, value - error), problem.lower[k]);
        upper = std::min(std::max(upper, value + error), problem.upper[k]);
      }
    }
    *outputs[k] =
        in_natural_units(value, error, lower, upper, problem.fixed[k], k == i_log_tau || k == i_log_exponent);
  }
  for (int k = 0; k < n_parameters; ++k)
    for (int l = 0; l < n_parameters; ++l) {
      const double scale = std::sqrt(covariances.honest(k, k) * covariances.honest(l, l));
      if (k != l) fit.correlation(k, l) = scale > 0.0 ? covariances.honest(k, l) / scale : 0.0;
    }
  fill_mean_time(fit, best.parameters, covariances.honest);
}

void warn_at_bounds(KwwFit& fit, const KwwOptions& options) {
  if (!fit.amplitude.fixed && fit.amplitude.value >= options.amplitude_max * (1.0 - 1e-9))
    fit.warnings.push_back(fmt::format("the amplitude stands at its bound {:g}", options.amplitude_max));
  if (fit.kww_exponent.fixed) return;
  for (const double bound : {options.exponent_min, options.exponent_max})
    if (std::abs(fit.kww_exponent.value / bound - 1.0) < 1e-6)
      fit.warnings.push_back(
          fmt::format("the exponent stands at its bound {:g}: its error is not meaningful", bound));
}

// A fit that says next to nothing is none: tau within a factor of nine, or an exponent anywhere in its range.
void refuse_if_loose(KwwFit& fit, const KwwOptions& options) {
  const KwwParameter &tau = fit.tau_ps, &beta = fit.kww_exponent;
  // Without an amplitude tau has no influence, so that its interval comes out as tight as can be.
  if (!fit.amplitude.fixed && fit.amplitude.value <= least_amplitude * (1.0 + 1e-6))
    fit.reason = "no decay is left in the fit window: the amplitude is 0";
  else if (!(tau.upper <= 9.0 * tau.lower))
    fit.reason = fmt::format("the data leave tau between {:.3g} and {:.3g} {}", tau.lower, tau.upper, options.time_unit);
  else if (!beta.fixed && beta.upper - beta.lower > 0.9 * (options.exponent_max - options.exponent_min))
    fit.reason = fmt::format("the data leave the exponent between {:.2g} and {:.2g}", beta.lower, beta.upper);
  else
    return;
  fit.status = KwwStatus::refused;
}

}  // namespace

KwwFit fit_kww(const KwwData& data, const KwwOptions& options) {
  const Window window = select_window(data, options);
  KwwFit fit;
  fit.points = window.points();
  if (fit.points < least_points) {
    fit.reason = fmt::format("only {} points in the fit window; {} are needed", fit.points, least_points);
    if (window.without_error > fit.points)
      fit.reason = "its points have no errors: a curve of one wave vector has none of its own, and four replicas would give them";
    return fit;
  }
  fit.first_t_ps = std::exp(window.log_t.front());
  fit.last_t_ps = window.last_t();

  auto problem = make_problem(window, options, false);
  auto best = search(problem, window, options, options.fixed_exponent);
  fit.status = options.fixed_exponent ? KwwStatus::exponent_fixed : KwwStatus::fitted;
  const double reach_needed = options.fixed_exponent ? least_reach_fixed : least_reach;
  if (!identifiable(window, best.parameters, reach_needed, fit.reason)) {
    fit.status = KwwStatus::refused;
    fit.tau_above_ps = window.last_t() / reach_needed;
    if (options.fixed_exponent || !options.exponent_if_unidentifiable) return fit;
    problem = make_problem(window, options, true);
    best = search(problem, window, options, options.exponent_if_unidentifiable);
    std::string still;
    if (!identifiable(window, best.parameters, least_reach_fixed, still)) {
      fit.reason += "; also with the exponent fixed";
      return fit;
    }
    fit.status = KwwStatus::exponent_fixed;
    fit.tau_above_ps = 0.0;
  }
  if (!best.converged) fit.warnings.emplace_back("the minimiser stopped before it converged");
  fill_result(fit, window, options, problem, best);
  warn_at_bounds(fit, options);
  refuse_if_loose(fit, options);
  return fit;
}

double kww_value(const KwwFit& fit, KwwForm form, double t_ps) {
  const double factor = form == KwwForm::intensity ? 2.0 : 1.0;
  return fit.baseline.value +
         fit.amplitude.value * std::exp(-factor * std::pow(t_ps / fit.tau_ps.value, fit.kww_exponent.value));
}

double kww_mean_time(double tau_ps, double kww_exponent) {
  return tau_ps / kww_exponent * std::tgamma(1.0 / kww_exponent);
}

std::string to_string(KwwStatus status) {
  switch (status) {
    case KwwStatus::fitted:
      return "fitted";
    case KwwStatus::exponent_fixed:
      return "exponent fixed";
    case KwwStatus::refused:
      return "refused";
  }
  return "";
}

}  // namespace patina
