// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <vector>

#include "core/types.hpp"
#include "scattering/panel_kernels.hpp"
#include "scattering/two_time_paths.hpp"

namespace patina {

namespace {

// Of the two-time sums: panels of 8 times whose values of some rows stay in the second-level cache together.
constexpr Eigen::Index group_panels = 16, chunk_rows = 128;

// The values of some rows of a block: [panel of 8 times][row][time in the panel], zero beyond the last time.
struct Panels {
  Eigen::Index block = 0, rows = 0;
  std::vector<double> values;
  const double* operator[](Eigen::Index panel) const { return values.data() + panel * rows * panel_width; }
};

Panels make_panels(const Eigen::Ref<const Eigen::MatrixXd>& rows, Eigen::Index block) {
  const Eigen::Index panels = (rows.cols() + panel_width - 1) / panel_width;
  Panels made{block, rows.rows(), std::vector<double>(static_cast<std::size_t>(panels * rows.rows() * panel_width), 0.0)};
  for (Eigen::Index t = 0; t < rows.cols(); ++t) {
    double* column = made.values.data() + t / panel_width * made.rows * panel_width + t % panel_width;
    for (Eigen::Index r = 0; r < made.rows; ++r) column[r * panel_width] = rows(r, t);
  }
  return made;
}

void add(const double* row, Eigen::Index count, double* __restrict sums) {
  if (count == panel_width) {
    for (int b = 0; b < panel_width; ++b) sums[b] += row[b];
  } else {
    for (Eigen::Index b = 0; b < count; ++b) sums[b] += row[b];
  }
}

// Adds the products of the times of panel i with those of panel j <= i to the lower triangle of `sums.product`, stored by rows
// in its upper one, and to the sums of its block.
void add_tile(const double* tile, Eigen::Index i, Eigen::Index j, Eigen::Index block, Eigen::MatrixXd& lag_sums, TwoTimeSums& sums) {
  const Eigen::Index frames = sums.product.cols(), columns = std::min<Eigen::Index>(panel_width, frames - panel_width * j);
  for (Eigen::Index a = 0; a < panel_width && panel_width * i + a < frames; ++a, tile += panel_width) {
    const Eigen::Index t = panel_width * i + a, first = panel_width * j, count = i == j ? a + 1 : columns;
    add(tile, count, &sums.product(first, t));
    add(tile, count, &lag_sums(frames - 1 - t + first, block));  // from the longest lag down
    if (i == j) sums.block_diagonal(block, t) += tile[a];
  }
}

// All tiles of the panels of a group, tile by tile, all blocks of one: a matrix of all times for each block would go to memory and back.
void add_group(const std::vector<Panels>& chunks, Eigen::Index group, Eigen::Index panels, const PanelKernels& kernels, Eigen::MatrixXd& lag_sums,
               TwoTimeSums& sums) {
  alignas(64) double tile[panel_width * panel_width];
  const Eigen::Index first = group * group_panels, last = std::min(panels, first + group_panels);
  for (const Panels& chunk : chunks)
    for (Eigen::Index j = 0; j < last; ++j)
      for (Eigen::Index i = std::max(first, j); i < last; ++i) {
        kernels.product(chunk[i], chunk[j], static_cast<int>(chunk.rows), tile);
        add_tile(tile, i, j, chunk.block, lag_sums, sums);
      }
}

// The work of a group grows with its number: there and back again strands have alike.
Eigen::Index strand_of(Eigen::Index group) {
  const Eigen::Index turn = group % (2 * two_time_strands);
  return turn < two_time_strands ? turn : 2 * two_time_strands - 1 - turn;
}

}  // namespace

TwoTimeSums two_time_sums_in_panels(const Eigen::Ref<const Eigen::MatrixXd>& values, int row_unit, int max_lag) {
  static const PanelKernels& kernels = *panel_kernel_versions().all[0];
  const std::vector<Eigen::Index> start = block_starts(values.rows(), row_unit);
  const Eigen::Index frames = values.cols(), blocks = static_cast<Eigen::Index>(start.size()) - 1;
  const Eigen::Index panels = (frames + panel_width - 1) / panel_width;
  const Eigen::Index lags = std::min<Eigen::Index>(max_lag, frames - 1);
  TwoTimeSums sums;
  sums.product = Eigen::MatrixXd::Zero(frames, frames);
  sums.block_diagonal = Eigen::MatrixXd::Zero(blocks, frames);
  sums.block_rows.resize(blocks);
  struct Rows {
    Eigen::Index first, count, block;
  };
  std::vector<Rows> rows;
  for (Eigen::Index b = 0; b < blocks; ++b) {
    sums.block_rows[b] = static_cast<int>(start[b + 1] - start[b]);
    for (Eigen::Index row = start[b]; row < start[b + 1]; row += chunk_rows) rows.push_back({row, std::min(chunk_rows, start[b + 1] - row), b});
  }
  std::vector<Panels> chunks(rows.size());
  Kokkos::parallel_for("two_time_panels", HostRange(0, static_cast<int>(rows.size())), [&](int k) {
    const Rows& part = rows[static_cast<std::size_t>(k)];
    chunks[static_cast<std::size_t>(k)] = make_panels(values.middleRows(part.first, part.count), part.block);
  });

  const Eigen::Index groups = (panels + group_panels - 1) / group_panels, used = std::min(two_time_strands, groups);
  std::vector<Eigen::MatrixXd> strand_lags(static_cast<std::size_t>(used));
  Kokkos::parallel_for("two_time_products", Kokkos::RangePolicy<HostExec, Kokkos::Schedule<Kokkos::Dynamic>>(0, static_cast<int>(used), Kokkos::ChunkSize(1)),
                       [&](int k) {
                         const Eigen::Index strand = used - 1 - k;  // of few groups the largest first
                         Eigen::MatrixXd& own = strand_lags[static_cast<std::size_t>(strand)];
                         own = Eigen::MatrixXd::Zero(frames, blocks);
                         for (Eigen::Index group = strand; group < groups; ++group)
                           if (strand_of(group) == strand) add_group(chunks, group, panels, kernels, own, sums);
                       });
  Eigen::MatrixXd lag_sums = Eigen::MatrixXd::Zero(frames, blocks);
  for (const Eigen::MatrixXd& own : strand_lags) lag_sums += own;
  sums.block_lag = lag_sums.bottomRows(lags + 1).colwise().reverse().transpose();
  sums.product.triangularView<Eigen::StrictlyLower>() = sums.product.transpose();
  return sums;
}

}  // namespace patina
