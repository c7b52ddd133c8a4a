// SPDX-License-Identifier: BSD-3-Clause
// The model of a clock fit and its sums over all pairs of frames [physics.md 3.7]:
//
//   C(t1, t2) - 1 = contrast K^2(s(t2) - s(t1)),   K(x) = exp(-x^kww_exponent),
//
// with parameters ln contrast, ln kww_exponent, ln s' of each knot, advance of each jump. With g = dC/ds and S = ds/d(ln s' of the knots, advances), J^T W J of the
// knots is S^T (D - G) S, where G holds w g^2 of each pair and D its row sums: a map of 1000 frames and 15 knots costs as many
// multiplications as fifteen passes over the map, not 225. Baseline is 1, as the normalisation by means of frames has it.
#pragma once

#include "analysis/material_time.hpp"
#include "analysis/normal_equations.hpp"

namespace patina {

struct ClockParameters {
  double contrast = 1.0, kww_exponent = 1.0;
  MaterialTime time;
};

enum ClockIndex { i_log_contrast, i_log_exponent, i_first_knot };

Eigen::VectorXd to_vector(const ClockParameters& parameters);
// Of the same knots and jumps as `like`.
ClockParameters from_vector(const Eigen::VectorXd& p, const MaterialTime& like);

// |f|^2 of all pairs of times t_i < t_j, in the upper triangle (the rest is 0).
Eigen::MatrixXd clock_squares(const ClockParameters& parameters, const std::vector<double>& time);

// Per pair i < j: dC/d(ln contrast), dC/d(ln kww_exponent) and dC/ds.
struct PairSlopes {
  Eigen::MatrixXd contrast, exponent, s;
};
PairSlopes clock_slopes(const ClockParameters& parameters, const std::vector<double>& time);

// Weighted by `weight` (upper triangle; 0 leaves a pair out) against `excess` = C - 1.
NormalEquations clock_equations(const ClockParameters& parameters, const std::vector<double>& time, const Eigen::MatrixXd& excess,
                                const Eigen::MatrixXd& weight);

}  // namespace patina
