// SPDX-License-Identifier: BSD-3-Clause
// Errors of g2 where a channel averages: means over some neighbouring frames are correlated (a level of a multi-tau correlator), or g2 of all
// lags of a range is averaged. A channel stands for a few of the lags behind it, whose covariances come from correlation_error.hpp or
// record_covariance.hpp.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <functional>
#include <vector>

#include "beamline/correlation_error.hpp"

namespace patina {

// In frames.
struct LagChannel {
  std::int64_t lag = 0;
  int averaged = 1;                  // frames
  std::int64_t first = 0, last = 0;  // lags, if not 0
  bool is_range() const { return first > 0; }
};

// The covariance of g2 at single lags, of which so many neighbours are averaged each.
using LagCovariance = std::function<Eigen::MatrixXd(const std::vector<int>& lags, const std::vector<int>& averaged)>;

// Of a record of `frames`; covariances of about `most_lags` lags are asked for.
Eigen::MatrixXd channel_covariance(int frames, const std::vector<LagChannel>& channels, int most_lags, const LagCovariance& of_lags);

}  // namespace patina
