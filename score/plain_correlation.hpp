// SPDX-License-Identifier: BSD-3-Clause
// The plain estimator: C(t1, t2) = <I I> / (<I> <I>) over pixels, g2 its mean over starts and over ranges of lags
// (beamline/measurement_plan.hpp). Errors are what 20 equal groups of pixels scatter. All pairs of frames are looked at, in tiles: memory
// beside the intensities does not grow with the record but for the map, whose neighbouring rows are averaged where there would be more
// than most_map_rows of them.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "beamline/measurement_plan.hpp"

namespace patina {

using IntensityMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;  // [frame][pixel]

constexpr int plain_groups = 20, most_map_rows = 2048;

struct PlainCorrelation {
  int averaged = 1;                  // frames behind each row of the map
  Eigen::MatrixXf map, map_sigma;    // symmetric
  std::vector<LagRange> lags;
  std::vector<double> g2, g2_sigma;  // of single frames at these lags
};

// At least 2 frames, at least plain_groups pixels.
PlainCorrelation correlate_plainly(const Eigen::Ref<const IntensityMatrix>& intensity);

}  // namespace patina
