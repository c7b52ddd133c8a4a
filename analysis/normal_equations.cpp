// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/normal_equations.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace patina {
namespace {

constexpr int max_iterations = 60;
constexpr double relative_tolerance = 1e-9;  // of chi^2: steps beyond are far below any error of the parameters
constexpr double max_damping = 1e10;

}  // namespace

NormalMinimum minimise_normal_equations(const std::function<NormalEquations(const Eigen::VectorXd&)>& evaluate, const Eigen::VectorXd& start,
                                        const Eigen::VectorXd& lower, const Eigen::VectorXd& upper) {
  NormalMinimum best;
  best.parameters = start.cwiseMax(lower).cwiseMin(upper);
  best.equations = evaluate(best.parameters);
  double damping = 1e-3;
  for (int iteration = 0; iteration < max_iterations && damping < max_damping; ++iteration) {
    const Eigen::VectorXd& p = best.parameters;
    const Eigen::VectorXd& gradient = best.equations.gradient;
    std::vector<int> free;  // neither is it at a bound that the gradient pushes against
    for (int k = 0; k < p.size(); ++k)
      if (!(p[k] <= lower[k] && gradient[k] > 0.0) && !(p[k] >= upper[k] && gradient[k] < 0.0)) free.push_back(k);
    if (free.empty()) {
      best.converged = true;
      break;
    }
    Eigen::MatrixXd damped = best.equations.information(free, free);
    for (int k = 0; k < damped.rows(); ++k) damped(k, k) += damping * std::max(damped(k, k), 1e-300);
    const Eigen::VectorXd step = damped.ldlt().solve(-gradient(free));
    Eigen::VectorXd trial = p;
    for (std::size_t k = 0; k < free.size(); ++k) trial[free[k]] += std::clamp(step[static_cast<Eigen::Index>(k)], -2.0, 2.0);
    trial = trial.cwiseMax(lower).cwiseMin(upper);
    NormalEquations there = evaluate(trial);
    if (!(there.chi_squared <= best.equations.chi_squared)) {
      damping *= 8.0;
      if ((trial - p).norm() <= 1e-10 * (1.0 + p.norm())) {
        best.converged = true;
        break;
      }
      continue;
    }
    const double gain = best.equations.chi_squared - there.chi_squared;
    best.parameters = std::move(trial);
    best.equations = std::move(there);
    damping = std::max(damping * 0.1, 1e-12);
    if (gain <= relative_tolerance * best.equations.chi_squared + 1e-300) {
      best.converged = true;
      break;
    }
  }
  return best;
}

}  // namespace patina
