// SPDX-License-Identifier: BSD-3-Clause
#include "run/detector_observer_config.hpp"

#include <fmt/format.h>

namespace patina {

namespace {

Vec3 vector_of(const std::array<double, 3>& v) { return {{v[0], v[1], v[2]}}; }

}  // namespace

BeamSpec BeamConfig::spec() const {
  return {intensity_fwhm_A, depth_fwhm_A, coherence_length_A, vector_of(centre), vector_of(direction), vector_of(columns)};
}

void describe(ConfigTable<BeamConfig>& table) {
  using C = BeamConfig;
  table.about("A Gaussian beam across, a Gaussian depth along it; atoms are seen once, each as its image next to the centre.");
  table.number("intensity_fwhm_A", &C::intensity_fwhm_A, {.above = 0.0, .at_most = 1e6},
               "full width at half maximum of the beam's intensity (of amplitudes sqrt(2) times that); at most 0.23 of the cell's height")
      .required();
  table.optional_number("depth_fwhm_A", &C::depth_fwhm_A, {.above = 0.0, .at_most = 1e6}, "of the intensity along the beam, in place of a sample's thickness")
      .unset_means("as across");
  table.optional_number("coherence_length_A", &C::coherence_length_A, {.above = 0.0, .at_most = 1e9},
                        "xi of a Gaussian Schell-model beam across, mu = exp(-u^2 / (2 xi^2)): an incoherent sum of Hermite-Gauss modes")
      .unset_means("coherent");
  table.numbers("centre", &C::centre, {.at_least = 0.0, .at_most = 1.0}, "in fractions of the cell's edges, in the first frame; it goes with the cell and the centre of mass");
  table.numbers("direction", &C::direction, {.at_least = -1e6, .at_most = 1e6}, "of the beam, in the sample; of any length");
  table.numbers("columns", &C::columns, {.at_least = -1e6, .at_most = 1e6}, "in the sample, where the detector's columns go; what lies along the beam does not count");
  table.check_what_was_read([](const C& c, const ConfigChecker& at) {
    for (const char* key : {"direction", "columns"})
      if (at.was_read({key}) && norm(vector_of(*key == 'd' ? c.direction : c.columns)) == 0.0) at.error(key, "has no length: it points nowhere");
    if (!at.was_read({"direction", "columns"}) || norm(vector_of(c.direction)) == 0.0 || norm(vector_of(c.columns)) == 0.0) return;
    if (norm(cross(vector_of(c.direction), vector_of(c.columns))) <= 1e-6 * norm(vector_of(c.direction)) * norm(vector_of(c.columns)))
      at.error("columns", "points along the beam; it must point across it");
  });
}

}  // namespace patina
