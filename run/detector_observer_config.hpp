// SPDX-License-Identifier: BSD-3-Clause
// A detector that looks at atoms, as the input words it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "run/detector_config.hpp"
#include "scattering/beam.hpp"

namespace patina {

// scattering/beam.hpp
struct BeamConfig {
  double intensity_fwhm_A = 10.0;
  std::optional<double> depth_fwhm_A, coherence_length_A;
  std::array<double, 3> centre = {0.5, 0.5, 0.5};
  std::array<double, 3> direction = {0.0, 0.0, 1.0};
  std::array<double, 3> columns = {1.0, 0.0, 0.0};
  BeamSpec spec() const;
};

// run/detector_observer.hpp
struct DetectorObserverConfig : DetectorSetup {
  static constexpr const char* type_name = "detector";
  int interval_steps = 250;
  int instants = 1;
  std::vector<double> q_inv_A = {2.8};
  BeamConfig beam;
  std::string polarisation = "none";
  bool dispersion = false;
  double seconds_per_ps = 1e-12;
  int truth_frames = 256;
  bool noise_free = false;
};

void describe(ConfigTable<BeamConfig>& table);

// After what an observer counts in.
template <class Config>
void describe_detector(ConfigTable<Config>& table, const std::string& between_instants) {
  using C = DetectorObserverConfig;
  BeamConfig Config::*const beam = &C::beam;
  table.about("Frames of a detector that looks at the atoms under a beam, in the folder frames/ENTRY of the results: files that beamline programs read, as "
              "those of `patina synth` ([synth.md](synth.md)), with the truth beside them. The beam is smaller than the cell, so that pixels may have any q.");
  table.integer("interval_steps", &C::interval_steps, {.at_least = 1, .at_most = 1000000000}, between_instants);
  table.integer("instants", &C::instants, {.at_least = 1, .at_most = 10000}, "of which a frame is the mean, as many intervals long: an exposure; 1: a snapshot");
  table.numbers("q_inv_A", &C::q_inv_A, {.above = 0.0, .at_most = 100.0}, {.at_least = 1, .at_most = 200}, "middles of the rings that are looked at");
  table.section("beam", beam, "what is lit");
  describe_place(table);
  table.number("photons_per_pixel", &C::photons_per_pixel, {.above = 0.0, .at_most = 1e5},
               "in a frame, on the mean, at the first of q_inv_A, if atoms scattered independently, S(q) = 1; more where S(q) f(q)^2 is more");
  table.choice("polarisation", &C::polarisation, {"none", "columns", "rows", "unpolarised"},
               "of the beam: electric field along the axis of columns, of rows, or unpolarised; none: its factor is left out");
  table.boolean("dispersion", &C::dispersion, "f = f0(q) + f' + i f'' at the photon energy; else f0(q)");
  table.number("seconds_per_ps", &C::seconds_per_ps, {.above = 0.0, .at_most = 1e9},
               "times in the files: true seconds, or longer ones for programs that expect those of a beamline; stands in /truth");
  table.integer("truth_frames", &C::truth_frames, {.at_least = 2, .at_most = 4096}, "along each axis of two-time correlations in the results, evenly spaced");
  table.boolean("noise_free", &C::noise_free, "s0001_noise_free.h5, the intensities of which photons are counted");
  describe_recording(table);
}

}  // namespace patina
