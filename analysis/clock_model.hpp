// SPDX-License-Identifier: BSD-3-Clause
// The model of a clock fit and its sums over all pairs of frames [physics.md 3.7]:
//
//   C(t1, t2) - 1 = contrast |f|^2,   |f|^2 = plateau K^2(s(t2) - s(t1)),   K(x) = exp(-x^kww_exponent),   t2 - t1 >= shortest_lag,
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
  // Of samples that lose part of their correlation in a fast step (vibrations in cages), over before the shortest lag: |f|^2 that it leaves.
  // Neither is fitted.
  double plateau = 1.0, shortest_lag = 0.0;
};

enum ClockIndex { i_log_contrast, i_log_exponent, i_first_knot };

Eigen::VectorXd to_vector(const ClockParameters& parameters);
// Of the same knots, jumps, plateau and shortest lag as `like`.
ClockParameters from_vector(const Eigen::VectorXd& p, const ClockParameters& like);

// |f|^2 of all pairs of times t_i < t_j, in the upper triangle (the rest is 0); within the shortest lag that of the plateau, too.
Eigen::MatrixXd clock_squares(const ClockParameters& parameters, const std::vector<double>& time);

// Lags between frames that start below `lag`, in frames; `time` in even steps.
Eigen::Index frames_within(const std::vector<double>& time, double lag);

// Per pair i < j: dC/d(ln contrast), dC/d(ln kww_exponent) and dC/ds.
struct PairSlopes {
  Eigen::MatrixXd contrast, exponent, s;
};
PairSlopes clock_slopes(const ClockParameters& parameters, const std::vector<double>& time);

// Weighted by `weight` (upper triangle; 0 leaves a pair out) against `excess` = C - 1.
NormalEquations clock_equations(const ClockParameters& parameters, const std::vector<double>& time, const Eigen::MatrixXd& excess,
                                const Eigen::MatrixXd& weight);

}  // namespace patina
