// SPDX-License-Identifier: BSD-3-Clause
// The covariance of g2 at several lags for records that may age: means over starts of the covariances of pairs (correlation_error.hpp).
// Of the starts of the first lag some are taken, evenly spaced; those of the second lie the denser the closer two of the four times come.
#pragma once

#include <Eigen/Dense>
#include <complex>
#include <functional>
#include <vector>

#include "beamline/correlation_error.hpp"

namespace patina {

using RealField = std::function<double(int, int)>;
using PhasedField = std::function<std::complex<double>(int, int)>;
// Of pixels of several kinds.
struct FieldOfKind {
  double fraction = 1.0;
  RealField field;
};
using MixedField = std::vector<FieldOfKind>;

// field(i, j) = f between frames i and j, Hermitian, 1 for i = j. `averaged` as for g2_covariance(). `starts`: how many are taken.
Eigen::MatrixXd record_g2_covariance(const SpeckleSample& sample, int frames, const RealField& field, const std::vector<int>& lags,
                                     const std::vector<int>& averaged, int starts = 24);
Eigen::MatrixXd record_g2_covariance(const SpeckleSample& sample, int frames, const PhasedField& field, const std::vector<int>& lags,
                                     const std::vector<int>& averaged, int starts = 24);
Eigen::MatrixXd record_g2_covariance(const SpeckleSample& sample, int frames, const MixedField& field, const std::vector<int>& lags,
                                     const std::vector<int>& averaged, int starts = 8);

// Cov[C(a, b), C(c, d)] of frames.
double pair_covariance(const SpeckleSample& sample, const RealField& field, int a, int b, int c, int d);
double pair_covariance(const SpeckleSample& sample, const PhasedField& field, int a, int b, int c, int d);
double pair_covariance(const SpeckleSample& sample, const MixedField& field, int a, int b, int c, int d);

}  // namespace patina
