// SPDX-License-Identifier: BSD-3-Clause
// The files of one measurement, found from the path of its frames: frames, the partition and the metadata beside them, a mask; read and
// brought together before any work.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "correlate/correlate_config.hpp"
#include "correlate/frame_feed.hpp"
#include "frames/frame_set.hpp"
#include "frames/partition_file.hpp"

namespace patina {

// What is not told is NaN or empty.
struct FrameMetadata {
  std::string source, start_time, identifier;
  double frame_time_s, count_time_s, energy_keV, distance_m, pixel_size_m;
};

struct FrameMeasurement {
  std::unique_ptr<FrameSource> source;
  Partition partition;
  RecordRange range;
  FrameMetadata metadata;
  double interval_s = 1.0, exposure_s = 1.0;
  std::vector<std::string> notes;
  std::vector<std::string> files;  // that were read for it

  FrameSetPlan plan(const std::string& title) const;  // of the results
};

// `path`: a file of frames, or a folder with s0001_events.h5, s0001.h5 or s0001.bin, or with a folder frames/ of them. Throws Error(missing_input), or
// Error(bad_input) that names file, place, value and what is allowed.
FrameMeasurement open_measurement(const std::string& path, const CorrelateConfig& config, const std::string& config_place);

// /entry of the results.
void write_measured_entry(h5::File& file, const FrameMeasurement& measurement, const FrameSetPlan& plan);

}  // namespace patina
