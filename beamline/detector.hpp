// SPDX-License-Identifier: BSD-3-Clause
// Where the pixels of a flat detector stand, and the wave vectors that they see. The beam goes along z and meets the sample at the
// origin; the arm of the detector stands at two_theta towards +x, its face normal to it; columns go along +x (for two_theta = 0), rows
// downwards, -y. A pixel at r sees
//
//   q = k (r / |r| - z),   k = 2 pi E / (h c):   on the Ewald sphere, |q| = 2 k sin(theta).
//
// q in 1/A. Pixels are numbered row by row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/vec3.hpp"

namespace patina {

// Rows or columns first .. first + count - 1 without a sensor, as between modules.
struct PixelGap {
  int first = 0;
  int count = 0;
};

// Rows and columns first .. first + count - 1.
struct PixelArea {
  PixelGap rows, columns;
};

struct DetectorGeometry {
  int rows = 512;
  int columns = 512;
  double pixel_size_um = 75.0;
  double distance_m = 5.0;
  double photon_energy_keV = 8.0;
  double two_theta_deg = 0.0;
  // Where the axis of the arm meets the face (at two_theta = 0 the beam itself), in pixels from the centre of pixel (0, 0).
  double axis_row = 255.5;
  double axis_column = 255.5;
  std::vector<PixelGap> row_gaps, column_gaps;
  std::vector<PixelArea> shadows;  // of a beam stop, say: nothing comes there

  std::int64_t pixels() const { return std::int64_t{rows} * columns; }
  double wavelength_A() const;
};

// Throws Error(bad_input) that begins with `place` if there is no such detector.
void check(const DetectorGeometry& geometry, const std::string& place);

Vec3 pixel_q(const DetectorGeometry& geometry, double row, double column);
// |q| of all pixels, [rows * columns].
std::vector<double> pixel_q_magnitudes(const DetectorGeometry& geometry);
// The angle of q about the beam, -180 .. 180 degrees: 0 along +columns, 90 along +rows.
std::vector<double> pixel_azimuths_deg(const DetectorGeometry& geometry);

// lambda distance / (beam size) in pixels: the size of a speckle, from the illuminated width that it is the diffraction of.
double speckle_size_pixels(const DetectorGeometry& geometry, double beam_size_um);

}  // namespace patina
