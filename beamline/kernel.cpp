// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/kernel.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>

#include "core/elementary.hpp"

namespace patina {

double kww(double x, double exponent) {
  if (x < 1e-300) return 1.0;
  return elementary::exp(-(exponent == 1.0 ? x : elementary::exp(exponent * elementary::log(x))));
}

double sinc(double x) {
  if (x < 1e-4) return 1.0 - x * x / 6.0;
  const double turns = x * 0.15915494309189533577;
  return elementary::phase(turns - ::rint(turns)).sine / x;
}

std::string fault_of_exponent(double exponent) {
  if (exponent > 0.0 && exponent <= 2.0) return "";
  if (!(exponent > 0.0)) return fmt::format("exp(-s^{:g}) does not decay: the exponent must be > 0, <= 2", exponent);
  constexpr int n = 400;  // relaxation time 40 steps: longer than one, shorter than all
  std::vector<double> matrix(n * n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j <= i; ++j) matrix[static_cast<std::size_t>(i * n + j)] = kww(0.025 * (i - j), exponent);
  return fmt::format("exp(-s^{:g}) is the correlation of no field: its least eigenvalue on {} times is {:.2g}, and no covariance has one "
                     "below 0. The exponent must be > 0, <= 2 (Schoenberg): 1 - f(2t) <= 4 (1 - f(t)) for any stationary field, so "
                     "none is flatter than t^2 at short times",
                     exponent, n, least_eigenvalue(matrix, n));
}

double least_eigenvalue(const std::vector<double>& matrix, int n) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Matrix> map(matrix.data(), n, n);
  const Matrix lower = map;
  return Eigen::SelfAdjointEigenSolver<Matrix>(lower, Eigen::EigenvaluesOnly).eigenvalues()(0);
}

}  // namespace patina
