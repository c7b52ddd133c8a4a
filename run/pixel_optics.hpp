// SPDX-License-Identifier: BSD-3-Clause
// What the pixels of a detector see of atoms under a beam, before photons are counted:
//
//   I_p = P_p sum over modes m of weight_m |sum over species a of f_a(|q_p|) A_am(q_p)|^2
//
// in electrons^2 per A^3 of beam that has one electron's intensity there (scattering/beam.hpp: independent atoms give
// density <|f|^2>). q_p on the Ewald sphere (beamline/detector.hpp), A of scattering/pixel_sum.hpp, P the polarisation's factor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "beamline/detector_faults.hpp"
#include "core/mpi.hpp"
#include "scattering/beam.hpp"

namespace patina {

enum class Polarisation {
  none,        // P = 1
  columns,     // linear, the electric field along the detector's columns axis x: 1 - (k_out . x)^2 / k^2
  rows,        // along its rows
  unpolarised  // the mean of both: (1 + cos^2 2 theta) / 2
};
Polarisation polarisation_of(const std::string& name);

// Whether it counts something of the beam: not in a gap, a shadow or dead.
inline bool sees(std::uint32_t pixel_state) { return (pixel_state & (pixel_gap | pixel_dead | pixel_shadowed)) == 0; }

class PixelOptics {
 public:
  static constexpr std::size_t pixels_at_once = 1 << 14;
  // Throws Error(bad_input) if a species has no form factor. `dispersion`: f = f0 + f' + i f'' at the beam's energy, else f0.
  PixelOptics(const DetectorGeometry& geometry, const std::vector<std::uint32_t>& states, const std::vector<std::string>& species, bool dispersion,
              Polarisation polarisation);

  // Those that see the beam, row by row, in order.
  const std::vector<std::uint32_t>& pixels() const { return pixels_; }
  // Of each of pixels(), if the pattern is shifted by so much. Collective, on all ranks.
  std::vector<double> intensities(const PixelPoints& points, const Beam& beam, const PatternShift& shift, const Comm& comm) const;
  // <|f|^2> of a composition at |q|.
  double independent(double q_inv_A, const std::vector<std::int64_t>& count) const;

 private:
  struct Sight {
    std::vector<Vec3> q;
    std::vector<std::complex<double>> form_factor;  // [pixel * species + a]
    std::vector<double> polarisation;
  };
  Sight sight(const PatternShift& shift) const;

  DetectorGeometry geometry_;
  std::vector<std::string> species_;
  std::optional<double> energy_keV_;
  Polarisation polarisation_;
  std::vector<std::uint32_t> pixels_;
  Sight still_;
};

}  // namespace patina
