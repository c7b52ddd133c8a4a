// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/es_window.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/units.hpp"

namespace patina {

double EsWindow::operator()(double x) const {
  return std::abs(x) > 1.0 ? 0.0 : std::exp(beta * (std::sqrt(1.0 - x * x) - 1.0));
}

double EsWindow::transform(double xi) const {
  // x = sin(a): smooth, and next to nothing at the ends, where the midpoint rule would err.
  constexpr int points = 1000;
  constexpr double step = units::pi / points;
  double sum = 0.0;
  for (int k = 0; k < points; ++k) {
    const double a = -0.5 * units::pi + (k + 0.5) * step;
    sum += std::exp(beta * (std::cos(a) - 1.0)) * std::cos(xi * std::sin(a)) * std::cos(a);
  }
  return step * sum;
}

EsWindow window_for(double tolerance, double oversampling) {
  const double per_point = units::pi * std::sqrt(1.0 - 1.0 / oversampling);
  EsWindow window;
  window.width = std::max(2, static_cast<int>(std::ceil(-std::log(tolerance) / per_point)));
  constexpr double safety = 0.97;  // below the cutoff of the first alias [eq. 4.5]
  window.beta = safety * units::pi * window.width * (1.0 - 0.5 / oversampling);
  return window;
}

WindowPolynomials window_polynomials(const EsWindow& window) {
  const int width = window.width, degree = width + 3;
  WindowPolynomials result{width, (width + 7) / 8 * 8, degree, {}};
  result.coefficient.assign(static_cast<std::size_t>((degree + 1) * result.pad), 0.0);
  // Through the window at Chebyshev points, more of them than coefficients.
  const int nodes = 2 * degree;
  Eigen::MatrixXd powers(nodes, degree + 1), values(nodes, width);
  for (int i = 0; i < nodes; ++i) {
    const double z = std::cos(units::pi * (i + 0.5) / nodes);
    for (int d = 0; d <= degree; ++d) powers(i, d) = std::pow(z, d);
    for (int k = 0; k < width; ++k) {
      const double from_place = 0.5 * (z - (width - 1)) + k;  // in mesh cells
      values(i, k) = window(std::clamp(2.0 * from_place / width, -1.0, 1.0));
    }
  }
  const Eigen::MatrixXd solved = powers.colPivHouseholderQr().solve(values);
  for (int d = 0; d <= degree; ++d)
    for (int k = 0; k < width; ++k) result.coefficient[static_cast<std::size_t>(d * result.pad + k)] = solved(d, k);
  return result;
}

}  // namespace patina
