// SPDX-License-Identifier: BSD-3-Clause
// Fields at wave vectors that need not fit the cell, as the pixels of a detector see them:
//
//   A_am(q_p) = sum over the points j of group a of w_mj exp(i q_p . r_j)
//
// of several modes m of illumination that share the phases. Every pair of a point and a pixel has a phase of its own: on the Ewald
// sphere pixels lie on no lattice, so that powers of one phase (phase_sum.hpp) do not serve.
//
// The sums have the same bits for any order of the points, any ranks and threads, and on any machine: a product of a weight and a phase
// is a function of its point and pixel alone, rounded to a multiple of 2^-47 of the weights' unit, and sums are of whole numbers. The
// rounding adds an error of 3e-15 sqrt(points) to a sum, times the power of two above the largest weight; that of the phase itself is
// 1e-16 q r.
// Cost: some 40 operations per point and pixel, and 4 more for each mode.
#pragma once

#include <complex>
#include <vector>

#include "core/exact_sum.hpp"
#include "core/mpi.hpp"
#include "core/types.hpp"
#include "core/vec3.hpp"
#include "scattering/pixel_kernels.hpp"

namespace patina {

using ModeWeights = Kokkos::View<double**, Kokkos::LayoutRight, MemSpace>;  // [mode][point]

// Points of one rank, those of one group (a species) together. Places in A, from a point that is the same for all.
struct PixelPoints {
  Rows<double, 3> place;
  std::vector<int> group_start;  // groups + 1
  ModeWeights weight;
  int groups() const { return static_cast<int>(group_start.size()) - 1; }
  int modes() const { return static_cast<int>(weight.extent(0)); }
};

// Over the points of all ranks, on all ranks: entry [(group * modes + mode) * pixels + p] of vectors q (1/A). Throws Error(unstable) on
// all ranks if a place or weight is not finite. Collective.
std::vector<std::complex<double>> pixel_sums(const PixelPoints& points, const std::vector<Vec3>& q_inv_A, const Comm& comm);

// The two ways to the sums of this rank, in units of 2^-47 times the unit of weights: [group][mode][pixel][real, imaginary]. Host loops
// with vectors, and a Kokkos kernel for devices, which tests run on the host.
std::vector<Int128> pixel_sums_in_lanes(const PixelPoints& points, const std::vector<Vec3>& q_inv_A, double per_weight_unit,
                                        const PixelKernels& kernels);
std::vector<Int128> pixel_sums_in_rows(const PixelPoints& points, const std::vector<Vec3>& q_inv_A, double per_weight_unit);

}  // namespace patina
