// SPDX-License-Identifier: BSD-3-Clause
// Bounded non-linear least squares, chi^2(p) = |r(p)|^2, by Levenberg-Marquardt with projected steps: a
// parameter at a bound that the gradient pushes outwards rests there for the step. For few parameters (<=
// 10). Reference: J. J. More, Lecture Notes in Mathematics 630 (1978) 105, doi 10.1007/BFb0067700.
#pragma once

#include <Eigen/Dense>
#include <functional>
#include <vector>

namespace patina {

struct LeastSquaresProblem {
  // Residuals (weighted, so that chi^2 is their squared norm) and their Jacobian dr_i/dp_k.
  std::function<void(const Eigen::VectorXd& p, Eigen::VectorXd& residual, Eigen::MatrixXd& jacobian)>
      evaluate;
  Eigen::VectorXd lower;
  Eigen::VectorXd upper;
  std::vector<bool> fixed;  // parameters that keep their starting value
};

struct LeastSquaresResult {
  Eigen::VectorXd parameters;
  Eigen::MatrixXd jacobian;  // at the parameters
  double chi_squared = 0.0;
  bool converged = false;
};

LeastSquaresResult minimise_least_squares(const LeastSquaresProblem& problem, const Eigen::VectorXd& start);

// The linear problem: the x of least |design x - value|.
Eigen::VectorXd solve_least_squares(const Eigen::MatrixXd& design, const Eigen::VectorXd& value);

// J^T J: with weighted residuals the information on the parameters.
Eigen::MatrixXd information_matrix(const Eigen::MatrixXd& jacobian);

// J^T C J: the same with residuals of covariance C.
Eigen::MatrixXd information_matrix(const Eigen::MatrixXd& jacobian, const Eigen::MatrixXd& covariance);

// Of a symmetric matrix; directions that hold no information get no variance.
Eigen::MatrixXd pseudo_inverse(const Eigen::MatrixXd& symmetric);

// R with R^T R = covariance^-1, by which residuals become independent ones of variance 1. Error(bad_input) unless it is positive definite.
Eigen::MatrixXd inverse_root(const Eigen::MatrixXd& covariance);

// A covariance none of whose modes has less than `least` of the variance of its elements: what is less is lost in rounding, or noise of an estimate, and a
// fit would take it for exact.
Eigen::MatrixXd without_small_modes(const Eigen::MatrixXd& covariance, double least);

// outer middle outer
Eigen::MatrixXd sandwich(const Eigen::MatrixXd& outer, const Eigen::MatrixXd& middle);

}  // namespace patina
