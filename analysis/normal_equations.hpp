// SPDX-License-Identifier: BSD-3-Clause
// Least squares of so many points that nobody wants their Jacobian: the problem adds up chi^2, its half gradient J^T r and J^T J itself.
// Levenberg-Marquardt with projected steps, as least_squares.hpp, whose reference holds here too.
#pragma once

#include <Eigen/Dense>
#include <functional>

namespace patina {

struct NormalEquations {
  double chi_squared = 0.0;
  Eigen::VectorXd gradient;     // J^T r
  Eigen::MatrixXd information;  // J^T J
};

struct NormalMinimum {
  Eigen::VectorXd parameters;
  NormalEquations equations;  // there
  bool converged = false;
};

NormalMinimum minimise_normal_equations(const std::function<NormalEquations(const Eigen::VectorXd&)>& evaluate, const Eigen::VectorXd& start,
                                        const Eigen::VectorXd& lower, const Eigen::VectorXd& upper);

}  // namespace patina
