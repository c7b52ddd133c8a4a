// SPDX-License-Identifier: BSD-3-Clause
// Speckles: the intensity of each lattice q is one fully coherent, independent speckle (contrast 1)
//
//   I_k(t) = |rho_x(q_k, t)|^2 / (N S(|q_k|))        S: smooth in |q|, so that the mean of I is about 1 at any |q|
//   C(t1, t2) = <I(t1) I(t2)> / (<I(t1)> <I(t2)>)    < >: over the speckles; E[C] = 1 + |f(t1, t2)|^2
//   g2(lag) = <I(t) I(t + lag)>_{t, q} / <I>_{t, q}^2
//
// [physics.md 3.3, 3.5, 3.6]. Without photons, at P speckles and rho = |f|^2 [physics.md 3.6, 3.8]:
//   Var C = (1 + 4 rho - 3 rho^2 + 2 rho^3) / P,   E[C] - 1 - rho = (rho^2 - 3 rho) / P
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "scattering/correlation.hpp"

namespace patina {

// Vectors are divided into equal ranges of |q| no wider than this, 1/A: a peak of S(q) is two to four of them wide.
inline constexpr double speckle_range_inv_A = 0.2;

// Rows: speckles, columns: frames. S(|q|) is the parabola through the time-averaged intensities of each range, or their mean if there
// are fewer than 50 vectors in it, or if the parabola falls below a fifth of it. A mean of n vectors takes some of their own fluctuation
// off: E[C] - 1 becomes smaller by the order of 1/n where the record is not much longer than tau.
Eigen::MatrixXd speckle_intensities(const Eigen::MatrixXcd& field, const std::vector<double>& q_inv_A);

struct SpeckleCorrelation {
  Eigen::VectorXd mean_intensity;  // per frame
  Eigen::MatrixXd numerator;       // <I(t1) I(t2)>
  Eigen::MatrixXd correlation;     // C(t1, t2); nothing is left out on the diagonal: there is no photon noise
  LagCurve g2;
};
SpeckleCorrelation correlate_speckles(const Eigen::MatrixXd& intensity, int max_lag);

double two_time_variance(double field_correlation_squared, double speckles);
double two_time_bias(double field_correlation_squared, int speckles);

}  // namespace patina
