// SPDX-License-Identifier: BSD-3-Clause
// Position q1 (1/A) and height of the main peak of S(q): a parabola through the points around the largest
// one.
#pragma once

#include <vector>

namespace patina {

struct StructurePeak {
  bool found = false;
  double q_inv_A = 0.0, q_error_inv_A = 0.0;
  double height = 0.0, height_error = 0.0;
  double fit_low_inv_A = 0.0, fit_high_inv_A = 0.0;
};

// Points below q_min are left out (small-angle scatter); the parabola spans +- half_width around the largest.
StructurePeak find_structure_peak(const std::vector<double>& q_inv_A, const std::vector<double>& s,
                                  const std::vector<double>& s_errors, double q_min_inv_A = 1.0,
                                  double half_width_inv_A = 0.15);

}  // namespace patina
