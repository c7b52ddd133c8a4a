// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/pixel_kernels.hpp"

#include "scattering/lanes_phase.hpp"

namespace patina::PATINA_LANES {

namespace {

static_assert(pixel_lanes == width);

// cos and sin of so many turns, odd in their last bits (scattering/phase.hpp).
[[gnu::always_inline]] inline void odd_phase_of(Reals turns, Reals& re, Reals& im) {
  const Phase phase = phase_of(turns - to_whole(turns));
  re = odd(phase.re);
  im = odd(phase.im);
}

void add(const PixelPointsView& points, int first, int last, const double* q, std::int64_t* sums) {
  const Reals q_x = Reals::load(q), q_y = Reals::load(q + width), q_z = Reals::load(q + 2 * width);
  for (int start = first; start < last; start += pixel_strand) {
    const int count = last - start < pixel_strand ? last - start : pixel_strand;
    alignas(64) double re[pixel_strand * width], im[pixel_strand * width];
    for (int k = 0; k < count; ++k) {
      const int j = start + k;
      Reals cosine = q_x, sine = q_x;
      odd_phase_of(fma(q_x, Reals::all(points.x[j]), fma(q_y, Reals::all(points.y[j]), q_z * Reals::all(points.z[j]))), cosine, sine);
      store(re + k * width, cosine);
      store(im + k * width, sine);
    }
    for (int mode = 0; mode < points.modes; ++mode) {
      const double* const weight = points.weight + mode * points.points + start;
      Reals sum_re = Reals::all(grid_origin), sum_im = Reals::all(grid_origin);
      for (int k = 0; k < count; ++k) {
        const Reals w = Reals::all(weight[k]);
        sum_re = fma(w, Reals::load(re + k * width), sum_re);
        sum_im = fma(w, Reals::load(im + k * width), sum_im);
      }
      add_growth(sums + 2 * mode * width, sum_re);
      add_growth(sums + (2 * mode + 1) * width, sum_im);
    }
  }
}

}  // namespace

extern const PixelKernels pixel_kernels;
const PixelKernels pixel_kernels = {PATINA_LANES_NAME, add};

}  // namespace patina::PATINA_LANES
