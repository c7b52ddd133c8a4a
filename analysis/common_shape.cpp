// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/common_shape.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/lag_covariance.hpp"
#include "analysis/least_squares.hpp"

namespace patina {
namespace {

// Parameters: A, ln beta, then ln tau of each curve.
constexpr Eigen::Index i_amplitude = 0, i_log_exponent = 1, i_first_tau = 2;

struct Points {
  std::vector<double> t, value, sigma;
  Eigen::Index first_row = 0;
  Eigen::Index count() const { return static_cast<Eigen::Index>(t.size()); }
};

std::vector<Points> points_in_window(const std::vector<AgedCurve>& curves, double t_min_ps) {
  std::vector<Points> all;
  Eigen::Index row = 0;
  for (const auto& curve : curves) {
    Points points;
    points.first_row = row;
    for (std::size_t i = 0; i < curve.data.t_ps.size(); ++i) {
      const double t = curve.data.t_ps[i], value = curve.data.value[i], sigma = curve.data.sigma[i];
      if (t <= t_min_ps || !std::isfinite(value) || !(sigma > 0.0)) continue;
      points.t.push_back(t);
      points.value.push_back(value);
      points.sigma.push_back(sigma);
    }
    row += points.count();
    all.push_back(std::move(points));
  }
  return all;
}

void evaluate(const std::vector<Points>& curves, const Eigen::VectorXd& p, Eigen::VectorXd& residual,
              Eigen::MatrixXd& jacobian) {
  const Eigen::Index rows = curves.back().first_row + curves.back().count();
  residual.resize(rows);
  jacobian.setZero(rows, p.size());
  const double beta = std::exp(p[i_log_exponent]);
  for (std::size_t c = 0; c < curves.size(); ++c) {
    const Points& points = curves[c];
    const Eigen::Index i_tau = i_first_tau + static_cast<Eigen::Index>(c);
    for (Eigen::Index i = 0; i < points.count(); ++i) {
      const Eigen::Index row = points.first_row + i;
      const double log_x = beta * (std::log(points.t[i]) - p[i_tau]), x = std::exp(std::min(log_x, 300.0));
      const double decay = std::exp(-x), slope = decay > 0.0 ? p[i_amplitude] * decay * x : 0.0;
      residual[row] = (p[i_amplitude] * decay - points.value[i]) / points.sigma[i];
      jacobian(row, i_amplitude) = decay / points.sigma[i];
      jacobian(row, i_log_exponent) = -slope * log_x / points.sigma[i];
      jacobian(row, i_tau) = slope * beta / points.sigma[i];
    }
  }
}

LeastSquaresResult minimise(const std::vector<Points>& points, const std::vector<AgedCurve>& curves) {
  const auto parameters = i_first_tau + static_cast<Eigen::Index>(curves.size());
  LeastSquaresProblem problem;
  problem.evaluate = [&points](const Eigen::VectorXd& p, Eigen::VectorXd& r, Eigen::MatrixXd& jacobian) {
    evaluate(points, p, r, jacobian);
  };
  Eigen::VectorXd start(parameters);
  start << 0.8, std::log(0.7), Eigen::VectorXd::Zero(parameters - i_first_tau);
  for (std::size_t c = 0; c < curves.size(); ++c) start[i_first_tau + c] = std::log(curves[c].tau_start_ps);
  problem.lower = start.array() - 20.0;
  problem.upper = start.array() + 20.0;
  problem.lower[i_amplitude] = 1e-6;
  problem.upper[i_amplitude] = 1.0;  // f(q,t) is normalised
  problem.lower[i_log_exponent] = std::log(0.1);
  problem.upper[i_log_exponent] = std::log(2.0);
  problem.fixed.assign(static_cast<std::size_t>(parameters), false);
  return minimise_least_squares(problem, start);
}

// J^T C J with C the correlation coefficients of the weighted residuals, curve by curve.
Eigen::MatrixXd correlated_information(const std::vector<Points>& curves, const LeastSquaresResult& best) {
  const auto parameters = best.parameters.size();
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(parameters, parameters);
  const double amplitude = best.parameters[i_amplitude], beta = std::exp(best.parameters[i_log_exponent]);
  for (std::size_t c = 0; c < curves.size(); ++c) {
    const double tau = std::exp(best.parameters[i_first_tau + static_cast<Eigen::Index>(c)]);
    const auto correlation = gaussian_mode_covariance(
        curves[c].t, std::vector<double>(curves[c].t.size(), 1.0),
        [&](double t) { return t == 0.0 ? 1.0 : amplitude * std::exp(-std::pow(t / tau, beta)); });
    information +=
        information_matrix(best.jacobian.middleRows(curves[c].first_row, curves[c].count()), correlation);
  }
  return information;
}

}  // namespace

CommonShapeFit fit_common_shape(const std::vector<AgedCurve>& curves, double t_min_ps) {
  CommonShapeFit fit;
  if (curves.size() < 2) return fit;
  const auto points = points_in_window(curves, t_min_ps);
  const auto best = minimise(points, curves);
  const Eigen::MatrixXd naive = information_matrix(best.jacobian);
  const Eigen::MatrixXd information = correlated_information(points, best);
  const Eigen::MatrixXd covariance = sandwich(pseudo_inverse(naive), information);
  const auto error = [&](Eigen::Index k) { return std::sqrt(std::max(covariance(k, k), 0.0)); };
  fit.found = true;
  fit.amplitude = best.parameters[i_amplitude];
  fit.amplitude_error = error(i_amplitude);
  fit.kww_exponent = std::exp(best.parameters[i_log_exponent]);
  fit.kww_exponent_error = fit.kww_exponent * error(i_log_exponent);
  fit.chi_squared = best.chi_squared;
  fit.degrees_of_freedom = static_cast<int>(best.jacobian.rows() - best.parameters.size());
  for (std::size_t c = 0; c < curves.size(); ++c) {
    const Eigen::Index k = i_first_tau + static_cast<Eigen::Index>(c);
    fit.taus.push_back({curves[c].waiting_time_ps, std::exp(best.parameters[k]), error(k),
                        std::sqrt(information(k, k)) / naive(k, k)});
  }
  return fit;
}

}  // namespace patina
