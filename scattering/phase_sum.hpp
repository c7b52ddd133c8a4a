// SPDX-License-Identifier: BSD-3-Clause
// Sums of phases over points, the kernel under density modes and self scattering:
//
//   S_a(n) = sum over the points j of group a of exp(i 2 pi n . s_j) = sum_j X_j^nx Y_j^ny Z_j^nz
//
// X, Y, Z of each point are powers of one phase, made by recurrence and started afresh from sin and cos every
// 32 powers, so that rounding stays at 1e-15 whatever n. Exact for any s, wrapped or not.
//
// The sums have the same bits for any order of the points and any ranks and threads. Each of the four products of real
// numbers in X^nx (Y^ny Z^nz), at most 1, is a function of its point alone; it is rounded to a multiple of 2^-44, so that
// sums are exact: of a block (64 points) and a chunk (256) in double, beyond that in 128-bit whole numbers, which hold the
// sums of 2^82 points. The rounding adds an error of 2e-14 sqrt(points) to a sum; what is not finite ends in an error.
// Other compilers, mathematical libraries or instruction sets may differ in the last bits.
//
// Points go in blocks that fit the caches. Cost: ~8 flops per point and vector.
#pragma once

#include <complex>
#include <vector>

#include "core/mpi.hpp"
#include "core/types.hpp"
#include "scattering/q_set.hpp"

namespace patina {

// A q set as the kernel wants it: vectors of equal (n_y, n_z) in rows.
struct PhasePlan {
  int vectors = 0;
  int rows = 0;
  int powers[3] = {1, 1, 1};  // largest |n_d| + 1
  Array<int> row_start;       // rows + 1
  Rows<int, 2> row_miller;    // n_y, n_z
  Array<int> miller_x;        // of each vector
};
PhasePlan make_phase_plan(const QSet& set);

// Points of one rank, those of one group (a species) together.
struct PhasePoints {
  Rows<double, 3> fractional;
  std::vector<int> group_start;  // groups + 1
  int groups() const { return static_cast<int>(group_start.size()) - 1; }
};

// Over the points of all ranks, on all ranks: entry [group * vectors + k]. Throws Error(unstable) on all ranks if a
// coordinate is not finite.
std::vector<std::complex<double>> phase_sums(const PhasePoints& points, const PhasePlan& plan,
                                             const Comm& comm);

}  // namespace patina
