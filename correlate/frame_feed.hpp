// SPDX-License-Identifier: BSD-3-Clause
// The frames of a record, one after the other, as those who correlate them want them: the pixels of bins alone, each number checked.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "correlate/pixel_cells.hpp"
#include "frames/frame_source.hpp"

namespace patina {

// What a pixel counted, by its order (pixel_cells.hpp).
struct OrderedValue {
  std::uint32_t order = 0;
  double value = 0.0;
};

struct CellFrame {
  bool good = true;                    // else it has no values
  std::vector<OrderedValue> values;    // other than 0, in order
  std::vector<PixelValue> all_pixels;  // of the whole frame
};

// frames first .. first + count - 1 of the source, of which some are bad.
struct RecordRange {
  std::int64_t first = 0, count = 0;
  std::set<std::int64_t> bad;  // counted from the first frame of the file
};

class FrameFeed {
 public:
  // All outlive it.
  FrameFeed(FrameSource& source, const PixelCells& cells, const RecordRange& range) : source_(source), cells_(cells), range_(range) {}
  // Frame 0 .. count - 1 of the range. Throws Error(bad_input) that names frame, row, column and value if a pixel of a bin is saturated, marked, or no number.
  void read(std::int64_t frame, CellFrame& out);

 private:
  [[noreturn]] void refuse(std::int64_t frame, const PixelValue& pixel) const;

  FrameSource& source_;
  const PixelCells& cells_;
  const RecordRange& range_;
};

// The share of pixels that are not 0, from a few good frames.
double estimated_fill(FrameFeed& feed, const PixelCells& cells, const RecordRange& range);

}  // namespace patina
