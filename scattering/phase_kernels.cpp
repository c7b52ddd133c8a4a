// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/phase_kernels.hpp"

#include "scattering/lanes_phase.hpp"

namespace patina::PATINA_LANES {

namespace {

// 12 of 32 registers hold sums with AVX-512 (a Zen 4 is 5 % slower with 16, 4 % with 8), 8 of 16 with AVX2.
constexpr int runs_together = PATINA_LANES_VERSION == 512 ? 3 : 1;

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

// w = Y^n_y Z^n_z of a block.
[[gnu::always_inline]] inline void multiply(int n_y, int n_z, const double* y, const double* z, double* w_re, double* w_im) {
  const double* y_power = y + phase_table_row * (n_y < 0 ? -n_y : n_y);
  const double* z_power = z + phase_table_row * n_z;
  const Reals sign = Reals::all(n_y < 0 ? -1.0 : 1.0);
  for (int b = 0; b < phase_block; b += width) {
    const Reals y_re = Reals::load(y_power + b), y_im = sign * Reals::load(y_power + phase_block + b);
    const Reals z_re = Reals::load(z_power + b), z_im = Reals::load(z_power + phase_block + b);
    store(w_re + b, fma(y_re, z_re, Reals::all(0.0) - y_im * z_im));
    store(w_im + b, fma(y_re, z_im, y_im * z_re));
  }
}

void rows(const PhaseRows& plan, int first, int last, const double* x, const double* y, const double* z, std::int64_t* sums) {
  alignas(64) double w_re[phase_block], w_im[phase_block];
  for (int row = first; row < last; ++row) {
    multiply(plan.row_miller[2 * row], plan.row_miller[2 * row + 1], y, z, w_re, w_im);
    const int end = plan.row_start[row + 1];
    int entry = plan.row_start[row];
    for (; entry + 1 < end; entry += 2)
      add_products<2, phase_block>(w_re, w_im, {x + phase_table_row * plan.power[entry], x + phase_table_row * plan.power[entry + 1]},
                                   sums + 4 * static_cast<std::ptrdiff_t>(entry));
    if (entry < end)
      add_products<1, phase_block>(w_re, w_im, {x + phase_table_row * plan.power[entry]}, sums + 4 * static_cast<std::ptrdiff_t>(entry));
  }
}

// One group of powers of so many runs: as many sums as fit the registers, each a chain of its own. w of a run: pair_lanes real
// parts, then imaginary ones.
template <int together>
[[gnu::always_inline]] inline void add_group(const PhaseRun* runs, int group, const double* x, const double* w, std::int64_t* sums) {
  for (int strand = 0; strand < blocks_of_pair * strands_of_block; ++strand) {
    Reals sum[together][4];
    for (int r = 0; r < together; ++r)
      for (int product = 0; product < 4; ++product) sum[r][product] = Reals::all(grid_origin);
#pragma GCC unroll 5
    for (int j = 0; j < phase_strand; ++j) {
      const double* powers = x + 2 * phase_group * (strand * phase_strand + j);
      const Reals x_re = held(Reals::load(powers)), x_im = held(Reals::load(powers + phase_group));
      for (int r = 0; r < together; ++r) {
        const double* w_of_run = w + 2 * pair_lanes * r + strand * strand_lanes + j;
        const Reals re = Reals::all(w_of_run[0]), im = Reals::all(w_of_run[pair_lanes]);
        sum[r][0] = fma(re, x_re, sum[r][0]);
        sum[r][1] = fma(im, x_im, sum[r][1]);
        sum[r][2] = fma(re, x_im, sum[r][2]);
        sum[r][3] = fma(im, x_re, sum[r][3]);
      }
    }
    for (int r = 0; r < together; ++r)
      for (int product = 0; product < 4; ++product)
        add_growth(sums + runs[r].sums + phase_group * (4 * (group - runs[r].first_group) + product), sum[r][product]);
  }
}

// Group after group, whose powers of x stay in the first-level cache.
void runs(const PhaseRun* runs, int count, const PhasePair& pair, double* w, std::int64_t* sums) {
  static_assert(phase_group == width);
  int first = runs[0].first_group, last = 0;
  for (int k = 0; k < count; ++k) {
    first = runs[k].first_group < first ? runs[k].first_group : first;
    last = runs[k].last_group > last ? runs[k].last_group : last;
    for (int b = 0; b < blocks_of_pair; ++b) {
      double* w_re = w + 2 * pair_lanes * k + b * phase_block;
      multiply(runs[k].n_y, runs[k].n_z, pair.y + b * pair.next_block, pair.z + b * pair.next_block, w_re, w_re + pair_lanes);
    }
  }
  for (int group = first; group < last; ++group) {
    const double* x = pair.x + pair_group_size * group;
    for (int k = 0; k < count;) {
      int together = 0;
      while (together < runs_together && k + together < count && runs[k + together].holds(group)) ++together;
      if (together == runs_together)
        add_group<runs_together>(runs + k, group, x, w + 2 * pair_lanes * k, sums);
      else if (together > 0)
        add_group<1>(runs + k, group, x, w + 2 * pair_lanes * k, sums);
      k += together == runs_together ? runs_together : 1;
    }
  }
}

}  // namespace

extern const PhaseKernels phase_kernels;
const PhaseKernels phase_kernels = {PATINA_LANES_NAME, powers, rows, runs};

}  // namespace patina::PATINA_LANES
