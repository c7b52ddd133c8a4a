// SPDX-License-Identifier: BSD-3-Clause
// Which pixels of a detector are looked at together. Rings of |q| are the dynamic partition, over which correlations are averaged; each
// is cut into parts of equal width, the static partition, over which intensities are. Programs of the APS count both from 1, 0 being
// pixels that are in none, and want every static part to lie within one ring and none to be empty [formats.md 2.1.3, 2.3]. q in 1/A.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "beamline/detector.hpp"

namespace patina {

// |q| within q - width / 2 .. q + width / 2, the upper end not included.
struct Ring {
  double q_inv_A = 0.0;
  double width_inv_A = 0.0;
  int parts = 1;
};

struct RingMap {
  int rows = 0, columns = 0;
  std::vector<Ring> rings;
  std::vector<std::uint8_t> mask;                     // [rows * columns]; 1: looked at
  std::vector<std::int32_t> dynamic_map, static_map;  // [rows * columns]
  std::vector<double> static_q_inv_A;                 // the middle of each part
  std::vector<std::int64_t> ring_pixels;              // how many pixels of each ring are looked at
  // Tells two maps apart: the key under which viewers remember one.
  std::string hash() const;
};

// `looked_at`: of each pixel. Throws Error(bad_input) that begins with `place` if rings overlap, or one of their parts has no pixel, with
// the |q| that the detector sees.
RingMap make_ring_map(const DetectorGeometry& geometry, std::span<const std::uint8_t> looked_at, const std::vector<Ring>& rings,
                      const std::string& place);

// The ring whose middle is nearest to each pixel's |q|, from 0; [rows * columns].
std::vector<std::int32_t> nearest_rings(const DetectorGeometry& geometry, const std::vector<Ring>& rings);

}  // namespace patina
