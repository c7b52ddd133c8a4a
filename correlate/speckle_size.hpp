// SPDX-License-Identifier: BSD-3-Clause
// How many pixels fluctuate as one: the sum over neighbours of |mu|^4, mu the degree of coherence between pixels, from correlations within
// frames: <I(p) I(p + d)> / (<I(p)> <I(p + d)>) - 1 = contrast |mu(d)|^2 for d != 0. Errors of speckles are those of so many times fewer pixels.
// The sum of |mu|^2 as well, of which their smaller part is (beamline/correlation_error.hpp).
#pragma once

#include <vector>

#include "beamline/correlation_error.hpp"
#include "correlate/frame_feed.hpp"

namespace patina {

class SpeckleSize {
 public:
  // Looks at `wanted` frames of `frames`, evenly spaced.
  SpeckleSize(const PixelCells& cells, int rows, int columns, std::int64_t frames, int wanted = 48);
  void add(std::int64_t frame, const CellFrame& values);
  // Of each bin, of this contrast; only neighbours whose correlation stands out by 3 standard errors count. At least 1.
  std::vector<SpeckleExtent> extents(const std::vector<double>& contrast) const;

 private:
  struct Shift {
    int rows, columns;
  };
  const PixelCells& cells_;
  int rows_, columns_;
  std::int64_t step_;
  std::vector<Shift> shifts_;
  std::vector<double> pairs_;                  // [bin][shift]: pixels that have a neighbour there
  std::vector<double> sum_, square_, frames_;  // [bin][shift] of correlations of frames; [bin]
  std::vector<double> image_;                  // values over their mean; 0 outside
};

}  // namespace patina
