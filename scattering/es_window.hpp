// SPDX-License-Identifier: BSD-3-Clause
// The window of the particle mesh, "exponential of semicircle" [Barnett, Magland & af Klinteberg, SIAM J. Sci. Comput. 41,
// C479 (2019), eqs. 1.8, 3.2, 4.5]:
//
//   phi(x) = exp(beta (sqrt(1 - x^2) - 1)), |x| <= 1, else 0
//
// spread over `width` mesh points. With a mesh `oversampling` times finer than the modes need, the modes' error relative to
// the root of the sum of squares is about exp(-pi width sqrt(1 - 1 / oversampling)).
#pragma once

#include <vector>

namespace patina {

struct EsWindow {
  int width = 0;  // mesh points
  double beta = 0.0;
  double operator()(double x) const;
  // Integral of phi(x) cos(xi x) over -1..1.
  double transform(double xi) const;
};

constexpr int most_window_points = 16;

// The narrowest window that reaches `tolerance`; width > most_window_points if none does.
EsWindow window_for(double tolerance, double oversampling);

// The values of a window at its `width` mesh points around any place, as polynomials: point k of a window whose first
// point lies x - i0 mesh cells left of the place has the value sum_d coefficient[d * pad + k] z^d, z = 2 (i0 - x) + width - 1,
// which lies in -1..1. `pad` is the width rounded up to full vectors; columns beyond the width are 0.
struct WindowPolynomials {
  int width = 0, pad = 0, degree = 0;
  std::vector<double> coefficient;
};
WindowPolynomials window_polynomials(const EsWindow& window);

}  // namespace patina
