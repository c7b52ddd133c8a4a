// SPDX-License-Identifier: BSD-3-Clause
// The input of `patina correlate`, all of which has defaults. docs/correlate.md is generated from the table in correlate_config.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config.hpp"

namespace patina {

struct RecordConfig {
  std::string layout = "automatic";
  std::string dataset;
  std::optional<int> rows, columns;
  std::int64_t first = 0;
  std::optional<std::int64_t> count;
  std::vector<std::int64_t> bad_frames;
  std::optional<double> interval_s, exposure_s;
  double adu_per_photon = 1.0;
  bool counts_photons = true;
  double photon() const { return counts_photons ? adu_per_photon : 0.0; }
};

struct PartitionConfig {
  std::optional<std::string> file;
  std::string group;
  bool whole_frame = false;
};

struct MaskConfig {
  std::string file;
  std::string dataset = "/mask";
  bool bad_is_one = false;
};

struct G2Config {
  std::string normalisation = "frame";
  int channels = 16;
  std::string errors = "closed_form";
  int ages = 1;
};

struct TwoTimeConfig {
  bool make = true;
  std::string normalisation = "frame";
  std::optional<int> averaged_frames;
};

struct VisibilityConfig {
  int exposures = 8;
};

struct CorrelateConfig {
  std::string title;
  RecordConfig frames;
  PartitionConfig partition;
  std::optional<MaskConfig> mask;
  std::string intensity_over = "static_bins";
  int blocks = 20;
  std::optional<double> pixels_per_speckle;
  G2Config g2;
  TwoTimeConfig two_time;
  std::optional<VisibilityConfig> visibility;
  std::string method = "automatic";
  double memory_GB = 4.0;
};

void describe(ConfigTable<CorrelateConfig>& table);

}  // namespace patina
