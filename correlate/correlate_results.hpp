// SPDX-License-Identifier: BSD-3-Clause
// The results file of `patina correlate`: the layout of frames/results_file.cpp, and beside it what was found on the way and how
// (docs/file_formats.md).
#pragma once

#include <functional>
#include <string>

#include "core/durable_file.hpp"
#include "correlate/record_pass.hpp"

namespace patina {

struct BinResult {
  G2Curve curve;
  SpeckleSample sample;
  Eigen::MatrixXd closed_form, blocks;  // covariances of g2
};

struct CorrelateResult {
  std::string resolved_config;
  std::string g2_formula, map_formula, diagonal;
  bool errors_of_blocks = false;        // else in closed form
  std::vector<BinResult> bins;
  std::function<Eigen::MatrixXd(std::size_t bin)> two_time;  // asked for once a bin, in order; empty: there are no maps
  int averaged_frames = 1;
};

void write_correlate_results(const std::string& path, IfExists if_exists, const FrameMeasurement& measurement, const FrameSetPlan& plan, const CorrelatePlan& work,
                             const RecordSums& sums, const CorrelateResult& result);

}  // namespace patina
