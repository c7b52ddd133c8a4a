// SPDX-License-Identifier: BSD-3-Clause
// The two-time correlation of long records by a multi-tau correlator: g2 at all lags of each of so many windows of the record's age, in memory that does
// not grow with the record. A pair of frames belongs to the window in which its later frame lies, t + lag; so pairs of lags longer
// than a window begin before it. What level_sums.hpp adds up is told at the end of each window, and g2 is made of what has come to it since the window before.
//
// Levels take frames in panels (dense_levels.hpp), so that a window ends at the last frame that its level has taken by then: `first` and `last`
// tell the later frames of each channel exactly.
#pragma once

#include <cstdint>
#include <vector>

#include "correlate/frame_multi_tau.hpp"
#include "correlate/g2_estimate.hpp"

namespace patina {

struct AgeWindow {
  std::vector<G2Curve> bins;             // channels that the record has reached by then: the first of those of the whole record
  std::vector<std::int64_t> first, last;  // frames of the record that the later frames (sums: all of their frames) of each channel are of; last < first: none
};

class AgedG2 {
 public:
  AgedG2(const PixelCells& cells, G2Normalisation normalisation, std::int64_t frames, int windows) : cells_(cells), normalisation_(normalisation), frames_(frames), wanted_(windows) {}

  // So many frames are with the correlator; the last ones after finish() of it.
  void after(std::int64_t frames_done, const FrameMultiTau& correlator);
  const std::vector<AgeWindow>& windows() const { return windows_; }

 private:
  const PixelCells& cells_;
  G2Normalisation normalisation_;
  std::int64_t frames_;
  int wanted_;
  std::vector<LevelSums> before_;  // as they were at the end of the last window
  std::vector<AgeWindow> windows_;
};

}  // namespace patina
