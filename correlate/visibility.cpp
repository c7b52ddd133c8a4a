// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/visibility.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace patina {

Visibility::Visibility(const PixelCells& cells, int levels) : cells_(cells), levels_(static_cast<std::size_t>(levels)) {
  for (Level& level : levels_) {
    level.pairs.assign(cells.cells.size(), 0.0);
    level.sum = level.cross = level.pairs;
    level.square.assign(cells.parts.size(), 0.0);
    level.counts.assign(cells.bins.size() * (most_counts + 1), 0.0);
  }
}

void Visibility::add(const CellFrame& frame) {
  FrameSum exposure;
  exposure.values = frame.values;
  exposure.cell_sums.assign(cells_.cells.size(), 0.0);
  for (const OrderedValue& one : frame.values) exposure.cell_sums[cells_.cell_of[one.order]] += one.value;
  exposure.valid.assign(cells_.parts.size(), frame.good ? 1 : 0);
  if (!levels_.empty()) add_to(0, exposure);
}

void Visibility::add_to(std::size_t at, const FrameSum& exposure) {
  Level& level = levels_[at];
  const bool good = exposure.valid[0] != 0;
  if (good) {
    ++level.exposures;
    for (const OrderedValue& one : exposure.values) {
      const std::uint32_t cell = cells_.cell_of[one.order];
      level.pairs[cell] += one.value * (one.value - 1.0);
      const auto bin = static_cast<std::size_t>(cells_.parts[static_cast<std::size_t>(cells_.cells[cell].part)].bin);
      ++level.counts[bin * (most_counts + 1) + static_cast<std::size_t>(std::min<double>(one.value, most_counts))];
    }
    for (std::size_t s = 0; s < cells_.parts.size(); ++s) {
      const PixelCells::Part& part = cells_.parts[s];
      double sum = 0.0;
      for (auto c = static_cast<std::size_t>(part.first_cell); c < static_cast<std::size_t>(part.first_cell + part.cells); ++c) sum += exposure.cell_sums[c];
      const double mean = sum / part.pixels;
      level.square[s] += mean * mean;
      for (auto c = static_cast<std::size_t>(part.first_cell); c < static_cast<std::size_t>(part.first_cell + part.cells); ++c) {
        level.sum[c] += exposure.cell_sums[c];
        level.cross[c] += exposure.cell_sums[c] * mean;
      }
    }
  }
  if (at + 1 == levels_.size()) return;
  if (!level.has_first) {
    level.first = exposure;
    level.has_first = true;
    return;
  }
  level.has_first = false;
  FrameSum sum;
  add_frames(cells_, level.first, exposure, sum);
  const bool whole = level.first.valid[0] && good;
  if (!whole) {
    sum.values.clear();
    std::fill(sum.valid.begin(), sum.valid.end(), std::uint8_t{0});
  }
  add_to(at + 1, sum);
}

std::vector<VisibilityOfExposure> Visibility::of_bin(std::size_t b) const {
  std::vector<VisibilityOfExposure> found;
  const PixelCells::Bin& bin = cells_.bins[b];
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    const Level& level = levels_[l];
    if (level.exposures == 0) continue;
    const auto exposures = static_cast<double>(level.exposures);
    VisibilityOfExposure one;
    one.frames = std::int64_t{1} << l;
    one.exposures = level.exposures;
    double pairs = 0.0, square = 0.0;
    for (auto s = static_cast<std::size_t>(bin.first_part); s < static_cast<std::size_t>(bin.first_part + bin.parts); ++s) {
      const PixelCells::Part& part = cells_.parts[s];
      square += part.pixels * level.square[s];
      for (auto c = static_cast<std::size_t>(part.first_cell); c < static_cast<std::size_t>(part.first_cell + part.cells); ++c) {
        pairs += level.pairs[c];
        one.mean += level.sum[c] / (bin.pixels * exposures);
      }
    }
    const double ratio = pairs / square;
    one.contrast = ratio - 1.0;
    // To first order, of a block: (k (k - 1) - ratio (2 k <k> - <k>^2)) over all pixels.
    std::vector<double> away(static_cast<std::size_t>(bin.blocks));
    for (auto s = static_cast<std::size_t>(bin.first_part); s < static_cast<std::size_t>(bin.first_part + bin.parts); ++s) {
      const PixelCells::Part& part = cells_.parts[s];
      for (auto c = static_cast<std::size_t>(part.first_cell); c < static_cast<std::size_t>(part.first_cell + part.cells); ++c)
        away[static_cast<std::size_t>(cells_.cells[c].block)] += (level.pairs[c] - ratio * (2.0 * level.cross[c] - cells_.cells[c].rows * level.square[s])) / square;
    }
    double mean = 0.0, scatter = 0.0;
    const auto blocks = static_cast<double>(away.size());
    for (const double x : away) mean += x / blocks;
    for (const double x : away) scatter += (x - mean) * (x - mean);
    one.contrast_error = away.size() < 2 ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(scatter * blocks / (blocks - 1.0));
    one.probability.assign(level.counts.begin() + static_cast<std::ptrdiff_t>(b * (most_counts + 1)), level.counts.begin() + static_cast<std::ptrdiff_t>((b + 1) * (most_counts + 1)));
    double seen = 0.0;
    for (double& p : one.probability) {
      p /= bin.pixels * exposures;
      seen += p;
    }
    one.probability[0] = 1.0 - seen;
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace patina
