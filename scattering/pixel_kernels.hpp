// SPDX-License-Identifier: BSD-3-Clause
// The host's hot loop of fields at pixels (pixel_sum.hpp), compiled once for each instruction set and chosen at run time; all versions,
// and the kernel for devices, give the same bits. Eight pixels stand in the lanes of a vector, points follow each other.
#pragma once

#include <cstdint>

#include "core/lanes_choice.hpp"

namespace patina {

constexpr int pixel_lanes = 8;
constexpr int pixel_strand = 15;  // terms, each at most 1, that a double between 32 and 64 holds the sum of

// Points of one rank, rows of a matrix: x, y, z in A, and weights [mode][point] within -1 .. 1, odd in their last bit or 0.
struct PixelPointsView {
  const double *x, *y, *z, *weight;
  std::int64_t points;  // from the weights of one mode to those of the next
  int modes;
};

struct PixelKernels {
  const char* name;
  // Adds points first .. last - 1 to sums[mode][real or imaginary][lane], in units of 2^-47; q[axis][lane]: in turns per A, q / 2 pi.
  void (*add)(const PixelPointsView& points, int first, int last, const double* q, std::int64_t* sums);
};

LanesVersions<PixelKernels> pixel_kernel_versions();

}  // namespace patina
