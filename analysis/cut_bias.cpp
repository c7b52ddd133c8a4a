// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/cut_bias.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/least_squares.hpp"

namespace patina {
namespace {

constexpr int lags = 60, starts = 101;
constexpr double shortest = 1.0 / 300.0, longest = 9.5;  // in tau(t_w)

double square(const ClockParameters& parameters, double t1, double t2) {
  return parameters.plateau * std::exp(-2.0 * std::pow(std::max(parameters.time.s(t2) - parameters.time.s(t1), 0.0), parameters.kww_exponent));
}

// A exp[-2 (t/tau)^beta] in (A, ln tau, ln beta), all points alike.
CutShape fit_shape(const Eigen::VectorXd& log_t, const Eigen::VectorXd& value, double log_tau) {
  LeastSquaresProblem problem;
  problem.evaluate = [&](const Eigen::VectorXd& p, Eigen::VectorXd& r, Eigen::MatrixXd& jacobian) {
    const double beta = std::exp(p[2]);
    const Eigen::ArrayXd log_x = beta * (log_t.array() - p[1]), x = 2.0 * log_x.min(100.0).exp(), decay = (-x).exp(), slope = p[0] * decay * x;
    r = p[0] * decay.matrix() - value;
    jacobian.resize(log_t.size(), 3);
    jacobian.col(0) = decay;
    jacobian.col(1) = slope * beta;
    jacobian.col(2) = -slope * log_x;
  };
  problem.lower = Eigen::Vector3d(1e-6, log_tau - 20.0, std::log(0.02));
  problem.upper = Eigen::Vector3d(100.0, log_tau + 20.0, std::log(4.0));
  problem.fixed.assign(3, false);
  LeastSquaresResult best;
  for (const double beta : {0.3, 0.6, 1.0, 1.5}) {
    auto found = minimise_least_squares(problem, Eigen::Vector3d(1.0, log_tau + 0.5, std::log(beta)));
    if (best.parameters.size() == 0 || found.chi_squared < best.chi_squared) best = std::move(found);
  }
  return {best.parameters[0], std::exp(best.parameters[1]), std::exp(best.parameters[2]), value[value.size() - 1]};
}

}  // namespace

CutShape cut_shape(const ClockParameters& parameters, double waiting_time, Cut cut, double window, double first, double last) {
  const double tau = parameters.time.tau(waiting_time);
  const double room = cut == Cut::fixed_start ? last - waiting_time - 0.5 * window
                                              : 2.0 * (std::min(waiting_time - first, last - waiting_time) - 0.5 * window);
  const double end = std::min(longest * tau, room);
  if (!(end > 10.0 * shortest * tau)) return {};
  Eigen::VectorXd log_t(lags), value(lags);
  const int averaged = window > 0.0 ? starts : 1;
  for (int k = 0; k < lags; ++k) {
    log_t[k] = std::log(shortest * tau) + std::log(end / (shortest * tau)) * k / (lags - 1);
    const double lag = std::exp(log_t[k]);
    value[k] = 0.0;
    for (int i = 0; i < averaged; ++i) {
      const double at = waiting_time + (averaged > 1 ? window * (static_cast<double>(i) / (averaged - 1) - 0.5) : 0.0);
      const double t1 = cut == Cut::fixed_start ? at : at - 0.5 * lag;
      value[k] += square(parameters, t1, t1 + lag) / averaged;
    }
  }
  return fit_shape(log_t, value, std::log(tau));
}

}  // namespace patina
