// SPDX-License-Identifier: BSD-3-Clause
// One pass over the frames of a record, in which all that does not need the whole of it is summed up.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/log.hpp"
#include "correlate/aged_g2.hpp"
#include "correlate/correlate_config.hpp"
#include "correlate/g2_estimate.hpp"
#include "correlate/measurement.hpp"
#include "correlate/pixel_series.hpp"
#include "correlate/speckle_size.hpp"
#include "correlate/two_time_map.hpp"
#include "correlate/visibility.hpp"
#include "frames/frame_sums.hpp"

namespace patina {

// What is to be done, decided before the frames pass.
struct CorrelatePlan {
  PixelCells cells;
  std::vector<double> pixel_factor;  // of each order; where a normalisation is by pixel
  G2Normalisation g2 = G2Normalisation::frame;
  TwoTimeChoice two_time;
  bool makes_maps = true;
  int channels = 16;
  int ages = 1;               // windows of which g2 is made besides
  int exposures = 0;          // of the visibility; 0: not made
  bool measures_speckles = true;
  double fill = 0.0;          // share of pixels that are not 0, estimated
  std::vector<int> groups;    // of bins, where they begin, and the end: the events of each fit into memory
};

struct RecordSums {
  std::unique_ptr<FrameMultiTau> multi_tau;
  std::unique_ptr<AgedG2> ages;
  std::unique_ptr<FrameSums> averages;
  std::unique_ptr<Visibility> visibility;
  std::unique_ptr<SpeckleSize> speckles;
  std::unique_ptr<PixelSeries> series;  // of the first group of bins
};

RecordSums sum_record(const FrameMeasurement& measurement, const CorrelatePlan& plan, Log& log);
// Of another group of bins: the frames pass once more.
std::unique_ptr<PixelSeries> read_series(const FrameMeasurement& measurement, const CorrelatePlan& plan, std::size_t group, Log& log);

}  // namespace patina
