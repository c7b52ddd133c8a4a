// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/phase_sum.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "core/error.hpp"
#include "core/exact_sum.hpp"
#include "core/kokkos_compat.hpp"
#include "core/units.hpp"

namespace patina {

namespace {

using Team = Kokkos::TeamPolicy<ExecSpace>;
using Member = Team::member_type;
using Scratch = Kokkos::View<double*, Kokkos::LayoutRight, ExecSpace::scratch_memory_space,
                             Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
// Real and imaginary parts of sums in units of the grid.
using Partials = Kokkos::View<std::int64_t* [2], Kokkos::LayoutRight, MemSpace>;
using Totals = Kokkos::View<Int128* [2], Kokkos::LayoutRight, MemSpace>;

constexpr bool on_host = Kokkos::SpaceAccessibility<HostSpace, MemSpace>::accessible;
constexpr int team_size = on_host ? 1 : 128;
constexpr int lanes = on_host ? 8 : 1;  // points whose powers one thread makes together
constexpr int block = 32;               // points whose powers stand in the cache together
constexpr int strands = 8;              // sums of a block that grow side by side
constexpr int chunk = 8 * block;        // points of one team: one partial sum
constexpr int anchor = 32;              // powers between two calls of sin and cos

// The grid on which terms are summed: that of the doubles from 32 to 64, between which the sum of a strand stays. The sum
// of a block is exact in double, that of a chunk in 64 bits.
constexpr double grid = 0x1p-47, grid_origin = 48.0;
static_assert(block / strands < 16 && block / grid <= 0x1p52 && chunk / grid <= 0x1p62);

// A product and a sum in one instruction, rounded once, where there is one.
#if defined(FP_FAST_FMA) || defined(__FMA__)
constexpr bool fused = true;
#else
constexpr bool fused = !on_host;
#endif

KOKKOS_INLINE_FUNCTION double multiply_add(double a, double b, double c) {
  if constexpr (fused)
    return ::fma(a, b, c);
  else
    return a * b + c;
}

// Adds w x, rounded to the grid, to a sum that began at +-grid_origin. In the fused form the sum so far decides only
// where w x lies half way between two points of the grid; no_ties() sees to it that none does.
KOKKOS_INLINE_FUNCTION double add_on_grid(double w, double x, double sum) {
  if constexpr (fused)
    return ::fma(w, x, sum);
  else
    return sum + ((w * x + grid_origin) - grid_origin);
}

// x with its last bit set, or 0. For |w|, |x| < 2 then w x is 0 or an odd multiple of some 2^-k with k >= 52, never of
// 2^-48.
KOKKOS_INLINE_FUNCTION double no_ties(double x) {
  std::int64_t bits = 0;
  memcpy(&bits, &x, sizeof bits);
  bits |= x != 0.0 ? 1 : 0;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// Rows of (group, first point, last point + 1).
using Chunks = Rows<int, 3>;

Chunks make_chunks(const PhasePoints& points) {
  std::vector<std::array<int, 3>> list;
  for (int g = 0; g < points.groups(); ++g)
    for (int first = points.group_start[g]; first < points.group_start[g + 1]; first += chunk)
      list.push_back({g, first, std::min(first + chunk, points.group_start[g + 1])});
  const Chunks chunks("phase_chunks", list.size());
  const auto host = Kokkos::create_mirror_view(chunks);
  for (std::size_t c = 0; c < list.size(); ++c)
    for (int i = 0; i < 3; ++i) host(c, i) = list[c][i];
  Kokkos::deep_copy(chunks, host);
  return chunks;
}

// Powers 0..count-1 of the phases of `lanes` points: row n of the table holds the real parts of power n of
// the whole block, then the imaginary parts. A lane of scale 0 weighs nothing.
KOKKOS_INLINE_FUNCTION void fill_powers(double (&s)[lanes], const double (&scale)[lanes], int count,
                                        double* table) {
  double step_re[lanes], step_im[lanes];
  for (int l = 0; l < lanes; ++l) {
    s[l] -= kokkos_compat::floor(s[l] + 0.5);
    step_re[l] = kokkos_compat::cos(2.0 * units::pi * s[l]);
    step_im[l] = kokkos_compat::sin(2.0 * units::pi * s[l]);
  }
  double re[lanes], im[lanes];
  for (int n = 0; n < count; ++n) {
    if (n == 0) {
      for (int l = 0; l < lanes; ++l) {
        re[l] = scale[l];
        im[l] = 0.0;
      }
    } else if (n % anchor == 0) {
      for (int l = 0; l < lanes; ++l) {
        const double turns = multiply_add(n, s[l], -kokkos_compat::floor(n * s[l] + 0.5));
        const double angle = 2.0 * units::pi * turns;
        re[l] = scale[l] * kokkos_compat::cos(angle);
        im[l] = scale[l] * kokkos_compat::sin(angle);
      }
    } else {
#pragma omp simd
      for (int l = 0; l < lanes; ++l) {
        const double last_re = re[l];
        re[l] = multiply_add(last_re, step_re[l], -im[l] * step_im[l]);
        im[l] = multiply_add(last_re, step_im[l], im[l] * step_re[l]);
      }
    }
    double* row = table + 2 * block * n;
#pragma omp simd
    for (int l = 0; l < lanes; ++l) {
      row[l] = no_ties(re[l]);
      row[block + l] = no_ties(im[l]);
    }
  }
}

// The sum of numbers on the grid in units of it: exact, and so the same in any order.
template <int n>
KOKKOS_INLINE_FUNCTION std::int64_t sum_in_units(const double (&v)[n]) {
  if constexpr (n == 1) {
    return static_cast<std::int64_t>(v[0] * (1.0 / grid));
  } else {
    double half[n / 2];
#pragma omp simd
    for (int l = 0; l < n / 2; ++l) half[l] = v[l] + v[l + n / 2];
    return sum_in_units(half);
  }
}

// Adds the sum over one block of X^n times w to sum[0] + i sum[1]; x points to the powers of |n|, sign is that of n.
KOKKOS_INLINE_FUNCTION void sum_block(const double* x, double sign, const double* w_re, const double* w_im,
                                      std::int64_t* sum) {
  double re[strands], im[strands];
#pragma omp simd
  for (int l = 0; l < strands; ++l) {
    double rr = grid_origin, ir = grid_origin, ii = sign * grid_origin, ri = -sign * grid_origin;
#pragma GCC unroll 8
    for (int b = l; b < block; b += strands) {
      rr = add_on_grid(w_re[b], x[b], rr);
      ii = add_on_grid(w_im[b], x[block + b], ii);
      ri = add_on_grid(w_re[b], x[block + b], ri);
      ir = add_on_grid(w_im[b], x[b], ir);
    }
    re[l] = multiply_add(-sign, ii, rr);
    im[l] = multiply_add(sign, ri, ir);
  }
  sum[0] += sum_in_units(re);
  sum[1] += sum_in_units(im);
}

// Adds the block whose powers stand in x, y, z to the partial sums of the vectors in one row.
KOKKOS_INLINE_FUNCTION void add_row(const PhasePlan& plan, int row, const double* x, const double* y,
                                    const double* z, std::int64_t* partial) {
  const int ny = plan.row_miller(row, 0), nz = plan.row_miller(row, 1);
  const double* y_power = y + 2 * block * (ny < 0 ? -ny : ny);
  const double* z_power = z + 2 * block * nz;
  const double sign = ny < 0 ? -1.0 : 1.0;
  double w_re[block], w_im[block];
#pragma omp simd
  for (int b = 0; b < block; ++b) {
    const double y_im = sign * y_power[block + b];
    w_re[b] = multiply_add(y_power[b], z_power[b], -y_im * z_power[block + b]);
    w_im[b] = multiply_add(y_power[b], z_power[block + b], y_im * z_power[b]);
  }
  for (int k = plan.row_start(row); k < plan.row_start(row + 1); ++k) {
    const int nx = plan.miller_x(k);
    sum_block(x + 2 * block * (nx < 0 ? -nx : nx), nx < 0 ? -1.0 : 1.0, w_re, w_im, partial + 2 * k);
  }
}

// One partial sum per chunk: row (chunk * vectors + k).
void sum_chunks(const PhasePoints& points, const PhasePlan& the_plan, double per_weight_unit, const Chunks& chunks,
                int first_chunk, int count, const Partials& partials) {
  const auto fractional = points.fractional;
  const auto weight = points.weight;
  const bool weighted = points.weighted();
  const auto plan = the_plan;
  const auto list = chunks;
  const auto partial = partials;
  const int table_size = 2 * block;
  const int offset_y = table_size * plan.powers[0], offset_z = offset_y + table_size * plan.powers[1];
  const int doubles = offset_z + table_size * plan.powers[2];

  Team policy(count, team_size);
  policy.set_scratch_size(1, Kokkos::PerTeam(static_cast<int>(Scratch::shmem_size(doubles))));
  Kokkos::parallel_for(
      "phase_sum_chunks", policy, KOKKOS_LAMBDA(const Member& team) {
        const Scratch table(team.team_scratch(1), doubles);
        const int c = first_chunk + team.league_rank();
        const int first = list(c, 1), last = list(c, 2);
        std::int64_t* sums = &partial(team.league_rank() * plan.vectors, 0);
        const int offsets[3] = {0, offset_y, offset_z};
        for (int start = first; start < last; start += block) {
          Kokkos::parallel_for(Kokkos::TeamThreadRange(team, 3 * block / lanes), [&](int item) {
            const int d = item / (block / lanes), b = item % (block / lanes) * lanes;
            double s[lanes], scale[lanes];
            for (int l = 0; l < lanes; ++l) {
              const int j = start + b + l;
              s[l] = j < last ? fractional(j, d) : 0.0;
              scale[l] = j >= last ? 0.0 : weighted && d == 0 ? weight(j) * per_weight_unit : 1.0;
            }
            fill_powers(s, scale, plan.powers[d], table.data() + offsets[d] + b);
          });
          team.team_barrier();
          Kokkos::parallel_for(Kokkos::TeamThreadRange(team, plan.rows), [&](int row) {
            add_row(plan, row, table.data(), table.data() + offset_y, table.data() + offset_z, sums);
          });
          team.team_barrier();
        }
      });
}

// Adds the partial sums of `count` chunks to those of their groups.
void add_partials(const PhasePlan& plan, const Chunks& chunks, int first_chunk, int count,
                  const Partials& partials, const Totals& totals) {
  const auto list = chunks;
  const auto partial = partials;
  const auto total = totals;
  const int vectors = plan.vectors;
  Kokkos::parallel_for(
      "phase_sum_reduce", Range(0, vectors), KOKKOS_LAMBDA(int k) {
        for (int c = 0; c < count; ++c)
          for (int part = 0; part < 2; ++part)
            total(list(first_chunk + c, 0) * vectors + k, part) += partial(c * vectors + k, part);
      });
}

// This rank's sums: entry [group * vectors + k].
Totals local_sums(const PhasePoints& points, const PhasePlan& plan, double per_weight_unit) {
  const Chunks chunks = make_chunks(points);
  const auto total_chunks = static_cast<int>(chunks.extent(0));

  // Partial sums of as many chunks at a time as keep them within some 16 MiB.
  const int at_once = std::clamp((1 << 20) / std::max(1, plan.vectors), 16, 2048);
  const Partials partials("phase_partials", static_cast<std::size_t>(std::min(at_once, total_chunks)) *
                                                static_cast<std::size_t>(plan.vectors));
  const Totals totals("phase_sums",
                      static_cast<std::size_t>(points.groups()) * static_cast<std::size_t>(plan.vectors));
  for (int first = 0; first < total_chunks && plan.vectors > 0; first += at_once) {
    const int count = std::min(at_once, total_chunks - first);
    Kokkos::deep_copy(partials, std::int64_t{0});
    sum_chunks(points, plan, per_weight_unit, chunks, first, count, partials);
    add_partials(plan, chunks, first, count, partials, totals);
  }
  return totals;
}

// How many coordinates and weights of this rank's points are not finite.
long long count_bad(const PhasePoints& points) {
  const auto fractional = points.fractional;
  const auto weight = points.weight;
  const bool weighted = points.weighted();
  constexpr double largest = std::numeric_limits<double>::max();
  long long bad = 0;
  Kokkos::parallel_reduce(
      "phase_count_bad", Range(0, static_cast<int>(fractional.extent(0))),
      KOKKOS_LAMBDA(int j, long long& count) {
        for (int d = 0; d < 3; ++d) count += kokkos_compat::abs(fractional(j, d)) <= largest ? 0 : 1;
        if (weighted) count += kokkos_compat::abs(weight(j)) <= largest ? 0 : 1;
      },
      bad);
  return bad;
}

}  // namespace

double weight_unit(const PhasePoints& points, const Comm& comm) {
  if (!comm.any(points.weighted())) return 1.0;
  const auto weight = points.weight;
  double largest = 0.0;
  Kokkos::parallel_reduce(
      "phase_largest_weight", Range(0, static_cast<int>(weight.extent(0))),
      KOKKOS_LAMBDA(int j, double& most) { most = kokkos_compat::abs(weight(j)) > most ? kokkos_compat::abs(weight(j)) : most; },
      Kokkos::Max<double>(largest));
  largest = comm.max(largest);
  if (!(largest > 0.0 && largest <= std::numeric_limits<double>::max())) return 1.0;
  int exponent = 0;
  const bool power_of_two = std::frexp(largest, &exponent) == 0.5;
  return std::ldexp(1.0, power_of_two ? exponent - 1 : exponent);
}

std::vector<std::complex<double>> phase_sums(const PhasePoints& points, const PhasePlan& plan,
                                             const Comm& comm) {
  const std::size_t sums = static_cast<std::size_t>(points.groups()) * static_cast<std::size_t>(plan.vectors);
  std::vector<Int128> whole(2 * sums + 1);
  whole.back() = count_bad(points);
  const double unit = weight_unit(points, comm);
  if (whole.back() == 0) {
    const auto totals = Kokkos::create_mirror_view_and_copy(HostSpace{}, local_sums(points, plan, 1.0 / unit));
    std::copy_n(totals.data(), 2 * sums, whole.begin());
  }
  comm.sum(whole.data(), static_cast<int>(whole.size()));
  if (whole.back() != 0)
    throw Error(ExitCode::unstable, "density modes: a position, displacement or weight is not finite");
  std::vector<std::complex<double>> result(sums);
  for (std::size_t i = 0; i < sums; ++i)
    result[i] = {static_cast<double>(whole[2 * i]) * (grid * unit), static_cast<double>(whole[2 * i + 1]) * (grid * unit)};
  return result;
}

}  // namespace patina
