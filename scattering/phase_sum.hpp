// SPDX-License-Identifier: BSD-3-Clause
// Sums of phases over points, the kernel under density modes and self scattering:
//
//   S_a(n) = sum over the points j of group a of w_j exp(i 2 pi n . s_j) = sum_j w_j X_j^nx Y_j^ny Z_j^nz
//
// X, Y, Z of each point are powers of one phase, made by recurrence and started afresh every 16 powers, so that rounding
// stays at 1e-15 whatever n. Exact for any s, wrapped or not.
//
// The sums have the same bits for any order of the points, any ranks and threads, and on any machine. Each of the four
// products of real numbers in X^nx (Y^ny Z^nz), at most 1, is a function of its point alone; it is rounded to a multiple of
// 2^-47, so that sums are exact: of some points in double, of 2^15 in 64 bits, beyond that in 128 bits, which hold the sums of
// 2^80 points. The rounding adds an error of 3e-15 sqrt(points) to a sum, times the power of two above the largest weight.
//
// Points go in blocks that fit the caches. Cost: 4 products and sums per point and pair of vectors that differ by the sign of
// n_x; as much for a vector whose partner is not in the set.
#pragma once

#include <complex>
#include <vector>

#include "core/mpi.hpp"
#include "core/types.hpp"
#include "md/memory.hpp"
#include "scattering/phase_plan.hpp"

namespace patina {

// Points of one rank, those of one group (a species) together.
struct PhasePoints {
  Rows<double, 3> fractional;
  std::vector<int> group_start;  // groups + 1
  Array<double> weight = {};     // w_j; extent 0: all 1
  bool weighted() const { return weight.extent(0) > 0; }
  int groups() const { return static_cast<int>(group_start.size()) - 1; }
};

// How many coordinates and weights of this rank's points are not finite.
long long count_not_finite(const PhasePoints& points);

// A power of two that no |w_j| of any rank exceeds; 1 without weights. Collective.
double weight_unit(const PhasePoints& points, const Comm& comm);

// Bytes of a rank. Kept: the plan, 5 of each vector, 4 of each entry, 12 of each row. At a frame: 28 of each point; of each entry 32 to 64
// for every thread, and 64 (on several ranks 160) and 16 of each vector for every group; tables of 4 kB for each power and thread.
MemoryNeed phase_need(const PhasePlan& plan, const SampleNumbers& sample);

// Over the points of all ranks, on all ranks: entry [group * vectors + k]. Throws Error(unstable) on all ranks if a
// coordinate or weight is not finite.
std::vector<std::complex<double>> phase_sums(const PhasePoints& points, const PhasePlan& plan,
                                             const Comm& comm);

}  // namespace patina
