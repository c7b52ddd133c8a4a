// SPDX-License-Identifier: BSD-3-Clause
// The host's hot loop of two-time sums (correlation.hpp), compiled once for each instruction set and chosen at run time: all
// versions give the same bits, because each number is a chain of fused products and sums over the rows in their order.
#pragma once

#include "core/lanes_choice.hpp"

namespace patina {

constexpr int panel_width = 8;  // times side by side

struct PanelKernels {
  const char* name;
  // out[8 i + j] = sum over r < rows of a[8 r + i] b[8 r + j]
  void (*product)(const double* a, const double* b, int rows, double* out);
};

LanesVersions<PanelKernels> panel_kernel_versions();

}  // namespace patina
