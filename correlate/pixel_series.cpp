// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/pixel_series.hpp"

#include <algorithm>

namespace patina {

PixelSeries::PixelSeries(const PixelCells& cells, int first_bin, int last_bin) : cells_(cells), first_bin_(first_bin), last_bin_(last_bin) {}

void PixelSeries::add(const CellFrame& frame, const ScaledFrame& scaled) {
  for (const OrderedValue& one : frame.values) {
    const int bin = cells_.parts[static_cast<std::size_t>(cells_.cells[cells_.cell_of[one.order]].part)].bin;
    if (bin < first_bin_ || bin >= last_bin_) continue;
    order_.push_back(one.order);
    value_.push_back(static_cast<float>(one.value));
  }
  begin_.push_back(order_.size());
  factor_.insert(factor_.end(), scaled.factor.begin(), scaled.factor.end());
  valid_.insert(valid_.end(), scaled.valid.begin(), scaled.valid.end());
}

PixelSeries::BinEvents PixelSeries::events_of(int bin) const {
  const PixelCells::Bin& of = cells_.bins[static_cast<std::size_t>(bin)];
  BinEvents events;
  events.begin.assign(of.rows + 1, 0);
  events.order.assign(of.rows, 0);
  for (std::uint32_t order = 0; order < cells_.pixels(); ++order)
    if (const std::uint32_t row = cells_.row_of[order] - of.first_row; row < of.rows) events.order[row] = order;
  for (const std::uint32_t order : order_)
    if (const std::uint32_t row = cells_.row_of[order] - of.first_row; row < of.rows) ++events.begin[row + 1];
  for (std::size_t row = 0; row < of.rows; ++row) events.begin[row + 1] += events.begin[row];
  events.frame.resize(events.begin.back());
  events.value.resize(events.begin.back());
  std::vector<std::uint64_t> next(events.begin.begin(), events.begin.end() - 1);
  for (std::size_t frame = 0; frame + 1 < begin_.size(); ++frame)
    for (std::uint64_t k = begin_[frame]; k < begin_[frame + 1]; ++k) {
      const std::uint32_t row = cells_.row_of[order_[k]] - of.first_row;
      if (row >= of.rows) continue;
      events.frame[next[row]] = static_cast<std::uint32_t>(frame);
      events.value[next[row]++] = value_[k];
    }
  return events;
}

double PixelSeries::bytes(const PixelCells& cells, int first_bin, int last_bin, std::int64_t frames, double fill) {
  double pixels = 0.0, largest = 0.0;
  for (int bin = first_bin; bin < last_bin; ++bin) {
    pixels += cells.bins[static_cast<std::size_t>(bin)].pixels;
    largest = std::max(largest, cells.bins[static_cast<std::size_t>(bin)].pixels);
  }
  // Vectors that grow may have twice the room that they need.
  const double t = static_cast<double>(frames);
  return 8.0 * fill * t * (2.0 * pixels + largest) + 2.0 * t * (9.0 * static_cast<double>(cells.parts.size()) + 8.0);
}

}  // namespace patina
