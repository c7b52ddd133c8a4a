// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/phase_sum.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/kokkos_compat.hpp"
#include "core/units.hpp"

namespace patina {

namespace {

using Team = Kokkos::TeamPolicy<ExecSpace>;
using Member = Team::member_type;
using Scratch = Kokkos::View<double*, Kokkos::LayoutRight, ExecSpace::scratch_memory_space,
                             Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
using ComplexRows = Kokkos::View<double* [2], Kokkos::LayoutRight, MemSpace>;

constexpr bool on_host = Kokkos::SpaceAccessibility<HostSpace, MemSpace>::accessible;
constexpr int team_size = on_host ? 1 : 128;
constexpr int lanes = on_host ? 8 : 1;  // points whose powers one thread makes together
constexpr int block = 64;               // points whose powers stand in the cache together
constexpr int chunk = 4 * block;        // points of one team: one partial sum
constexpr int anchor = 32;              // powers between two calls of sin and cos

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
  for (int n = 0; n < count; ++n) {
    double* re = table + 2 * block * n;
    double* im = re + block;
    if (n == 0) {
      for (int l = 0; l < lanes; ++l) {
        re[l] = scale[l];
        im[l] = 0.0;
      }
    } else if (n % anchor == 0) {
      for (int l = 0; l < lanes; ++l) {
        const double turns = n * s[l];
        const double angle = 2.0 * units::pi * (turns - kokkos_compat::floor(turns + 0.5));
        re[l] = scale[l] * kokkos_compat::cos(angle);
        im[l] = scale[l] * kokkos_compat::sin(angle);
      }
    } else {
      const double* last_re = re - 2 * block;
      const double* last_im = im - 2 * block;
#pragma omp simd
      for (int l = 0; l < lanes; ++l) {
        re[l] = last_re[l] * step_re[l] - last_im[l] * step_im[l];
        im[l] = last_re[l] * step_im[l] + last_im[l] * step_re[l];
      }
    }
  }
}

struct ComplexSum {
  double re, im;
};

// Sum over one block of X^n times w; x points to the powers of |n|, sign is that of n.
KOKKOS_INLINE_FUNCTION ComplexSum sum_block(const double* x, double sign, const double* w_re,
                                            const double* w_im) {
  double rr = 0.0, ii = 0.0, ri = 0.0, ir = 0.0;
#pragma omp simd reduction(+ : rr, ii, ri, ir)
  for (int b = 0; b < block; ++b) {
    rr += w_re[b] * x[b];
    ii += w_im[b] * x[block + b];
    ri += w_re[b] * x[block + b];
    ir += w_im[b] * x[b];
  }
  return {rr - sign * ii, ir + sign * ri};
}

// Adds the block whose powers stand in x, y, z to the partial sums of the vectors in one row.
KOKKOS_INLINE_FUNCTION void add_row(const PhasePlan& plan, int row, const double* x, const double* y,
                                    const double* z, double* partial) {
  const int ny = plan.row_miller(row, 0), nz = plan.row_miller(row, 1);
  const double* y_power = y + 2 * block * (ny < 0 ? -ny : ny);
  const double* z_power = z + 2 * block * nz;
  const double sign = ny < 0 ? -1.0 : 1.0;
  double w_re[block], w_im[block];
#pragma omp simd
  for (int b = 0; b < block; ++b) {
    const double y_im = sign * y_power[block + b];
    w_re[b] = y_power[b] * z_power[b] - y_im * z_power[block + b];
    w_im[b] = y_power[b] * z_power[block + b] + y_im * z_power[b];
  }
  for (int k = plan.row_start(row); k < plan.row_start(row + 1); ++k) {
    const int nx = plan.miller_x(k);
    const auto sum = sum_block(x + 2 * block * (nx < 0 ? -nx : nx), nx < 0 ? -1.0 : 1.0, w_re, w_im);
    partial[2 * k] += sum.re;
    partial[2 * k + 1] += sum.im;
  }
}

// One partial sum per chunk: row (chunk * vectors + k).
void sum_chunks(const PhasePoints& points, const PhasePlan& the_plan, const Chunks& chunks, int first_chunk,
                int count, const ComplexRows& partials) {
  const auto fractional = points.fractional;
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
        double* sums = &partial(team.league_rank() * plan.vectors, 0);
        const int offsets[3] = {0, offset_y, offset_z};
        for (int start = first; start < last; start += block) {
          Kokkos::parallel_for(Kokkos::TeamThreadRange(team, 3 * block / lanes), [&](int item) {
            const int d = item / (block / lanes), b = item % (block / lanes) * lanes;
            double s[lanes], scale[lanes];
            for (int l = 0; l < lanes; ++l) {
              const int j = start + b + l;
              s[l] = j < last ? fractional(j, d) : 0.0;
              scale[l] = j < last ? 1.0 : 0.0;
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

// Adds the partial sums of `count` chunks to their groups, in the order of the chunks.
void add_partials(const PhasePlan& plan, const Chunks& chunks, int first_chunk, int count,
                  const ComplexRows& partials, const ComplexRows& sums) {
  const auto list = chunks;
  const auto partial = partials;
  const auto total = sums;
  const int vectors = plan.vectors;
  Kokkos::parallel_for(
      "phase_sum_reduce", Range(0, vectors), KOKKOS_LAMBDA(int k) {
        for (int c = 0; c < count; ++c)
          for (int part = 0; part < 2; ++part)
            total(list(first_chunk + c, 0) * vectors + k, part) += partial(c * vectors + k, part);
      });
}

}  // namespace

PhasePlan make_phase_plan(const QSet& set) {
  std::vector<int> start;
  std::vector<std::array<int, 2>> miller;
  PhasePlan plan;
  plan.vectors = set.size();
  for (int k = 0; k < set.size(); ++k) {
    const auto& n = set.miller[k];
    for (int d = 0; d < 3; ++d) plan.powers[d] = std::max(plan.powers[d], std::abs(n[d]) + 1);
    if (miller.empty() || miller.back() != std::array<int, 2>{n[1], n[2]}) {
      start.push_back(k);
      miller.push_back({n[1], n[2]});
    }
  }
  start.push_back(set.size());
  plan.rows = static_cast<int>(miller.size());

  plan.row_start = Array<int>("row_start", start.size());
  plan.row_miller = Rows<int, 2>("row_miller", miller.size());
  plan.miller_x = Array<int>("miller_x", set.miller.size());
  const auto row_start = Kokkos::create_mirror_view(plan.row_start);
  const auto row_miller = Kokkos::create_mirror_view(plan.row_miller);
  const auto miller_x = Kokkos::create_mirror_view(plan.miller_x);
  for (std::size_t i = 0; i < start.size(); ++i) row_start(i) = start[i];
  for (std::size_t i = 0; i < miller.size(); ++i)
    for (int d = 0; d < 2; ++d) row_miller(i, d) = miller[i][d];
  for (int k = 0; k < set.size(); ++k) miller_x(k) = set.miller[k][0];
  Kokkos::deep_copy(plan.row_start, row_start);
  Kokkos::deep_copy(plan.row_miller, row_miller);
  Kokkos::deep_copy(plan.miller_x, miller_x);
  return plan;
}

std::vector<std::complex<double>> local_phase_sums(const PhasePoints& points, const PhasePlan& plan) {
  const Chunks chunks = make_chunks(points);
  const auto total_chunks = static_cast<int>(chunks.extent(0));

  // Partial sums of as many chunks at a time as keep them within some 16 MiB.
  const int at_once = std::clamp((1 << 20) / std::max(1, plan.vectors), 16, 2048);
  const ComplexRows partials("phase_partials", static_cast<std::size_t>(std::min(at_once, total_chunks)) *
                                                   static_cast<std::size_t>(plan.vectors));
  const ComplexRows sums("phase_sums",
                         static_cast<std::size_t>(points.groups()) * static_cast<std::size_t>(plan.vectors));
  for (int first = 0; first < total_chunks && plan.vectors > 0; first += at_once) {
    const int count = std::min(at_once, total_chunks - first);
    Kokkos::deep_copy(partials, 0.0);
    sum_chunks(points, plan, chunks, first, count, partials);
    add_partials(plan, chunks, first, count, partials, sums);
  }
  const auto host = Kokkos::create_mirror_view_and_copy(HostSpace{}, sums);
  std::vector<std::complex<double>> result(host.extent(0));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = {host(i, 0), host(i, 1)};
  return result;
}

std::vector<std::complex<double>> phase_sums(const PhasePoints& points, const PhasePlan& plan,
                                             const Comm& comm) {
  auto sums = local_phase_sums(points, plan);
  comm.sum(reinterpret_cast<double*>(sums.data()), static_cast<int>(2 * sums.size()));
  return sums;
}

}  // namespace patina
