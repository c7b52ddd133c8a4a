// SPDX-License-Identifier: BSD-3-Clause
// Levels of a multi-tau correlator (level_sums.hpp) where many pixels count: from some level on, all that follow. Frames stand in panels of 8 with their
// pixels by row, so that products of all pairs of frames of two panels are a small matrix product, that of two-time sums
// (scattering/panel_kernels.hpp), cell by cell; the next level is the sum of neighbours within a panel.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "correlate/frame_feed.hpp"
#include "correlate/level_sums.hpp"
#include "scattering/panel_kernels.hpp"

namespace patina {

class DenseLevels {
 public:
  DenseLevels(const PixelCells& cells, int first_level, int channels);

  // The next frame of the first of its levels.
  void add(const std::vector<OrderedValue>& values, const std::vector<std::uint8_t>& valid);
  // After the last frame.
  void finish();
  // Of all levels that saw a frame.
  std::vector<const LevelSums*> sums() const;

  // Of so many levels.
  static double bytes(const PixelCells& cells, int channels, int levels);

 private:
  struct Panel {
    std::vector<double> values;                    // [row][frame of the panel]
    std::vector<std::vector<std::uint8_t>> valid;  // of each of its frames: [part]
    int frames() const { return static_cast<int>(valid.size()); }
  };
  struct Level {
    LevelSums sums;
    std::vector<Panel> panels;  // those that lags reach back to, then those that are new; the last is being filled
    int new_panels = 0;
  };

  Panel empty_panel() const;
  void begin_level();
  void close_panel(std::size_t level);
  void correlate(Level& level);
  void add_cell(Level& level, std::size_t cell) const;
  void pass_on(std::size_t level, const Panel& panel);

  const PixelCells& cells_;
  int first_level_, channels_, panels_back_;
  std::deque<Level> levels_;  // that stay where they are as more come
};

}  // namespace patina
