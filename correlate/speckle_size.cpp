// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/speckle_size.hpp"

#include <algorithm>
#include <cmath>

namespace patina {
namespace {

constexpr int reach = 6;  // pixels
constexpr double stands_out = 3.0;

}  // namespace

SpeckleSize::SpeckleSize(const PixelCells& cells, int rows, int columns, std::int64_t frames, int wanted)
    : cells_(cells), rows_(rows), columns_(columns), step_(std::max<std::int64_t>(1, frames / wanted)), image_(cells.order_of_pixel.size(), 0.0) {
  for (int r = 0; r <= reach; ++r)
    for (int c = -reach; c <= reach; ++c)
      if (r > 0 || c > 0) shifts_.push_back({r, c});  // the other half is the same
  pairs_.assign(cells.bins.size() * shifts_.size(), 0.0);
  sum_ = square_ = pairs_;
  frames_.assign(cells.bins.size(), 0.0);
}

void SpeckleSize::add(std::int64_t frame, const CellFrame& values) {
  if (frame % step_ != 0 || !values.good) return;
  const auto bin_of = [&](std::uint32_t order) { return static_cast<std::size_t>(cells_.parts[static_cast<std::size_t>(cells_.cells[cells_.cell_of[order]].part)].bin); };
  // The pixel that lies so far from one of a bin, if it is of the same bin; else negative.
  const auto neighbour = [&](std::uint32_t order, const Shift& shift) -> std::int64_t {
    const std::int64_t pixel = cells_.pixel_of[order], row = pixel / columns_ + shift.rows, column = pixel % columns_ + shift.columns;
    if (row >= rows_ || column < 0 || column >= columns_) return -1;
    const std::int64_t other = row * columns_ + column;
    const std::int32_t its = cells_.order_of_pixel[static_cast<std::size_t>(other)];
    return its >= 0 && bin_of(static_cast<std::uint32_t>(its)) == bin_of(order) ? other : -1;
  };
  if (pairs_[0] == 0.0 && std::all_of(frames_.begin(), frames_.end(), [](double n) { return n == 0.0; }))
    for (std::uint32_t order = 0; order < cells_.pixels(); ++order)
      for (std::size_t d = 0; d < shifts_.size(); ++d)
        if (neighbour(order, shifts_[d]) >= 0) ++pairs_[bin_of(order) * shifts_.size() + d];
  std::vector<double> mean(cells_.bins.size());
  for (const OrderedValue& one : values.values) mean[bin_of(one.order)] += one.value / cells_.bins[bin_of(one.order)].pixels;
  for (const OrderedValue& one : values.values)
    if (const double m = mean[bin_of(one.order)]; m > 0.0) image_[cells_.pixel_of[one.order]] = one.value / m;
  std::vector<double> products(pairs_.size());
  for (const OrderedValue& one : values.values) {
    const std::uint32_t pixel = cells_.pixel_of[one.order];
    const std::size_t bin = bin_of(one.order) * shifts_.size();
    for (std::size_t d = 0; d < shifts_.size(); ++d)
      if (const std::int64_t other = neighbour(one.order, shifts_[d]); other >= 0) products[bin + d] += image_[pixel] * image_[static_cast<std::size_t>(other)];
  }
  for (const OrderedValue& one : values.values) image_[cells_.pixel_of[one.order]] = 0.0;
  for (std::size_t b = 0; b < mean.size(); ++b) {
    if (!(mean[b] > 0.0)) continue;
    ++frames_[b];
    for (std::size_t d = 0; d < shifts_.size(); ++d) {
      const std::size_t k = b * shifts_.size() + d;
      if (pairs_[k] == 0.0) continue;
      const double away = products[k] / pairs_[k] - 1.0;
      sum_[k] += away;
      square_[k] += away * away;
    }
  }
}

std::vector<SpeckleExtent> SpeckleSize::extents(const std::vector<double>& contrast) const {
  std::vector<SpeckleExtent> extents;
  for (std::size_t b = 0; b < frames_.size(); ++b) {
    const double n = frames_[b];
    SpeckleExtent extent;
    for (std::size_t d = 0; d < shifts_.size() && n > 1.0; ++d) {
      const std::size_t k = b * shifts_.size() + d;
      if (pairs_[k] == 0.0) continue;
      const double mean = sum_[k] / n, variance = std::max(0.0, square_[k] / n - mean * mean) / (n - 1.0);
      if (mean <= stands_out * std::sqrt(variance)) continue;
      extent.pixels_per_speckle += 2.0 * std::max(0.0, (mean * mean - variance) / (contrast[b] * contrast[b]));
      extent.pixels_per_coherence_area += 2.0 * mean / contrast[b];
    }
    extents.push_back(extent);
  }
  return extents;
}

}  // namespace patina
