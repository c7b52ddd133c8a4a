// SPDX-License-Identifier: BSD-3-Clause
// The covariance of g2 at several lags for records that may age: means over starts of the covariances of pairs (correlation_error.hpp).
// Of the starts of the first lag some are taken, evenly spaced; those of the second lie the denser the closer two of the four times come.
#pragma once

#include <Eigen/Dense>
#include <functional>
#include <vector>

#include "beamline/correlation_error.hpp"

namespace patina {

// field(i, j) = f between frames i and j, real and symmetric, 1 for i = j. `averaged` as for g2_covariance(). `starts`: how many are taken.
Eigen::MatrixXd record_g2_covariance(const SpeckleSample& sample, int frames, const std::function<double(int, int)>& field,
                                     const std::vector<int>& lags, const std::vector<int>& averaged, int starts = 24);

// The field between the times of pairs (a, b) and (c, d) of frames.
FourTimes four_times(const std::function<double(int, int)>& field, int a, int b, int c, int d);

}  // namespace patina
