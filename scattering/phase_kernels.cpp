// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/phase_kernels.hpp"

#include "core/lanes.hpp"

namespace patina::PATINA_LANES {

namespace {

[[gnu::always_inline]] inline Reals to_whole(Reals a) {
  const Reals magic = Reals::all(0x1.8p52);
  return (a + magic) - magic;
}

[[gnu::always_inline]] inline Reals series(const double (&coefficient)[PhaseSeries::terms], Reals square) {
  Reals sum = Reals::all(coefficient[PhaseSeries::terms - 1]);
  for (int k = PhaseSeries::terms - 2; k >= 0; --k) sum = fma(sum, square, Reals::all(coefficient[k]));
  return sum;
}

struct Phase {
  Reals re, im;
};
[[gnu::always_inline]] inline Phase phase_of(Reals s) {
  const Reals half_turns = to_whole(s + s);
  const Reals r = fma(half_turns, Reals::all(-0.5), s);
  const Reals sign = fma(half_turns * half_turns, Reals::all(-2.0), Reals::all(1.0));
  const Reals square = r * r;
  return {sign * series(phase_series.cosine, square), sign * (r * series(phase_series.sine, square))};
}

void powers(const double* s, const double* scale, int count, double* table) {
  for (int b = 0; b < phase_block; b += width) {
    const Reals turns = Reals::load(s + b), weight = Reals::load(scale + b);
    const Phase step = phase_of(turns);
    const Reals minus = Reals::all(0.0) - step.im;
    Reals re = weight, im = Reals::all(0.0);
    for (int n = 0; n < count; ++n) {
      if (n > 0 && n % phase_anchor == 0) {
        const Reals whole = to_whole(Reals::all(n) * turns);
        const Phase anchor = phase_of(fma(Reals::all(n), turns, Reals::all(0.0) - whole));
        re = weight * anchor.re;
        im = weight * anchor.im;
      } else if (n > 0) {
        const Reals last = re;
        re = fma(last, step.re, im * minus);
        im = fma(last, step.im, im * step.re);
      }
      store(table + n * phase_table_row + b, odd(re));
      store(table + n * phase_table_row + phase_block + b, odd(im));
    }
  }
}

void rows(const PhaseRows& plan, int first, int last, const double* x, const double* y, const double* z, std::int64_t* sums) {
  alignas(64) double w_re[phase_block], w_im[phase_block];
  for (int row = first; row < last; ++row) {
    const int n_y = plan.row_miller[2 * row], n_z = plan.row_miller[2 * row + 1];
    const double* y_power = y + phase_table_row * (n_y < 0 ? -n_y : n_y);
    const double* z_power = z + phase_table_row * n_z;
    const Reals sign = Reals::all(n_y < 0 ? -1.0 : 1.0);
    for (int b = 0; b < phase_block; b += width) {
      const Reals y_re = Reals::load(y_power + b), y_im = sign * Reals::load(y_power + phase_block + b);
      const Reals z_re = Reals::load(z_power + b), z_im = Reals::load(z_power + phase_block + b);
      store(w_re + b, fma(y_re, z_re, Reals::all(0.0) - y_im * z_im));
      store(w_im + b, fma(y_re, z_im, y_im * z_re));
    }
    const int end = plan.row_start[row + 1];
    int entry = plan.row_start[row];
    for (; entry + 1 < end; entry += 2)
      add_products<2, phase_block>(w_re, w_im, {x + phase_table_row * plan.power[entry], x + phase_table_row * plan.power[entry + 1]},
                                   sums + 4 * static_cast<std::ptrdiff_t>(entry));
    if (entry < end)
      add_products<1, phase_block>(w_re, w_im, {x + phase_table_row * plan.power[entry]}, sums + 4 * static_cast<std::ptrdiff_t>(entry));
  }
}

}  // namespace

extern const PhaseKernels phase_kernels;
const PhaseKernels phase_kernels = {PATINA_LANES_NAME, powers, rows};

}  // namespace patina::PATINA_LANES
