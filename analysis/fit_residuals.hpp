// SPDX-License-Identifier: BSD-3-Clause
// What a clock fit leaves: of the map, and of pixels that are drawn from the fitted clock. To leading order in 1 / pixels a fit takes
// from the noise e what lies along its parameters,
//
//   r = e - J (J^T W J)^-1 J^T W e,
//
// and e is a mean over independent pixels (clock_errors.hpp), so that the same holds of each: with its scores J^T W e_p stands what the
// fit follows of it. Only what is left may be held against what the map scatters about its fit.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <vector>

#include "analysis/clock_fit.hpp"
#include "beamline/correlation_error.hpp"

namespace patina {

class FitResiduals {
 public:
  // `fit.found` must hold.
  FitResiduals(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed);

  const std::vector<double>& time() const { return time_; }
  Eigen::Index frames() const { return static_cast<Eigen::Index>(time_.size()); }
  Eigen::Index parameters() const { return inverse_.rows(); }
  Eigen::Index first_lag() const { return first_lag_; }  // that was fitted, in frames
  double contrast() const { return contrast_; }
  const SpeckleSample& sample() const { return sample_; }

  // Of a pair of frames i < j. The first is NaN where C was not measured, and with a weight of 0 where it was not fitted.
  double residual(Eigen::Index i, Eigen::Index j) const { return residual_(i, j); }
  double weight(Eigen::Index i, Eigen::Index j) const { return weight_(i, j); }
  double slope_in_s(Eigen::Index i, Eigen::Index j) const { return slopes_.s(i, j); }
  Eigen::RowVectorXd slopes(Eigen::Index i, Eigen::Index j) const;  // dC / d parameters
  double kernel(Eigen::Index i, Eigen::Index j) const;              // f, any i and j

  // e of each drawn pixel, photons and all, before the fit takes its part; less a constant that all pixels share. Where pixels fluctuate
  // together, what speckles make of it is as much larger as its mean over pixels is; what photons make is not.
  Eigen::ArrayXf noise(Eigen::Index i, Eigen::Index j) const;
  // By how much each drawn pixel moves each parameter: [pixel][parameter].
  const Eigen::MatrixXf& moves() const { return moves_; }
  const Eigen::MatrixXd& inverse_information() const { return inverse_; }

 private:
  std::vector<double> time_;
  Eigen::Index first_lag_;
  double contrast_;
  SpeckleSample sample_;
  double shared_;  // root of pixels per speckle, less 1
  Eigen::MatrixXd squares_, residual_, weight_, derivatives_, inverse_;
  PairSlopes slopes_;
  Eigen::MatrixXf counts_, moves_;  // counts over their mean [pixel][frame]
  Eigen::MatrixXf speckles_;        // without photon noise, if pixels fluctuate together
};

}  // namespace patina
