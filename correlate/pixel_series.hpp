// SPDX-License-Identifier: BSD-3-Clause
// What all pixels of some dynamic bins counted in a record, as events, in the order of frames: what two-time correlations are made of. 8 bytes an event,
// and 8 for each part and frame.
#pragma once

#include <cstdint>
#include <vector>

#include "correlate/frame_scaling.hpp"

namespace patina {

class PixelSeries {
 public:
  // Bins first_bin .. last_bin - 1.
  PixelSeries(const PixelCells& cells, int first_bin, int last_bin);
  // The next frame as it was counted, with the scaling that will be applied to it.
  void add(const CellFrame& frame, const ScaledFrame& scaled);

  int first_bin() const { return first_bin_; }
  int last_bin() const { return last_bin_; }
  std::int64_t frames() const { return static_cast<std::int64_t>(begin_.size()) - 1; }

  // The events of one bin, pixel after pixel.
  struct BinEvents {
    std::vector<std::uint64_t> begin;   // of each row of the bin, and the end
    std::vector<std::uint32_t> frame;   // increasing for each row
    std::vector<float> value;           // as counted
    std::vector<std::uint32_t> order;   // of each row
  };
  BinEvents events_of(int bin) const;
  double factor(std::int64_t frame, std::size_t part) const { return factor_[static_cast<std::size_t>(frame) * cells_.parts.size() + part]; }
  bool valid(std::int64_t frame, std::size_t part) const { return valid_[static_cast<std::size_t>(frame) * cells_.parts.size() + part] != 0; }

  static double bytes(const PixelCells& cells, int first_bin, int last_bin, std::int64_t frames, double fill);

 private:
  const PixelCells& cells_;
  int first_bin_, last_bin_;
  std::vector<std::uint64_t> begin_{0};  // of each frame, and the end
  std::vector<std::uint32_t> order_;
  std::vector<float> value_;
  std::vector<double> factor_;        // [frame][part]
  std::vector<std::uint8_t> valid_;   // [frame][part]
};

}  // namespace patina
