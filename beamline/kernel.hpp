// SPDX-License-Identifier: BSD-3-Clause
// Correlations of the field as functions of a difference x >= 0 of material time, and when there is such a field [physics.md 3.11].
// f = K is the correlation of the FIELD; intensities have g2 - 1 = contrast |f|^2, hence a factor 2 in their exponent.
#pragma once

#include <string>
#include <vector>

namespace patina {

// exp(-x^exponent), Kohlrausch, Williams and Watts; exponent 2 is Gaussian. A covariance for exponents in (0, 2]: then it is the
// characteristic function of Levy's symmetric stable law (Schoenberg 1938).
double kww(double x, double exponent);

// sin x / x: what a range of velocities spread evenly does to a flow's phase, x half the range of phases.
double sinc(double x);

// What is wrong with an exponent, with the least eigenvalue that shows it; empty for one in (0, 2].
std::string fault_of_exponent(double exponent);

// The least eigenvalue of a symmetric matrix [n][n], of which the lower half is read. A covariance has none below 0.
double least_eigenvalue(const std::vector<double>& matrix, int n);

}  // namespace patina
