// SPDX-License-Identifier: BSD-3-Clause
// A detector, as inputs word it: where it stands, what is wrong with it, and what is written. Keys of `detector` of `patina synth`, and of the
// observer `detector` of atoms (detector_observer_config.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "beamline/detector_faults.hpp"
#include "beamline/frame_maker.hpp"
#include "core/config.hpp"
#include "frames/frame_file.hpp"
#include "frames/ring_map.hpp"

namespace patina {

struct PupilConfig {
  std::string shape = "circle";
  double speckle_rows_pixels = 2.0, speckle_columns_pixels = 2.0;
};

struct ExposureConfig {
  double duration_s = 1.0;
  int instants = 8;
};

// What has nothing to do with where the speckles come from.
struct DetectorSetup {
  DetectorGeometry geometry;  // but for what is optional
  std::optional<double> axis_row, axis_column;
  double ring_width_inv_A = 0.05;
  int static_parts = 4;
  std::optional<PhiSectors> phi;
  double photons_per_pixel = 0.1;
  DetectorFaults faults;  // but seed and subframes
  bool mask_faults = true;
  FrameStorage storage;
};

struct DetectorConfig : DetectorSetup {
  double intensity_power = 0.0;
  bool fields = true;
  std::optional<PupilConfig> pupil;
  std::optional<ExposureConfig> exposure;
};

void describe(ConfigTable<PixelGap>& table);
void describe(ConfigTable<PixelArea>& table);
void describe(ConfigTable<PhiSectors>& table);
void describe(ConfigTable<PupilConfig>& table);
void describe(ConfigTable<ExposureConfig>& table);
void describe(ConfigTable<DetectorGeometry>& table);
void describe(ConfigTable<DetectorFaults>& table);
void describe(ConfigTable<FrameStorage>& table);
void describe(ConfigTable<DetectorConfig>& table);

// Keys of any struct that is a DetectorSetup: before and after what is its own.
template <class Config>
void describe_place(ConfigTable<Config>& table) {
  using S = DetectorSetup;
  DetectorGeometry Config::*const geometry = &S::geometry;
  std::optional<double> Config::*const axis_row = &S::axis_row;
  std::optional<double> Config::*const axis_column = &S::axis_column;
  std::optional<PhiSectors> Config::*const phi = &S::phi;
  table.section("geometry", geometry, "the detector and where it stands");
  table.optional_number("axis_row", axis_row, {.at_least = -1e6, .at_most = 1e6},
                        "where the axis of the arm meets the face (at two_theta_deg 0 the beam), in pixels from the centre of pixel (0, 0)")
      .unset_means("the middle");
  table.optional_number("axis_column", axis_column, {.at_least = -1e6, .at_most = 1e6}, "the same along a row").unset_means("the middle");
  table.number("ring_width_inv_A", &S::ring_width_inv_A, {.above = 0.0, .at_most = 100.0}, "of the rings about each of q_inv_A that are looked at (dynamic partition)");
  table.integer("static_parts", &S::static_parts, {.at_least = 1, .at_most = 1000}, "of equal width that each ring is cut into (static partition)");
  table.optional_section("phi", phi, "sectors of rings").unset_means("whole rings");
}
template <class Config>
void describe_recording(ConfigTable<Config>& table) {
  using S = DetectorSetup;
  DetectorFaults Config::*const faults = &S::faults;
  FrameStorage Config::*const storage = &S::storage;
  table.section("faults", faults, "what is not ideal");
  table.boolean("mask_faults", &S::mask_faults, "whether the mask of qmap.h5 leaves out dead and hot pixels");
  table.section("write", storage, "which files hold the frames");
}

DetectorGeometry geometry_of(const DetectorSetup& config);
// Dynamic bins about these q, all sectors of the first before those of the second.
std::vector<Ring> bins_of(const DetectorSetup& config, const std::vector<double>& q_inv_A);
// Of each pixel in these states: 1 if it is in the mask.
std::vector<std::uint8_t> looked_at(const std::vector<std::uint32_t>& states, bool mask_faults);
DetectorFaults faults_of(const DetectorConfig& config, std::uint64_t seed);
std::optional<PupilChoice> pupil_of(const DetectorConfig& config);

}  // namespace patina
