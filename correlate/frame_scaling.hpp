// SPDX-License-Identifier: BSD-3-Clause
// What each number of a frame is divided by before products are taken: nothing; the mean of its frame over its part; or the mean of its pixel
// over the record first, and then the mean of what is left over the part.
#pragma once

#include <cstdint>
#include <vector>

#include "correlate/frame_feed.hpp"

namespace patina {

enum class Scaling { none, frame, pixel_and_frame };

struct ScaledFrame {
  std::vector<OrderedValue> values;
  std::vector<double> factor;        // [part]: what numbers were multiplied by, apart from what their pixels were
  std::vector<std::uint8_t> valid;   // [part]: 0 in a bad frame, and where the mean is 0
  std::vector<double> sum;           // [cell] of values
  std::vector<double> photon_noise;  // [cell]: sum of what photons of `photon` add to the squares of values, photon I factor^2
};

class FrameScaling {
 public:
  // `pixel_factor`: of each order, of pixel_and_frame; 0 of a pixel that never counted. `photon`: how much a photon adds to a number; 0: not known.
  FrameScaling(const PixelCells& cells, Scaling scaling, std::vector<double> pixel_factor, double photon);
  void apply(const CellFrame& frame, ScaledFrame& out) const;
  double factor_of_pixel(std::uint32_t order) const { return pixel_factor_.empty() ? 1.0 : pixel_factor_[order]; }

 private:
  const PixelCells& cells_;
  Scaling scaling_;
  std::vector<double> pixel_factor_;
  double photon_;
};

// 1 / mean over good frames of each pixel, by order; 0: it never counted.
std::vector<double> pixel_factors(FrameFeed& feed, const PixelCells& cells, const RecordRange& range);

}  // namespace patina
