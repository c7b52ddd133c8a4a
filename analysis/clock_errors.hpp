// SPDX-License-Identifier: BSD-3-Clause
// How far the sums of a clock fit scatter. Pixels are independent, and to leading order in 1 / pixels
//
//   C(a, b) - E C(a, b) = mean over pixels of  x_a x_b - C_ab (x_a + x_b - 1),   x = counts / mean counts
//
// (beamline/correlation_error.hpp), so that a weighted sum over pairs is a quadratic form in what one pixel saw. Its covariance
// is found from pixels drawn from the fitted model (simulated_speckles.hpp), which know that pairs of frames share frames and
// speckles; that of photons, given intensities, is Poisson's and needs no drawing. With J^T W J of the fit it makes the sandwich
// [H. White, Econometrica 50 (1982) 1]. Its errors have 2 to 5 % of scatter
// themselves, from the number of pixels drawn.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/clock_model.hpp"
#include "beamline/correlation_error.hpp"

namespace patina {

// Cov[J^T W (C - E C)] in the order of ClockIndex. `weight` as in clock_equations().
Eigen::MatrixXd clock_score_covariance(const ClockParameters& parameters, const std::vector<double>& time, const Eigen::MatrixXd& weight,
                                       const SpeckleSample& sample, std::uint64_t seed);

// J^T W (C - E C) of each of so many pixels, less their mean: [parameter][pixel]. `intensity` as simulate_intensities() gives it.
Eigen::MatrixXd clock_pixel_scores(const ClockParameters& parameters, const std::vector<double>& time, const Eigen::MatrixXd& weight,
                                   const Eigen::MatrixXf& intensity);

// E C - C of that estimator for so many pixels, at |f|^2 = `square`, with or without shot noise [physics.md 3.6]: -2 / P on a contrast of 1. Where pixels are
// normalised in `parts`, each by its own means of frames, it is that of the pixels of a part; 0 parts: by means over the record, which leave none.
double two_time_bias(const SpeckleSample& sample, double square, double parts = 1.0);

}  // namespace patina
