// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/es_window.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {

namespace {

constexpr int nodes = 20;

// Nodes and weights of Gauss-Legendre quadrature on [-1, 1]: zeros of P_n by Newton's method from
// cos(pi (i - 1/4) / (n + 1/2)); weights 2 / ((1 - x^2) P_n'(x)^2) [Abramowitz & Stegun 25.4.29].
void gauss_legendre(std::vector<double>& node, std::vector<double>& weight) {
  for (int i = 1; i <= nodes; ++i) {
    double x = std::cos(units::pi * (i - 0.25) / (nodes + 0.5)), slope = 1.0;
    for (int iteration = 0; iteration < 10; ++iteration) {
      double last = 1.0, p = x;
      for (int k = 2; k <= nodes; ++k) {
        const double next = ((2.0 * k - 1.0) * x * p - (k - 1.0) * last) / k;
        last = p;
        p = next;
      }
      slope = nodes * (x * p - last) / (x * x - 1.0);
      x -= p / slope;
    }
    node.push_back(x);
    weight.push_back(2.0 / ((1.0 - x * x) * slope * slope));
  }
}

long double semicircle(long double x, int width, long double beta) {
  const long double u = 2.0L * x / width;
  return std::exp(beta * (std::sqrt(std::max(0.0L, 1.0L - u * u)) - 1.0L));
}

// Coefficients of powers 0..degree of t of the polynomial through phi at the Chebyshev points of cell l: the sum
// over k of c_k T_k(t), c_k = (2 - delta_k0) / (degree + 1) sum_i phi_i cos(k theta_i), T_k written out.
std::vector<long double> polynomial_of_cell(int l, int width, double beta, int degree) {
  const int points = degree + 1;
  std::vector<long double> result(points, 0.0L), chebyshev(points, 0.0L), last(points, 0.0L);
  chebyshev[0] = 1.0L;
  for (int k = 0; k <= degree; ++k) {
    long double c = 0.0L;
    for (int i = 0; i < points; ++i) {
      const long double theta = static_cast<long double>(units::pi) * (i + 0.5L) / points;
      c += semicircle(l - 0.5L * width + 0.5L * (std::cos(theta) + 1.0L), width, beta) * std::cos(k * theta);
    }
    for (int p = 0; p <= k; ++p) result[p] += (k == 0 ? 1.0L : 2.0L) / points * c * chebyshev[p];
    // T_{k+1} = 2 t T_k - T_{k-1};  T_1 = t
    std::vector<long double> next(points, 0.0L);
    for (int p = 0; p < points; ++p) next[p] = (p > 0 ? (k == 0 ? 1.0L : 2.0L) * chebyshev[p - 1] : 0.0L) - last[p];
    last = chebyshev;
    chebyshev = next;
  }
  return result;
}

}  // namespace

EsWindow::EsWindow(int width, double beta) : width_(width), degree_(width + 3), beta_(beta) {
  require(width >= min_width && width <= max_width, "width of a window");
  coefficients_.resize(static_cast<std::size_t>(degree_ + 1) * width);
  for (int l = 0; l < width; ++l) {
    const auto polynomial = polynomial_of_cell(l, width, beta, degree_);
    for (int k = 0; k <= degree_; ++k) coefficients_[k * width + l] = static_cast<double>(polynomial[k]);
  }

  std::vector<double> weight;
  gauss_legendre(node_, weight);
  for (int i = 0; i < nodes; ++i) {
    for (int l = 0; l < width; ++l) {
      double value = 0.0;
      for (int k = degree_; k >= 0; --k) value = value * node_[i] + coefficient(k, l);
      weighted_.push_back(0.5 * weight[i] * value);
      square_ += 0.5 * weight[i] * value * value;
    }
  }
  for (double& x : node_) x = 0.5 * (x + 1.0);
}

double EsWindow::usual_beta(int width, double oversampling) {
  return 0.97 * units::pi * width * (1.0 - 0.5 / oversampling);
}

double EsWindow::transform(double frequency) const {
  // cos of each cell's place from that of the cell before it.
  const double step = 2.0 * units::pi * frequency, step_re = std::cos(step), step_im = std::sin(step);
  double sum = 0.0;
  for (int i = 0; i < nodes; ++i) {
    const double angle = step * (node_[i] - 0.5 * width_);
    double re = std::cos(angle), im = std::sin(angle);
    const double* value = &weighted_[static_cast<std::size_t>(i) * width_];
    for (int l = 0; l < width_; ++l) {
      sum += value[l] * re;
      const double next = re * step_re - im * step_im;
      im = re * step_im + im * step_re;
      re = next;
    }
  }
  return sum;
}

double EsWindow::alias(double alpha) const {
  double square = 0.0;
  for (const int m : {-3, -2, -1, 1, 2, 3}) {
    const double t = transform(alpha + m);
    square += t * t;
  }
  const double own = transform(alpha);
  return square / (own * own);
}

}  // namespace patina
