// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/pixel_kernels.hpp"

#include "core/lanes.hpp"
#include "core/phase_series.hpp"

namespace patina::PATINA_LANES {

namespace {

static_assert(pixel_lanes == width);

[[gnu::always_inline]] inline Reals to_whole(Reals a) {
  const Reals magic = Reals::all(0x1.8p52);
  return (a + magic) - magic;
}

[[gnu::always_inline]] inline Reals series(const double (&coefficient)[PhaseSeries::terms], Reals square) {
  Reals sum = Reals::all(coefficient[PhaseSeries::terms - 1]);
  for (int k = PhaseSeries::terms - 2; k >= 0; --k) sum = fma(sum, square, Reals::all(coefficient[k]));
  return sum;
}

// cos and sin of so many turns, odd in their last bits: products with weights of this kind are never half way between two points of
// the grid, where the sum so far would decide (phase_sum_rows.cpp).
[[gnu::always_inline]] inline void phase_of(Reals turns, Reals& re, Reals& im) {
  const Reals s = turns - to_whole(turns), half_turns = to_whole(s + s);
  const Reals r = fma(half_turns, Reals::all(-0.5), s);
  const Reals sign = fma(half_turns * half_turns, Reals::all(-2.0), Reals::all(1.0));
  const Reals square = r * r;
  re = odd(sign * series(phase_series.cosine, square));
  im = odd(sign * (r * series(phase_series.sine, square)));
}

void add(const PixelPointsView& points, int first, int last, const double* q, std::int64_t* sums) {
  const Reals q_x = Reals::load(q), q_y = Reals::load(q + width), q_z = Reals::load(q + 2 * width);
  for (int start = first; start < last; start += pixel_strand) {
    const int count = last - start < pixel_strand ? last - start : pixel_strand;
    alignas(64) double re[pixel_strand * width], im[pixel_strand * width];
    for (int k = 0; k < count; ++k) {
      const int j = start + k;
      Reals cosine = q_x, sine = q_x;
      phase_of(fma(q_x, Reals::all(points.x[j]), fma(q_y, Reals::all(points.y[j]), q_z * Reals::all(points.z[j]))), cosine, sine);
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
