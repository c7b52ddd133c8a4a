// SPDX-License-Identifier: BSD-3-Clause
// Which mesh sums of phases take (mesh_sum.hpp): cells along each axis, window, precision of its numbers.
//
// The error of a sum relative to sqrt(sum_j w_j^2), rms over the vectors, comes from aliases and from rounding. Modes of
// independent phases, <|S|^2> = sum w_j^2, alias with
//   error^2 = sum_d < sum_{m != 0} |phi^(n_d / M_d + m) / phi^(n_d / M_d)|^2 >       [es_window.hpp]
// < > over the vectors, and numbers rounded to eps on the mesh and in its transform give white noise,
//   error^2 = (c eps)^2 < prod_d (phi^(0) / phi^(n_d / M_d))^2 > (prod_d integral phi^2 / phi^(0)^2 + w^3 rho^2 / (6 c)^2),
// rho points per cell: the second term is from adding up w^3 rho values in each.
// Among the layouts whose error stays below half the tolerance, and for no vector is expected above five times it, that of
// least cost is taken. Errors are largest at |n_d| = n_max.
#pragma once

#include <array>
#include <cstdint>

#include "scattering/es_window.hpp"
#include "scattering/q_set.hpp"

namespace patina {

struct MeshLayout {
  std::array<int, 3> cells = {1, 1, 1};    // each 2^a 3^b 5^c 7^d
  std::array<int, 3> largest = {0, 0, 0};  // |n_d| of the set
  EsWindow window{EsWindow::min_width, 1.0};
  bool single_precision = false;
  double expected_error = 0.0;  // by the formulae above
  double largest_error = 0.0;   // that expected of the worst vector
  double cost_ns = 0.0;         // of the sums of one instant on one core (mode_sum.hpp)
};

// Tolerances that can be asked for.
constexpr double tightest_tolerance = 1e-10, loosest_tolerance = 1e-3;
// Expected error of the worst vector, in tolerances.
constexpr double largest_excess = 5.0;

// For `points` points in all, in `groups` groups. A function of its arguments alone.
MeshLayout choose_mesh(const QSet& set, std::int64_t points, int groups, double tolerance);

}  // namespace patina
