// SPDX-License-Identifier: BSD-3-Clause
// Which pixels of a detector are looked at together. Rings of |q|, or sectors of them in the azimuth phi, are the dynamic partition, over which
// correlations are averaged; each is cut into parts of equal width in q and phi, the static partition, over which intensities are. Programs of
// the APS count both from 1 in a grid of q and phi, phi fastest, 0 being pixels that are in none, and want every static part to lie within one
// dynamic bin and none to be empty [formats.md 2.1.3, 2.3]. q in 1/A; phi in degrees about the beam, 0 along columns, 90 along rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "beamline/detector.hpp"

namespace patina {

// |q| within q - width / 2 .. q + width / 2, the upper end not included, and phi alike: a dynamic bin.
struct Ring {
  double q_inv_A = 0.0;
  double width_inv_A = 0.0;
  int parts = 1;
  double phi_deg = 0.0, phi_width_deg = 360.0;
  int phi_parts = 1;
  bool is_whole() const { return phi_width_deg >= 360.0; }
};

// Each ring cut into sectors of equal width of first .. first + width, which cover the ring if they are all of it.
struct PhiSectors {
  double first_deg = -180.0, width_deg = 360.0;
  int count = 1, parts = 1;  // parts: of each of them
};
// A ring's sectors stand side by side.
std::vector<Ring> sectors_of(const std::vector<Ring>& rings, const PhiSectors& sectors);

struct RingMap {
  int rows = 0, columns = 0;
  std::vector<Ring> rings;                            // dynamic bins
  std::vector<std::uint8_t> mask;                     // [rows * columns]; 1: looked at
  std::vector<std::int32_t> dynamic_map, static_map;  // [rows * columns]
  std::vector<double> static_q_inv_A, static_phi_deg;  // the middle of each part
  std::vector<std::int64_t> ring_pixels;              // how many pixels of each dynamic bin are looked at
  std::vector<double> q_inv_A() const;  // of dynamic bins
  std::vector<double> phi_deg() const;
  // Tells two maps apart: the key under which viewers remember one.
  std::string hash() const;
};

// `looked_at`: of each pixel. Throws Error(bad_input) that begins with `place` if rings overlap, or one of their parts has no pixel, with
// what the detector sees. Sectors of a ring must stand side by side, and be cut alike.
RingMap make_ring_map(const DetectorGeometry& geometry, std::span<const std::uint8_t> looked_at, const std::vector<Ring>& rings,
                      const std::string& place);

// The ring whose middle is nearest to each pixel's |q|, from 0; [rows * columns].
std::vector<std::int32_t> nearest_rings(const DetectorGeometry& geometry, const std::vector<Ring>& rings);

}  // namespace patina
