// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/frame_scaling.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace patina {

FrameScaling::FrameScaling(const PixelCells& cells, Scaling scaling, std::vector<double> pixel_factor, double photon)
    : cells_(cells), scaling_(scaling), pixel_factor_(std::move(pixel_factor)), photon_(photon) {
  require((scaling == Scaling::pixel_and_frame) == !pixel_factor_.empty(), "FrameScaling: factors of pixels where none are wanted, or none");
}

void FrameScaling::apply(const CellFrame& frame, ScaledFrame& out) const {
  out.values.assign(frame.values.begin(), frame.values.end());
  out.sum.assign(cells_.cells.size(), 0.0);
  out.photon_noise.assign(cells_.cells.size(), 0.0);
  for (OrderedValue& one : out.values) {
    const std::uint32_t cell = cells_.cell_of[one.order];
    const double own = factor_of_pixel(one.order);
    out.photon_noise[cell] += photon_ * one.value * own * own;
    one.value *= own;
    out.sum[cell] += one.value;
  }
  out.factor.assign(cells_.parts.size(), 1.0);
  out.valid.assign(cells_.parts.size(), frame.good ? 1 : 0);
  if (scaling_ == Scaling::none || !frame.good) return;
  for (std::size_t s = 0; s < cells_.parts.size(); ++s) {
    const PixelCells::Part& part = cells_.parts[s];
    double sum = 0.0;
    for (int c = part.first_cell; c < part.first_cell + part.cells; ++c) sum += out.sum[static_cast<std::size_t>(c)];
    out.valid[s] = sum > 0.0 ? 1 : 0;
    out.factor[s] = sum > 0.0 ? part.pixels / sum : 0.0;
    for (int c = part.first_cell; c < part.first_cell + part.cells; ++c) {
      out.sum[static_cast<std::size_t>(c)] *= out.factor[s];
      out.photon_noise[static_cast<std::size_t>(c)] *= out.factor[s] * out.factor[s];
    }
  }
  for (OrderedValue& one : out.values) one.value *= out.factor[static_cast<std::size_t>(cells_.cells[cells_.cell_of[one.order]].part)];
}

std::vector<double> pixel_factors(FrameFeed& feed, const PixelCells& cells, const RecordRange& range) {
  std::vector<double> sum(cells.pixels());
  CellFrame frame;
  double good = 0.0;
  for (std::int64_t k = 0; k < range.count; ++k) {
    feed.read(k, frame);
    if (frame.good) ++good;
    for (const OrderedValue& one : frame.values) sum[one.order] += one.value;
  }
  for (double& value : sum) value = value > 0.0 ? good / value : 0.0;
  return sum;
}

}  // namespace patina
