// SPDX-License-Identifier: BSD-3-Clause
// Errors of a measured g2 in closed form (beamline/correlation_error.hpp), from what was measured itself: the contrast is g2 at lag 0 without
// photon noise, the field kernel the root of (g2 - 1) / contrast between the channels. The record is taken for stationary.
#pragma once

#include <Eigen/Dense>

#include "correlate/g2_estimate.hpp"

namespace patina {

// What errors are made of, of one bin. `photons`: per pixel and frame, infinite where counts are not known to be photons. Where the curve does not
// tell its contrast it is that of the first lag.
SpeckleSample speckle_sample(const G2Curve& curve, double pixels, double photons, const SpeckleExtent& speckles);

// Covariance of the curve's values.
Eigen::MatrixXd closed_form_covariance(const G2Curve& curve, const SpeckleSample& sample, int frames);

}  // namespace patina
