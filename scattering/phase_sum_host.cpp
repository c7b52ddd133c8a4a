// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "scattering/phase_runs.hpp"
#include "scattering/phase_sum_paths.hpp"

namespace patina {

namespace {

constexpr int chunk_blocks = 8;         // whose tables a thread keeps
constexpr int band_numbers = 1 << 14;    // sums, 128 kB, that stay in the second-level cache while blocks go over them
constexpr int points_at_once = 1 << 15;  // 64 bits hold the sums of so many

// What one thread needs.
struct Desk {
  HostArray<double> tables;       // [block][axis][power]; of runs the powers of x are in `x`
  HostArray<double> x, w;        // of pairs of blocks, and of the runs of a band (PhasePair)
  HostArray<std::int64_t> sums;  // [entry][4], or those of runs
};

struct Layout {
  PhaseRows rows;
  PhaseRuns packed;             // none: sums row by row
  std::vector<int> band_start;  // in rows or runs
  int powers[3];
  std::ptrdiff_t axis[3];       // where its tables begin within those of a block
  std::ptrdiff_t block = 0;     // doubles
  std::size_t numbers = 0;      // of the sums of a thread
  bool in_runs() const { return packed.numbers > 0; }
  int points_of_block() const { return in_runs() ? pair_points / blocks_of_pair : phase_block; }
  std::ptrdiff_t pair_powers() const { return powers[0] / phase_group * pair_group_size; }
  // Where the sum of a product of an entry stands.
  std::size_t place(int entry, int product) const {
    return in_runs() ? static_cast<std::size_t>(packed.entry[static_cast<std::size_t>(entry)] + phase_group * product)
                     : 4 * static_cast<std::size_t>(entry) + static_cast<std::size_t>(product);
  }
};

// Rows or runs in bands of so few sums that they stay in the cache; numbers(k): how many sums there are before number k.
template <class Numbers>
std::vector<int> bands_of(int count, const Numbers& numbers) {
  std::vector<int> start = {0};
  for (int k = 1; k <= count; ++k)
    if (k == count || numbers(k + 1) - numbers(start.back()) > band_numbers) start.push_back(k);
  return start;
}

Layout layout_of(const PhasePlan& plan) {
  Layout layout{{plan.row_start.data(), plan.row_miller.data(), plan.power.data()}, make_runs(plan), {}, {}, {}};
  layout.numbers = layout.in_runs() ? layout.packed.numbers : 4 * static_cast<std::size_t>(plan.entries);
  layout.band_start = bands_of(plan.rows, [&](int k) {
    if (k >= plan.rows) return static_cast<std::ptrdiff_t>(layout.numbers);
    return layout.in_runs() ? layout.packed.runs[static_cast<std::size_t>(k)].sums : std::ptrdiff_t{4} * plan.row_start(k);
  });
  for (int d = 0; d < 3; ++d) {
    layout.powers[d] = plan.powers[d];
    if (d == 0 && layout.in_runs()) layout.powers[d] = (plan.powers[d] + phase_group - 1) / phase_group * phase_group;
    layout.axis[d] = layout.block;
    layout.block += static_cast<std::ptrdiff_t>(phase_table_row) * layout.powers[d];
  }
  return layout;
}

// Blocks of points first .. last - 1 of all axes, at most chunk_blocks of them, of runs an even number; lanes without a point
// weigh nothing.
int fill_tables(const PhasePoints& points, int first, int last, double per_weight_unit, const Layout& layout,
                const PhaseKernels& kernels, double* tables) {
  const bool runs = layout.in_runs();
  int blocks = 0;
  for (int start = first; start < last || (runs && blocks % blocks_of_pair != 0); start += layout.points_of_block(), ++blocks)
    for (int d = 0; d < 3; ++d) {
      alignas(64) double s[phase_block], scale[phase_block];
      for (int b = 0; b < phase_block; ++b) {
        const int lane = b % strand_lanes;
        const int j = !runs ? start + b : lane == phase_strand ? last : start + b / strand_lanes * phase_strand + lane;
        const double at = j < last ? points.fractional(j, d) : 0.0;
        s[b] = at - std::rint(at);
        scale[b] = j >= last ? 0.0 : points.weighted() && d == 0 ? points.weight(j) * per_weight_unit : 1.0;
      }
      kernels.powers(s, scale, layout.powers[d], tables + blocks * layout.block + layout.axis[d]);
    }
  return blocks;
}

// The powers of x of a pair of blocks as runs want them; `table`: of its first block.
void turn_around(const double* table, const Layout& layout, double* x) {
  for (int n = 0; n < layout.powers[0]; ++n)
    for (int point = 0; point < pair_points; ++point) {
      const int strand = point / phase_strand;  // of the pair
      const double* power = table + strand / strands_of_block * layout.block + n * phase_table_row;
      double* target = x + n / phase_group * pair_group_size + std::ptrdiff_t{2} * phase_group * point + n % phase_group;
      const int lane = strand % strands_of_block * strand_lanes + point % phase_strand;
      target[0] = power[lane];
      target[phase_group] = power[phase_block + lane];
    }
}

// Adds so many blocks to all sums, band after band: its sums stay in the cache while blocks go over them.
void add_blocks(const Layout& layout, int blocks, const PhaseKernels& kernels, const Desk& desk) {
  const double* tables = desk.tables.data();
  for (std::size_t band = 0; band + 1 < layout.band_start.size(); ++band) {
    const int first = layout.band_start[band], last = layout.band_start[band + 1];
    for (int b = 0; b < blocks; b += layout.in_runs() ? blocks_of_pair : 1) {
      const double* table = tables + b * layout.block;
      const double *y = table + layout.axis[1], *z = table + layout.axis[2];
      if (layout.in_runs())
        kernels.runs(layout.packed.runs.data() + first, last - first, {desk.x.data() + b / blocks_of_pair * layout.pair_powers(), y, z, layout.block},
                     desk.w.data(), desk.sums.data());
      else
        kernels.rows(layout.rows, first, last, table + layout.axis[0], y, z, desk.sums.data());
    }
  }
}

void add_points(const PhasePoints& points, int first, int last, double per_weight_unit, const Layout& layout,
                const PhaseKernels& kernels, const Desk& desk) {
  const int at_once = chunk_blocks * layout.points_of_block();
  for (int start = first; start < last; start += at_once) {
    const int blocks = fill_tables(points, start, std::min(last, start + at_once), per_weight_unit, layout, kernels, desk.tables.data());
    for (int b = 0; layout.in_runs() && b < blocks; b += blocks_of_pair)
      turn_around(desk.tables.data() + b * layout.block, layout, desk.x.data() + b / blocks_of_pair * layout.pair_powers());
    add_blocks(layout, blocks, kernels, desk);
  }
}

Desk make_desk(const Layout& layout) {
  const auto numbers = [](const char* label, std::ptrdiff_t count) {
    return HostArray<double>(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), static_cast<std::size_t>(count));
  };
  int rows = 0;  // of the longest band
  for (std::size_t band = 0; band + 1 < layout.band_start.size(); ++band) rows = std::max(rows, layout.band_start[band + 1] - layout.band_start[band]);
  const bool runs = layout.in_runs();
  return {numbers("phase_tables", chunk_blocks * layout.block), numbers("phase_x", runs ? chunk_blocks / blocks_of_pair * layout.pair_powers() : 0),
          numbers("phase_w", runs ? std::ptrdiff_t{2} * pair_lanes * rows : 0), HostArray<std::int64_t>("phase_entry_sums", layout.numbers)};
}

}  // namespace

