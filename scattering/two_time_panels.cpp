// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <vector>

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
  std::vector<Panels> chunks;
  for (Eigen::Index b = 0; b < blocks; ++b) {
    const Eigen::Index first = start[b], last = start[b + 1];
    sums.block_rows[b] = static_cast<int>(last - first);
    for (Eigen::Index row = first; row < last; row += chunk_rows)
      chunks.push_back(make_panels(values.middleRows(row, std::min(chunk_rows, last - row)), b));
  }
  // Tile by tile, all blocks of one: a matrix of all times for each block would go to memory and back.
  Eigen::MatrixXd lag_sums = Eigen::MatrixXd::Zero(frames, blocks);
  alignas(64) double tile[panel_width * panel_width];
  for (Eigen::Index group = 0; group < panels; group += group_panels)
    for (const Panels& chunk : chunks)
      for (Eigen::Index j = 0; j < std::min(panels, group + group_panels); ++j)
        for (Eigen::Index i = std::max(group, j); i < std::min(panels, group + group_panels); ++i) {
          kernels.product(chunk[i], chunk[j], static_cast<int>(chunk.rows), tile);
          add_tile(tile, i, j, chunk.block, lag_sums, sums);
        }
  sums.block_lag = lag_sums.bottomRows(lags + 1).colwise().reverse().transpose();
  sums.product.triangularView<Eigen::StrictlyLower>() = sums.product.transpose();
  return sums;
}

}  // namespace patina
