// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/panel_kernels.hpp"

#include "core/lanes.hpp"

namespace patina::PATINA_LANES {

namespace {

// So many sums as two products a cycle need to be under way, and as registers hold.
constexpr int at_once = PATINA_LANES_VERSION == 512 ? 8 : 4;

void product(const double* a, const double* b, int rows, double* out) {
  for (int first = 0; first < panel_width; first += at_once) {
    Reals sum[at_once];
    for (Reals& s : sum) s = Reals::all(0.0);
    for (int r = 0; r < rows; ++r) {
      const Reals right = held(Reals::load(b + panel_width * r));
      const double* left = a + panel_width * r + first;
#pragma GCC unroll 8
      for (int i = 0; i < at_once; ++i) sum[i] = fma(Reals::all(left[i]), right, sum[i]);
    }
    for (int i = 0; i < at_once; ++i) store(out + panel_width * (first + i), sum[i]);
  }
}

}  // namespace

extern const PanelKernels panel_kernels;
const PanelKernels panel_kernels = {PATINA_LANES_NAME, product};

}  // namespace patina::PATINA_LANES
