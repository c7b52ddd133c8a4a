// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/least_squares.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace patina {
namespace {

constexpr int max_iterations = 200;
constexpr double relative_tolerance = 1e-10;  // of chi^2 between accepted steps
constexpr double max_damping = 1e12;

// Parameters that may move now: neither fixed nor resting at a bound.
std::vector<int> free_parameters(const LeastSquaresProblem& problem, const Eigen::VectorXd& p,
                                 const Eigen::VectorXd& gradient) {
  std::vector<int> free;
  for (int k = 0; k < p.size(); ++k) {
    const bool rests_low = p[k] <= problem.lower[k] && gradient[k] > 0.0;
    const bool rests_high = p[k] >= problem.upper[k] && gradient[k] < 0.0;
    if (!problem.fixed[k] && !rests_low && !rests_high) free.push_back(k);
  }
  return free;
}

// The damped Gauss-Newton step in the free parameters, clamped to the bounds.
Eigen::VectorXd trial_point(const LeastSquaresProblem& problem, const Eigen::VectorXd& p,
                            const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient,
                            const std::vector<int>& free, double damping) {
  Eigen::MatrixXd reduced = hessian(free, free);
  for (int k = 0; k < reduced.rows(); ++k) reduced(k, k) += damping * std::max(reduced(k, k), 1e-300);
  const Eigen::VectorXd step = reduced.ldlt().solve(-gradient(free));
  Eigen::VectorXd trial = p;
  for (std::size_t k = 0; k < free.size(); ++k) trial[free[k]] += step[static_cast<Eigen::Index>(k)];
  return trial.cwiseMax(problem.lower).cwiseMin(problem.upper);
}

}  // namespace

LeastSquaresResult minimise_least_squares(const LeastSquaresProblem& problem, const Eigen::VectorXd& start) {
  LeastSquaresResult best;
  best.parameters = start.cwiseMax(problem.lower).cwiseMin(problem.upper);
  Eigen::VectorXd residual, trial_residual;
  Eigen::MatrixXd trial_jacobian;
  problem.evaluate(best.parameters, residual, best.jacobian);
  best.chi_squared = residual.squaredNorm();

  double damping = 1e-3;
  for (int iteration = 0; iteration < max_iterations && damping < max_damping; ++iteration) {
    const Eigen::VectorXd gradient = best.jacobian.transpose() * residual;
    const Eigen::MatrixXd hessian = information_matrix(best.jacobian);
    const auto free = free_parameters(problem, best.parameters, gradient);
    if (free.empty()) {
      best.converged = true;
      break;
    }
    const Eigen::VectorXd trial = trial_point(problem, best.parameters, hessian, gradient, free, damping);
    problem.evaluate(trial, trial_residual, trial_jacobian);
    const double chi_squared = trial_residual.squaredNorm();
    if (!(chi_squared <= best.chi_squared)) {
      damping *= 8.0;
      // A step too small to matter that still does not help: this is the minimum to rounding.
      if ((trial - best.parameters).norm() <= 1e-12 * (1.0 + best.parameters.norm())) best.converged = true;
      if (best.converged) break;
      continue;
    }
    const double gain = best.chi_squared - chi_squared;
    best.parameters = trial;
    best.chi_squared = chi_squared;
    residual.swap(trial_residual);
    best.jacobian.swap(trial_jacobian);
    damping = std::max(damping * 0.1, 1e-12);
    if (gain <= relative_tolerance * (chi_squared + 1e-30)) {
      best.converged = true;
      break;
    }
  }
  return best;
}

// These stand here, and not where they are used, because each use of an Eigen decomposition costs seconds to compile.
Eigen::VectorXd solve_least_squares(const Eigen::MatrixXd& design, const Eigen::VectorXd& value) {
  return design.completeOrthogonalDecomposition().solve(value);
}

Eigen::MatrixXd information_matrix(const Eigen::MatrixXd& jacobian) { return jacobian.transpose() * jacobian; }

Eigen::MatrixXd information_matrix(const Eigen::MatrixXd& jacobian, const Eigen::MatrixXd& covariance) {
  return jacobian.transpose() * covariance * jacobian;
}

Eigen::MatrixXd pseudo_inverse(const Eigen::MatrixXd& symmetric) {
  return symmetric.completeOrthogonalDecomposition().pseudoInverse();
}

Eigen::MatrixXd inverse_root(const Eigen::MatrixXd& covariance) {
  const Eigen::LLT<Eigen::MatrixXd> root(covariance);
  if (root.info() != Eigen::Success) throw Error(ExitCode::bad_input, "a covariance matrix is not positive definite");
  return root.matrixL().solve(Eigen::MatrixXd::Identity(covariance.rows(), covariance.cols()));
}

Eigen::MatrixXd without_small_modes(const Eigen::MatrixXd& covariance, double least) {
  const Eigen::VectorXd sigma = covariance.diagonal().cwiseSqrt();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> modes(sigma.cwiseInverse().asDiagonal() * covariance * sigma.cwiseInverse().asDiagonal());
  const Eigen::MatrixXd root = sigma.asDiagonal() * modes.eigenvectors() * modes.eigenvalues().cwiseMax(least).cwiseSqrt().asDiagonal();
  return root * root.transpose();
}

Eigen::MatrixXd sandwich(const Eigen::MatrixXd& outer, const Eigen::MatrixXd& middle) {
  return outer * middle * outer;
}

}  // namespace patina
