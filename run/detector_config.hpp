// SPDX-License-Identifier: BSD-3-Clause
// The key `detector` of the input of `patina synth`: where the detector stands, what is wrong with it, and what is written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "beamline/detector_faults.hpp"
#include "beamline/frame_maker.hpp"
#include "core/config.hpp"
#include "frames/frame_file.hpp"

namespace patina {

struct PupilConfig {
  std::string shape = "circle";
  double speckle_rows_pixels = 2.0, speckle_columns_pixels = 2.0;
};

struct ExposureConfig {
  double duration_s = 1.0;
  int instants = 8;
};

struct DetectorConfig {
  DetectorGeometry geometry;  // but for what is optional
  std::optional<double> axis_row, axis_column;
  double ring_width_inv_A = 0.05;
  int static_parts = 4;
  double photons_per_pixel = 0.1;
  double intensity_power = 0.0;
  bool fields = true;
  std::optional<PupilConfig> pupil;
  std::optional<ExposureConfig> exposure;
  DetectorFaults faults;  // but seed and subframes
  bool mask_faults = true;
  FrameStorage storage;
};

void describe(ConfigTable<PixelGap>& table);
void describe(ConfigTable<PixelArea>& table);
void describe(ConfigTable<PupilConfig>& table);
void describe(ConfigTable<ExposureConfig>& table);
void describe(ConfigTable<DetectorGeometry>& table);
void describe(ConfigTable<DetectorFaults>& table);
void describe(ConfigTable<FrameStorage>& table);
void describe(ConfigTable<DetectorConfig>& table);

DetectorGeometry geometry_of(const DetectorConfig& config);
DetectorFaults faults_of(const DetectorConfig& config, std::uint64_t seed);
std::optional<PupilChoice> pupil_of(const DetectorConfig& config);

}  // namespace patina
