// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/level_sums.hpp"

#include <algorithm>

namespace patina {

LevelSums::LevelSums(const PixelCells& cells, int level, int channels) : cells_(cells), level_(level), channels_(channels) {
  const std::size_t of_cells = cells.cells.size() * stride(), of_parts = cells.parts.size() * stride();
  products.assign(of_cells, 0.0);
  past_.assign(of_cells, 0.0);
  future_.assign(of_cells, 0.0);
  pairs_.assign(of_parts, 0.0);
  sum_products_.assign(of_parts, 0.0);
  total_.assign(cells.cells.size(), 0.0);
  valid_frames_.assign(cells.parts.size(), 0.0);
  cell_history_.assign(stride(), {});
  part_history_.assign(stride(), {});
  valid_history_.assign(stride(), {});
}

void LevelSums::add(const std::vector<double>& cell_sums, const std::vector<std::uint8_t>& valid) {
  const auto at = [&](std::int64_t frame) { return static_cast<std::size_t>(frame % channels_); };
  cell_history_[at(frames_)] = cell_sums;
  valid_history_[at(frames_)] = valid;
  std::vector<double>& part_sums = part_history_[at(frames_)];
  part_sums.assign(cells_.parts.size(), 0.0);
  for (std::size_t c = 0; c < cell_sums.size(); ++c) part_sums[static_cast<std::size_t>(cells_.cells[c].part)] += cell_sums[c];
  for (int k = first_channel(); k < channels_ && k <= frames_; ++k) {
    const std::vector<double>&earlier = cell_history_[at(frames_ - k)], &earlier_parts = part_history_[at(frames_ - k)];
    const std::vector<std::uint8_t>& earlier_valid = valid_history_[at(frames_ - k)];
    for (std::size_t s = 0; s < valid.size(); ++s) {
      if (!valid[s] || !earlier_valid[s]) continue;
      const std::size_t channel = s * stride() + static_cast<std::size_t>(k);
      ++pairs_[channel];
      sum_products_[channel] += earlier_parts[s] * part_sums[s];
      const PixelCells::Part& part = cells_.parts[s];
      for (auto c = static_cast<std::size_t>(part.first_cell); c < static_cast<std::size_t>(part.first_cell + part.cells); ++c) {
        past_[c * stride() + static_cast<std::size_t>(k)] += earlier[c];
        future_[c * stride() + static_cast<std::size_t>(k)] += cell_sums[c];
      }
    }
  }
  for (std::size_t c = 0; c < cell_sums.size(); ++c)
    if (valid[static_cast<std::size_t>(cells_.cells[c].part)]) total_[c] += cell_sums[c];
  for (std::size_t s = 0; s < valid.size(); ++s) valid_frames_[s] += valid[s];
  ++frames_;
}

LevelSums LevelSums::since(const LevelSums& earlier) const {
  LevelSums out = *this;
  const auto subtract = [](std::vector<double>& from, const std::vector<double>& what) {
    for (std::size_t k = 0; k < from.size(); ++k) from[k] -= what[k];
  };
  subtract(out.products, earlier.products);
  subtract(out.past_, earlier.past_);
  subtract(out.future_, earlier.future_);
  subtract(out.pairs_, earlier.pairs_);
  subtract(out.sum_products_, earlier.sum_products_);
  subtract(out.total_, earlier.total_);
  subtract(out.valid_frames_, earlier.valid_frames_);
  return out;
}

}  // namespace patina
