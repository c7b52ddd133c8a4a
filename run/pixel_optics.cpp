// SPDX-License-Identifier: BSD-3-Clause
#include "run/pixel_optics.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/form_factor.hpp"

namespace patina {

namespace {

double polarisation_factor(Polarisation kind, const DetectorGeometry& geometry, const Vec3& q) {
  const double k = 2.0 * units::pi / geometry.wavelength_A();
  const double x = q[0] / k, y = q[1] / k;  // of k_out, across the beam
  switch (kind) {
    case Polarisation::columns:
      return 1.0 - x * x;
    case Polarisation::rows:
      return 1.0 - y * y;
    case Polarisation::unpolarised:
      return 1.0 - 0.5 * (x * x + y * y);
    case Polarisation::none:
      break;
  }
  return 1.0;
}

}  // namespace

Polarisation polarisation_of(const std::string& name) {
  return name == "columns" ? Polarisation::columns : name == "rows" ? Polarisation::rows : name == "unpolarised" ? Polarisation::unpolarised : Polarisation::none;
}

PixelOptics::PixelOptics(const DetectorGeometry& geometry, const std::vector<std::uint32_t>& states, const std::vector<std::string>& species,
                         bool dispersion, Polarisation polarisation)
    : geometry_(geometry), species_(species), polarisation_(polarisation) {
  if (dispersion) energy_keV_ = geometry.photon_energy_keV;
  for (std::size_t p = 0; p < states.size(); ++p)
    if (sees(states[p])) pixels_.push_back(static_cast<std::uint32_t>(p));
  still_ = sight({});
}

PixelOptics::Sight PixelOptics::sight(const PatternShift& shift) const {
  Sight sight;
  std::vector<double> magnitudes;
  for (const std::uint32_t pixel : pixels_) {
    const auto columns = static_cast<std::uint32_t>(geometry_.columns);
    sight.q.push_back(pixel_q(geometry_, pixel / columns - shift.rows, pixel % columns - shift.columns));
    magnitudes.push_back(norm(sight.q.back()));
    sight.polarisation.push_back(polarisation_factor(polarisation_, geometry_, sight.q.back()));
  }
  sight.form_factor = form_factors(species_, magnitudes, Weighting::xray, energy_keV_);
  return sight;
}

std::vector<double> PixelOptics::intensities(const PixelPoints& points, const Beam& beam, const PatternShift& shift, const Comm& comm) const {
  const bool moved = shift.rows != 0.0 || shift.columns != 0.0;
  const Sight other = moved ? sight(shift) : Sight{};
  const Sight& now = moved ? other : still_;
  const std::size_t species = species_.size(), modes = beam.modes().size();
  std::vector<double> intensity;
  intensity.reserve(pixels_.size());
  for (std::size_t first = 0; first < pixels_.size(); first += pixels_at_once) {
    const std::size_t count = std::min(pixels_at_once, pixels_.size() - first);
    const auto begin = now.q.begin() + static_cast<std::ptrdiff_t>(first);
    const auto fields = pixel_sums(points, {begin, begin + static_cast<std::ptrdiff_t>(count)}, comm);
    for (std::size_t p = 0; p < count; ++p) {
      double sum = 0.0;
      for (std::size_t m = 0; m < modes; ++m) {
        std::complex<double> field = 0.0;
        for (std::size_t a = 0; a < species; ++a)
          field += now.form_factor[(first + p) * species + a] * fields[(a * modes + m) * count + p];
        sum += beam.modes()[m].weight * std::norm(field);
      }
      intensity.push_back(now.polarisation[first + p] * sum);
    }
  }
  return intensity;
}

double PixelOptics::independent(double q_inv_A, const std::vector<std::int64_t>& count) const {
  double sum = 0.0, atoms = 0.0;
  for (std::size_t a = 0; a < species_.size(); ++a) {
    sum += static_cast<double>(count[a]) * std::norm(form_factor(species_[a], q_inv_A, Weighting::xray, energy_keV_));
    atoms += static_cast<double>(count[a]);
  }
  return sum / atoms;
}

}  // namespace patina