std::vector<Int128> entry_sums_in_lanes(const PhasePoints& points, const PhasePlan& plan, double per_weight_unit,
                                        const PhaseKernels& kernels) {
  const std::size_t numbers = 4 * static_cast<std::size_t>(plan.entries);
  std::vector<Int128> total(static_cast<std::size_t>(points.groups()) * numbers);
  if (plan.entries == 0) return total;

  const Layout layout = layout_of(plan);
  const int threads = HostExec().concurrency();
  std::vector<Desk> desks;
  for (int t = 0; t < threads; ++t) desks.push_back(make_desk(layout));
  const int block = (layout.in_runs() ? blocks_of_pair : 1) * layout.points_of_block(), most = points_at_once / block * block;
  for (int g = 0; g < points.groups(); ++g)
    for (int first = points.group_start[g]; first < points.group_start[g + 1];) {
      const int blocks = (points.group_start[g + 1] - first + block - 1) / block;
      const int share = std::min((blocks + threads - 1) / threads * block, most);
      const int last = static_cast<int>(
          std::min<std::int64_t>(points.group_start[g + 1], first + static_cast<std::int64_t>(threads) * share));
      Kokkos::parallel_for("phase_sums", HostRange(0, threads), [&](int t) {
        const Desk& desk = desks[static_cast<std::size_t>(t)];
        std::fill_n(desk.sums.data(), layout.numbers, std::int64_t{0});
        const std::int64_t begin = first + static_cast<std::int64_t>(t) * share;
        if (begin < last)
          add_points(points, static_cast<int>(begin), static_cast<int>(std::min<std::int64_t>(last, begin + share)), per_weight_unit,
                     layout, kernels, desk);
      });
      Int128* sums = total.data() + static_cast<std::size_t>(g) * numbers;
      Kokkos::parallel_for("phase_sums_reduce", HostRange(0, plan.entries), [&](int entry) {
        for (const Desk& desk : desks)
          for (int product = 0; product < 4; ++product)
            sums[4 * static_cast<std::size_t>(entry) + static_cast<std::size_t>(product)] += desk.sums(layout.place(entry, product));
      });
      first = last;
    }
  return total;
}

}  // namespace patina
