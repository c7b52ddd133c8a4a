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

}  // namespace patina
