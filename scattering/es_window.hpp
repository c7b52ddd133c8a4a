// SPDX-License-Identifier: BSD-3-Clause
// The window with which points are spread onto a mesh: the exponential of a semicircle,
//
//   phi(x) = exp(beta (sqrt(1 - (2 x / w)^2) - 1)),   |x| <= w / 2, x in mesh cells
// [A. H. Barnett, J. Magland, L. af Klinteberg, SIAM J. Sci. Comput. 41, C479 (2019), eq. 2.1, doi 10.1137/18M120885X].
// Within each cell it is replaced by the polynomial that meets it at Chebyshev points, which takes a few products per
// value. The polynomials are the window: their own Fourier transform
//
//   phi^(f) = integral phi(x) cos(2 pi f x) dx,   f in cycles per mesh cell
// by Gauss-Legendre quadrature in each cell, undoes the spreading and measures the aliases, so that how well they meet
// phi adds no error.
#pragma once

#include <vector>

namespace patina {

class EsWindow {
 public:
  static constexpr int min_width = 2, max_width = 16;

  // Width in cells.
  EsWindow(int width, double beta);
  // The beta of least aliases at an oversampling sigma = cells / (2 n_max), about [ibid., eq. 4.5].
  static double usual_beta(int width, double oversampling);

  int width() const { return width_; }
  double beta() const { return beta_; }
  int degree() const { return degree_; }
  // Of the polynomial of cell l, which covers x from l - w / 2 to l + 1 - w / 2, in t = 2 (x - l + w / 2) - 1:
  // sum_k coefficient(k, l) t^k.
  double coefficient(int power, int cell) const { return coefficients_[power * width_ + cell]; }

  double transform(double frequency) const;
  // Integral of phi^2.
  double square() const { return square_; }
  // Of a mode at n = alpha M of a mesh of M cells along one axis: the mean square of what other modes, n + m M, with
  // independent phases and the same mean square, add to it.
  double alias(double alpha) const;

 private:
  int width_ = 0, degree_ = 0;
  double beta_ = 0.0, square_ = 0.0;
  std::vector<double> coefficients_;  // [power * width + cell]
  std::vector<double> node_;          // of the quadrature: x within a cell, from its left edge
  std::vector<double> weighted_;      // [node * width + cell]: phi times the weight of the quadrature
};

}  // namespace patina
