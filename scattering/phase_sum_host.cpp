// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "scattering/phase_sum_paths.hpp"

namespace patina {

namespace {

constexpr int chunk_blocks = 8;         // whose tables a thread keeps
constexpr int band_entries = 4096;      // whose sums, 128 kB, stay in the second-level cache while blocks go over them
constexpr int points_at_once = 1 << 15;  // 64 bits hold the sums of so many

// What one thread needs.
struct Desk {
  HostArray<double> tables;       // [block][axis][power]
  HostArray<std::int64_t> sums;  // [entry][4]
};

struct Layout {
  PhaseRows rows;
  std::vector<int> band_start;  // in rows
  int powers[3];
  std::ptrdiff_t axis[3];       // where its tables begin within those of a block
  std::ptrdiff_t block;         // doubles
};

// Rows in bands of so few entries that their sums stay in the cache.
std::vector<int> bands_of(const PhasePlan& plan, const int* row_start) {
  std::vector<int> start = {0};
  for (int row = 1; row <= plan.rows; ++row)
    if (row == plan.rows || row_start[row + 1] - row_start[start.back()] > band_entries) start.push_back(row);
  return start;
}

// Blocks of points first .. last - 1 of all axes, at most chunk_blocks of them; lanes beyond the last point weigh nothing.
int fill_tables(const PhasePoints& points, int first, int last, double per_weight_unit, const Layout& layout,
                const PhaseKernels& kernels, double* tables) {
  int blocks = 0;
  for (int start = first; start < last; start += phase_block, ++blocks)
    for (int d = 0; d < 3; ++d) {
      alignas(64) double s[phase_block], scale[phase_block];
      for (int b = 0; b < phase_block; ++b) {
        const int j = start + b;
        const double at = j < last ? points.fractional(j, d) : 0.0;
        s[b] = at - std::rint(at);
        scale[b] = j >= last ? 0.0 : points.weighted() && d == 0 ? points.weight(j) * per_weight_unit : 1.0;
      }
      kernels.powers(s, scale, layout.powers[d], tables + blocks * layout.block + layout.axis[d]);
    }
  return blocks;
}

void add_points(const PhasePoints& points, int first, int last, double per_weight_unit, const Layout& layout,
                const PhaseKernels& kernels, const Desk& desk) {
  double* tables = desk.tables.data();
  for (int start = first; start < last; start += chunk_blocks * phase_block) {
    const int end = std::min(last, start + chunk_blocks * phase_block);
    const int blocks = fill_tables(points, start, end, per_weight_unit, layout, kernels, tables);
    for (std::size_t band = 0; band + 1 < layout.band_start.size(); ++band)
      for (int b = 0; b < blocks; ++b) {
        const double* table = tables + b * layout.block;
        kernels.rows(layout.rows, layout.band_start[band], layout.band_start[band + 1], table + layout.axis[0],
                     table + layout.axis[1], table + layout.axis[2], desk.sums.data());
      }
  }
}

}  // namespace

std::vector<Int128> entry_sums_in_lanes(const PhasePoints& points, const PhasePlan& plan, double per_weight_unit,
                                        const PhaseKernels& kernels) {
  const std::size_t numbers = 4 * static_cast<std::size_t>(plan.entries);
  std::vector<Int128> total(static_cast<std::size_t>(points.groups()) * numbers);
  if (plan.entries == 0) return total;

  Layout layout{{plan.row_start.data(), plan.row_miller.data(), plan.power.data()}, bands_of(plan, plan.row_start.data()), {}, {}, 0};
  for (int d = 0; d < 3; ++d) {
    layout.powers[d] = plan.powers[d];
    layout.axis[d] = layout.block;
    layout.block += static_cast<std::ptrdiff_t>(phase_table_row) * plan.powers[d];
  }
  const int threads = HostExec().concurrency();
  std::vector<Desk> desks;
  for (int t = 0; t < threads; ++t)
    desks.push_back({HostArray<double>(Kokkos::view_alloc(std::string("phase_tables"), Kokkos::WithoutInitializing),
                                       static_cast<std::size_t>(chunk_blocks * layout.block)),
                     HostArray<std::int64_t>("phase_entry_sums", numbers)});
  for (int g = 0; g < points.groups(); ++g)
    for (int first = points.group_start[g]; first < points.group_start[g + 1];) {
      const int blocks = (points.group_start[g + 1] - first + phase_block - 1) / phase_block;
      const int share = std::min((blocks + threads - 1) / threads * phase_block, points_at_once);
      const int last = static_cast<int>(
          std::min<std::int64_t>(points.group_start[g + 1], first + static_cast<std::int64_t>(threads) * share));
      Kokkos::parallel_for("phase_sums", HostRange(0, threads), [&](int t) {
        const std::int64_t begin = first + static_cast<std::int64_t>(t) * share;
        if (begin < last)
          add_points(points, static_cast<int>(begin), static_cast<int>(std::min<std::int64_t>(last, begin + share)), per_weight_unit,
                     layout, kernels, desks[static_cast<std::size_t>(t)]);
      });
      Int128* sums = total.data() + static_cast<std::size_t>(g) * numbers;
      Kokkos::parallel_for("phase_sums_reduce", HostRange(0, plan.entries), [&](int entry) {
        for (const Desk& desk : desks)
          for (int part = 0; part < 4; ++part) {
            std::int64_t& sum = desk.sums(4 * static_cast<std::size_t>(entry) + static_cast<std::size_t>(part));
            sums[4 * static_cast<std::size_t>(entry) + static_cast<std::size_t>(part)] += sum;
            sum = 0;
          }
      });
      first = last;
    }
  return total;
}

}  // namespace patina
