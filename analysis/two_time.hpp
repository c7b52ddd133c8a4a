// SPDX-License-Identifier: BSD-3-Clause
// One-time curves from a two-time matrix C(t1, t2), by either of the two conventions in use:
//
//   fixed start   t_w = t1,             lag = t2 - t1   (causal; a row of the matrix)
//   age-centred   t_w = (t1 + t2) / 2,  lag = t2 - t1   (perpendicular to the diagonal; uses times before
//   t_w)
//
// They agree for stationary dynamics and differ for an ageing sample: fixed-start cuts of a fast-ageing
// sample never fall to zero and feign a stretched decay. References: O. Bikondoa, J. Appl. Cryst. 50 (2017)
// 357, doi 10.1107/S1600576717000577. Lags have the unit of the times; the diagonal (lag 0, shot noise) is left out.
#pragma once

#include <Eigen/Dense>
#include <vector>

namespace patina {

struct TwoTimeMatrix {
  std::vector<double> time;     // same for both axes, increasing
  Eigen::MatrixXd correlation;  // symmetric; NaN where not measured
};

struct TwoTimeCut {
  std::vector<double> lag;
  std::vector<double> value;
  std::vector<int> pairs;  // matrix elements averaged in each lag
};

// Averages over all starts t1 in [age_low, age_high), every element counted once; lags are grouped within
// half a frame interval.
TwoTimeCut cut_fixed_start(const TwoTimeMatrix& matrix, double age_low_ps, double age_high_ps);
// Averages over all pairs with (t1 + t2) / 2 in [age_low, age_high).
TwoTimeCut cut_age_centred(const TwoTimeMatrix& matrix, double age_low_ps, double age_high_ps);
// Neighbouring lags merged so that about `per_decade` remain per decade: pairs-weighted means.
TwoTimeCut logarithmic_lags(const TwoTimeCut& cut, int per_decade);

}  // namespace patina
