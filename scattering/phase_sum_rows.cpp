// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>

#include "core/bits.hpp"
#include "core/kokkos_compat.hpp"
#include "scattering/host_loops.hpp"
#include "scattering/phase.hpp"
#include "scattering/phase_sum_paths.hpp"

namespace patina {

namespace {

using Team = Kokkos::TeamPolicy<ExecSpace>;
using Member = Team::member_type;
using Scratch = Kokkos::View<double*, Kokkos::LayoutRight, ExecSpace::scratch_memory_space,
                             Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
using Partials = Kokkos::View<std::int64_t* [4], Kokkos::LayoutRight, MemSpace>;
using Totals = Kokkos::View<Int128* [4], Kokkos::LayoutRight, MemSpace>;

constexpr int team_size = takes_host_loops() ? 1 : 128;
constexpr int chunk = 8 * phase_block;  // points of one team: one partial sum
constexpr int strand = 8;               // terms that a double between 32 and 64 holds
constexpr double grid_origin = 48.0;
constexpr int most_bands = 16;

// The column of one point in a table of powers.
KOKKOS_INLINE_FUNCTION void fill_powers(double s, double scale, int count, const PhaseSeries& series, double* table) {
  s -= ::rint(s);
  const Phase step = phase_of(s, series);
  double re = scale, im = 0.0;
  for (int n = 0; n < count; ++n) {
    if (n > 0 && n % phase_anchor == 0) {
      const Phase anchor = phase_of(kokkos_compat::fma(n, s, -to_whole(n * s)), series);
      re = scale * anchor.re;
      im = scale * anchor.im;
    } else if (n > 0) {
      const double last = re;
      re = kokkos_compat::fma(last, step.re, -(im * step.im));
      im = kokkos_compat::fma(last, step.im, im * step.re);
    }
    table[n * phase_table_row] = odd(re);
    table[n * phase_table_row + phase_block] = odd(im);
  }
}

KOKKOS_INLINE_FUNCTION std::int64_t products(const double* w, const double* x) {
  std::int64_t sum = 0;
  for (int b = 0; b < phase_block; b += strand) {
    double terms = grid_origin;
    for (int l = b; l < b + strand; ++l) terms = kokkos_compat::fma(w[l], x[l], terms);
    sum += static_cast<std::int64_t>(bits_of(terms) - bits_of(grid_origin));
  }
  return sum;
}

// Adds the block whose powers stand in x, y, z to the sums of the entries of one row.
KOKKOS_INLINE_FUNCTION void add_row(const Array<int>& row_start, const Rows<int, 2>& row_miller, const Array<int>& power, int row,
                                    const double* x, const double* y, const double* z, std::int64_t* sums) {
  const int n_y = row_miller(row, 0), n_z = row_miller(row, 1);
  const double* y_power = y + phase_table_row * (n_y < 0 ? -n_y : n_y);
  const double* z_power = z + phase_table_row * n_z;
  double w_re[phase_block], w_im[phase_block];
  for (int b = 0; b < phase_block; ++b) {
    const double y_im = (n_y < 0 ? -1.0 : 1.0) * y_power[phase_block + b];
    w_re[b] = kokkos_compat::fma(y_power[b], z_power[b], -(y_im * z_power[phase_block + b]));
    w_im[b] = kokkos_compat::fma(y_power[b], z_power[phase_block + b], y_im * z_power[b]);
  }
  for (int entry = row_start(row); entry < row_start(row + 1); ++entry) {
    const double *x_re = x + phase_table_row * power(entry), *x_im = x_re + phase_block;
    sums[4 * entry] += products(w_re, x_re);
    sums[4 * entry + 1] += products(w_im, x_im);
    sums[4 * entry + 2] += products(w_re, x_im);
    sums[4 * entry + 3] += products(w_im, x_re);
  }
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

// The rows of a chunk are shared among teams, or few points would leave a device idle. Each makes the tables anew, so there are
// entries enough for that to be little.
int bands_of(const PhasePlan& plan) {
  return std::clamp(plan.entries / (4 * (plan.powers[0] + plan.powers[1] + plan.powers[2])), 1, most_bands);
}

// One partial sum per chunk: row (chunk * entries + entry).
void sum_chunks(const PhasePoints& points, const PhasePlan& plan, double per_weight_unit, const Chunks& chunks, int first_chunk,
                int count, const Partials& partials) {
  const auto fractional = points.fractional;
  const auto weight = points.weight;
  const bool weighted = points.weighted();
  const auto row_start = plan.row_start;
  const auto row_miller = plan.row_miller;
  const auto power = plan.power;
  const auto list = chunks;
  const auto partial = partials;
  const PhaseSeries series = phase_series;
  const int rows = plan.rows, entries = plan.entries, bands = bands_of(plan);
  const int powers[3] = {plan.powers[0], plan.powers[1], plan.powers[2]};
  const int begin[3] = {0, phase_table_row * powers[0], phase_table_row * (powers[0] + powers[1])};
  const int doubles = phase_table_row * (powers[0] + powers[1] + powers[2]);

  Team policy(count * bands, team_size);
  policy.set_scratch_size(1, Kokkos::PerTeam(static_cast<int>(Scratch::shmem_size(static_cast<std::size_t>(doubles)))));
  Kokkos::parallel_for(
      "phase_sum_chunks", policy, KOKKOS_LAMBDA(const Member& team) {
        const Scratch table(team.team_scratch(1), doubles);
        const int c = team.league_rank() / bands, band = team.league_rank() % bands;
        const int first = list(first_chunk + c, 1), last = list(first_chunk + c, 2);
        const int first_row = rows * band / bands, last_row = rows * (band + 1) / bands;
        std::int64_t* sums = &partial(static_cast<std::size_t>(c) * entries, 0);
        for (int start = first; start < last; start += phase_block) {
          Kokkos::parallel_for(Kokkos::TeamThreadRange(team, 3 * phase_block), [&](int item) {
            const int d = item / phase_block, b = item % phase_block, j = start + b;
            const double scale = j >= last ? 0.0 : weighted && d == 0 ? weight(j) * per_weight_unit : 1.0;
            fill_powers(j < last ? fractional(j, d) : 0.0, scale, powers[d], series, table.data() + begin[d] + b);
          });
          team.team_barrier();
          Kokkos::parallel_for(Kokkos::TeamThreadRange(team, first_row, last_row), [&](int row) {
            add_row(row_start, row_miller, power, row, table.data(), table.data() + begin[1], table.data() + begin[2], sums);
          });
          team.team_barrier();
        }
      });
}

// Adds the partial sums of `count` chunks to those of their groups.
void add_partials(const PhasePlan& plan, const Chunks& chunks, int first_chunk, int count, const Partials& partials,
                  const Totals& totals) {
  const auto list = chunks;
  const auto partial = partials;
  const auto total = totals;
  const int entries = plan.entries;
  Kokkos::parallel_for(
      "phase_sum_reduce", Range(0, entries), KOKKOS_LAMBDA(int entry) {
        for (int c = 0; c < count; ++c)
          for (int part = 0; part < 4; ++part)
            total(static_cast<std::size_t>(list(first_chunk + c, 0)) * entries + entry, part) +=
                partial(static_cast<std::size_t>(c) * entries + entry, part);
      });
}

}  // namespace

std::vector<Int128> entry_sums_in_rows(const PhasePoints& points, const PhasePlan& plan, double per_weight_unit) {
  const Chunks chunks = make_chunks(points);
  const auto total_chunks = static_cast<int>(chunks.extent(0));
  // Partial sums of as many chunks at a time as keep them within some 32 MiB.
  const int at_once = std::clamp((1 << 20) / std::max(1, plan.entries), 16, 2048);
  const auto entries = static_cast<std::size_t>(plan.entries);
  const Partials partials("phase_partials", static_cast<std::size_t>(std::min(at_once, total_chunks)) * entries);
  const Totals totals("phase_sums", static_cast<std::size_t>(points.groups()) * entries);
  for (int first = 0; first < total_chunks && entries > 0; first += at_once) {
    const int count = std::min(at_once, total_chunks - first);
    Kokkos::deep_copy(partials, std::int64_t{0});
    sum_chunks(points, plan, per_weight_unit, chunks, first, count, partials);
    add_partials(plan, chunks, first, count, partials, totals);
  }
  const auto host = Kokkos::create_mirror_view_and_copy(HostSpace{}, totals);
  return {host.data(), host.data() + host.size()};
}

}  // namespace patina
