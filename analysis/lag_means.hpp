// SPDX-License-Identifier: BSD-3-Clause
// What a channel of a correlator shows of a decay: not its value at the channel's lag, but its mean over the lags behind it, evenly over a
// range or with the triangle of means over m frames, sum over |j| < m of (m - |j|)/m^2 at lag + j frames
// (scattering/multi_tau.hpp). Decays steeper than exponential are moved by it most.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "beamline/channel_covariance.hpp"

namespace patina {

// The value of point i is the sum over k of weight(i, k) times the decay at t[k].
struct LagMeans {
  Eigen::ArrayXd t;
  Eigen::MatrixXd weight;
};

// Times in the unit of `lag` and `frame_interval`. Channels of more than 16 lags, or frames, stand by the middles of 16 equal parts.
LagMeans lag_means(const std::vector<double>& lag, const std::vector<LagChannel>& channels, double frame_interval);

}  // namespace patina
