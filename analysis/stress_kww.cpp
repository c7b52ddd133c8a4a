// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/stress_kww.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/chi_squared.hpp"
#include "analysis/least_squares.hpp"

namespace patina {
namespace {

constexpr int least_points_of_two = 10;
constexpr double loosest = 0.5, largest_remainder = 0.2, least_reach = 2.0, least_probability = 1e-4;
constexpr double least_exponent = 0.2, largest_exponent = 2.0, least_log_ratio = 0.6931471805599453;  // ln 2

// Parameters of two decays.
constexpr int log_a1 = 0, log_tau1 = 1, log_beta1 = 2, log_a2 = 3, log_ratio = 4, log_beta2 = 5, parameters_of_two = 6;

struct Points {
  Eigen::ArrayXd log_t;
  Eigen::VectorXd value;
  Eigen::MatrixXd whitening;
};

Points points_after(const KwwData& data, double after_ps) {
  std::vector<Eigen::Index> chosen;
  for (std::size_t i = 0; i < data.t_ps.size(); ++i)
    if (data.t_ps[i] > after_ps) chosen.push_back(static_cast<Eigen::Index>(i));
  const auto n = static_cast<Eigen::Index>(data.t_ps.size());
  Points points;
  points.log_t = Eigen::Map<const Eigen::ArrayXd>(data.t_ps.data(), n)(chosen).log();
  points.value = Eigen::Map<const Eigen::VectorXd>(data.value.data(), n)(chosen);
  points.whitening = inverse_root(data.covariance(chosen, chosen));
  return points;
}

// A decay and its derivatives by ln A, ln tau and ln beta.
void add_decay(const Points& points, double log_a, double log_tau, double log_beta, Eigen::VectorXd& model, Eigen::MatrixXd& by) {
  const double beta = std::exp(log_beta);
  const Eigen::ArrayXd log_x = beta * (points.log_t - log_tau), x = log_x.min(100.0).exp(), value = std::exp(log_a) * (-x).exp();
  model += value.matrix();
  by.resize(points.value.size(), 3);
  by << value.matrix(), (value * x * beta).matrix(), (-value * x * log_x).matrix();
}

LeastSquaresResult best_two(const Points& points, LeastSquaresProblem& problem) {
  problem.evaluate = [&points](const Eigen::VectorXd& p, Eigen::VectorXd& residual, Eigen::MatrixXd& jacobian) {
    Eigen::VectorXd model = Eigen::VectorXd::Zero(points.value.size());
    Eigen::MatrixXd fast, slow, by(points.value.size(), parameters_of_two);
    add_decay(points, p[log_a1], p[log_tau1], p[log_beta1], model, fast);
    add_decay(points, p[log_a2], p[log_tau1] + p[log_ratio], p[log_beta2], model, slow);
    by << fast.col(0), fast.col(1) + slow.col(1), fast.col(2), slow.col(0), slow.col(1), slow.col(2);
    residual = points.whitening * (model - points.value);
    jacobian = points.whitening * by;
  };
  const double first = points.log_t[0], last = points.log_t[points.log_t.size() - 1], highest = std::log(std::max(points.value.maxCoeff(), 1e-6));
  problem.lower.resize(parameters_of_two);
  problem.upper.resize(parameters_of_two);
  problem.lower << highest - 12.0, first - 1.0, std::log(least_exponent), highest - 12.0, least_log_ratio, std::log(least_exponent);
  problem.upper << highest + 3.0, last, std::log(largest_exponent), highest + 3.0, last - first + 3.0, std::log(largest_exponent);
  problem.fixed.assign(parameters_of_two, false);
  LeastSquaresResult best;
  for (const double place : {0.1, 0.3, 0.5})
    for (const double share : {0.3, 0.7}) {
      Eigen::VectorXd start(parameters_of_two);
      start << highest + std::log(1.0 - share), first + place * (last - first), std::log(0.9), highest + std::log(share), 0.4 * (last - first), std::log(0.8);
      auto found = minimise_least_squares(problem, start);
      if (best.parameters.size() == 0 || found.chi_squared < best.chi_squared) best = std::move(found);
    }
  return best;
}

double log_mean_time(double log_tau, double log_beta) { return std::log(kww_mean_time(std::exp(log_tau), std::exp(log_beta))); }

// d ln<tau> / d ln beta
double slope_of_mean(double log_beta) { return (log_mean_time(0.0, log_beta + 1e-4) - log_mean_time(0.0, log_beta - 1e-4)) / 2e-4; }

LogValue of_log(double p, double variance) { return {std::exp(p), std::sqrt(std::max(variance, 0.0))}; }

// `tau` holds the weights by which the parameters make ln tau.
StressDecay decay_of(const Eigen::VectorXd& p, const Eigen::MatrixXd& covariance, int a, const Eigen::VectorXd& tau, int beta) {
  Eigen::VectorXd mean = tau;
  mean[beta] += slope_of_mean(p[beta]);
  return {of_log(p[a], covariance(a, a)), of_log(tau.dot(p), tau.dot(covariance * tau)), of_log(p[beta], covariance(beta, beta)),
          of_log(log_mean_time(tau.dot(p), p[beta]), mean.dot(covariance * mean))};
}

std::string what_is_unknown(const TwoDecays& two, const Eigen::VectorXd& p, const LeastSquaresProblem& problem, double last_t_ps) {
  if (((p - problem.lower).array() <= 1e-9).any() || ((problem.upper - p).array() <= 1e-9).any()) return "a parameter stands at its bound";
  const std::array<std::pair<const char*, const LogValue*>, 6> named{{{"the amplitude of the fast decay", &two.fast.amplitude_GPa}, {"tau of the fast decay", &two.fast.tau_ps}, {"the exponent of the fast decay", &two.fast.kww_exponent},
                         {"the amplitude of the slow decay", &two.slow.amplitude_GPa}, {"tau of the slow decay", &two.slow.tau_ps}, {"the exponent of the slow decay", &two.slow.kww_exponent}}};
  for (const auto& [name, value] : named)
    if (!(value->log_error <= loosest)) return fmt::format("{} is known to a factor of {:.2g} only", name, std::exp(value->log_error));
  const double reach = last_t_ps / two.slow.tau_ps.value;
  if (reach < least_reach || std::exp(-2.0 * std::pow(reach, two.slow.kww_exponent.value)) > largest_remainder) return "the slow decay has not come to its end";
  return {};
}

TwoDecays fit_two(const Points& points) {
  LeastSquaresProblem problem;
  const LeastSquaresResult best = best_two(points, problem);
  const Eigen::VectorXd& p = best.parameters;
  const Eigen::MatrixXd covariance = pseudo_inverse(information_matrix(best.jacobian));
  TwoDecays two;
  two.chi_squared = best.chi_squared;
  two.aic = best.chi_squared + 2.0 * parameters_of_two;
  two.degrees_of_freedom = static_cast<int>(points.value.size()) - parameters_of_two;
  two.fast = decay_of(p, covariance, log_a1, Eigen::VectorXd::Unit(parameters_of_two, log_tau1), log_beta1);
  two.slow = decay_of(p, covariance, log_a2, Eigen::VectorXd::Unit(parameters_of_two, log_tau1) + Eigen::VectorXd::Unit(parameters_of_two, log_ratio), log_beta2);
  const double share = 1.0 / (1.0 + std::exp(p[log_a1] - p[log_a2]));
  two.share_of_slow = {share, (1.0 - share) * std::sqrt(std::max(0.0, covariance(log_a1, log_a1) + covariance(log_a2, log_a2) - 2.0 * covariance(log_a1, log_a2)))};
  two.unknown = what_is_unknown(two, p, problem, std::exp(points.log_t[points.log_t.size() - 1]));
  return two;
}

void prefer(StressFit& fit) {
  const double gain = fit.two ? fit.aic_of_one - fit.two->aic : 0.0;
  fit.two_preferred = gain >= least_aic_gain && fit.two->unknown.empty();
  fit.told = fit.two_preferred || gain < least_aic_gain;
  if (fit.told)
    fit.tau_sigma_ps = fit.two_preferred ? fit.two->slow.tau_ps : LogValue{fit.one.tau_ps.value, 0.5 * std::log(fit.one.tau_ps.upper / fit.one.tau_ps.lower)};
  fit.probability = fit.two_preferred || !fit.told ? chi_squared_probability(fit.two->chi_squared, fit.two->degrees_of_freedom) : chi_squared_probability(fit.one.chi_squared, fit.one.degrees_of_freedom);
  if (!fit.two)
    fit.verdict = fmt::format("one; {} points are too few for two", fit.one.points);
  else if (fit.two_preferred)
    fit.verdict = fmt::format("two: AIC lower by {:.1f}", gain);
  else if (gain >= least_aic_gain)
    fit.verdict = fmt::format("not told: AIC of two is lower by {:.1f}, but {}", gain, fit.two->unknown);
  else
    fit.verdict = fmt::format("one is enough: AIC of two is {} by {:.1f} (lower by {:g} is needed)", gain > 0.0 ? "lower" : "higher", std::abs(gain), least_aic_gain);
  if (fit.probability < least_probability) fit.verdict += fmt::format("; but it does not describe G(t): a chi^2 so large has a probability of {:.1g}", fit.probability);
}

}  // namespace

StressFit fit_stress_relaxation(const KwwData& data, double after_ps) {
  StressFit fit;
  KwwOptions options;
  options.t_min_ps = after_ps;
  options.weighting = KwwWeighting::full;
  options.amplitude_max = 1e6;
  fit.one = fit_kww(data, options);
  if (fit.one.status == KwwStatus::refused) {
    fit.reason = fit.one.reason;
    return fit;
  }
  if (!(fit.one.amplitude.value > 3.0 * fit.one.amplitude.error)) {
    fit.reason = fmt::format("G(t) does not stand out of its noise: {:.3g} +- {:.2g} GPa", fit.one.amplitude.value, fit.one.amplitude.error);
    return fit;
  }
  fit.found = true;
  fit.aic_of_one = fit.one.chi_squared + 2.0 * (fit.one.points - fit.one.degrees_of_freedom);
  if (fit.one.points >= least_points_of_two) fit.two = fit_two(points_after(data, after_ps));
  prefer(fit);
  return fit;
}

}  // namespace patina
