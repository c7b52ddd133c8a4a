// SPDX-License-Identifier: BSD-3-Clause
// Whether a map has a material time at all [I. Böhmer et al., Nature Phys. 20 (2024) 637: physical ageing is stationary in it], by means of
// what the clock fit leaves of C over cells of |f|^2 and age:
//
//   material time   the mean residual of pairs of one |f|^2 must be 0 at all ages: C is a function of s2 - s1 alone
//   triangles       so must that of C13 - F(C12, C23), t2 halfway between t1 and t3, where F follows from one decay at all ages
//                   [L. F. Cugliandolo and J. Kurchan, J. Phys. A 27 (1994) 5749]; with C' = dC/ds this is, to first order,
//                       r13 - (C13'/C12') r12 - (C13'/C23') r23,
//                   in which errors of s itself cancel: it does not depend on how well the knots follow the clock
//
// Cells are correlated, and the fit has taken its part of their noise: their covariance is that of pixels drawn from the fitted clock, less that
// part (fit_residuals.hpp). chi^2 over the cells tells how likely one clock would do the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/clock_fit.hpp"

namespace patina {

struct ClockTestCell {
  double age = 0.0, lag = 0.0, f_squared = 0.0;  // means over its pairs, or over the outer pairs of its triangles
  double misfit = 0.0, error = 0.0;              // of |f|^2
};

struct ClockTest {
  std::vector<ClockTestCell> cells;
  double chi_squared = 0.0;
  int degrees_of_freedom = 0;
  double probability = 1.0;
};

struct ClockTests {
  bool judged = false;
  std::string reason;  // why not
  ClockTest material_time, triangles;
  bool one_clock = false;  // neither fails at a probability of 0.01 for both together
  std::string text;
};

ClockTests test_clock(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed = 1);

}  // namespace patina
