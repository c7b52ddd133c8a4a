// SPDX-License-Identifier: BSD-3-Clause
// The partition of a detector as programs of the APS keep it [formats.md 2.1.3, 2.3]: a group with dynamic_roi_map, static_roi_map and mask
// (1: good), q of the bins, and where the detector stands. Bins count from 1, 0 is in none; static bins lie each within one dynamic bin.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frames/ring_map.hpp"

namespace patina {

struct Partition {
  RingMap map;                      // widths of rings and sectors are not told: 0
  // As told, else NaN.
  double beam_center_x, beam_center_y;  // pixels
  double distance_m, pixel_size_m;
  std::string source;               // in words
};

// `group`: of the file; empty: /qmap or /xpcs/qmap. Throws Error(bad_input) that names file, dataset, value.
Partition read_partition(const std::string& path, const std::string& group);

// All pixels are one bin, whose q is not known (0).
Partition whole_frame(int rows, int columns);

// Takes pixels away from it, `good` [rows * columns]. Throws Error(bad_input) that begins with `place` if a dynamic bin is left without one; static bins
// that are get away, and are numbered anew.
void apply_mask(Partition& partition, const std::vector<std::uint8_t>& good, const std::string& place);

}  // namespace patina
