// SPDX-License-Identifier: BSD-3-Clause
// The covariance of g2 by Monte Carlo: movies of speckles of a stretched exponential (speckle_movie.hpp) with Poisson photons, g2 of each.
// For where closed forms leave out too much: exposures that are not short against tau (averaged over instants here), few photons in
// a frame, few pixels.
#pragma once

#include "beamline/measurement_plan.hpp"

namespace patina {

// How many instants make an exposure: 1 where it is short against tau, 8 at most.
int instants_of_exposure(const Measurement& measurement);

// Cov[g2(range_i), g2(range_j)] of records of `frames` frames (which stand for those of the measurement), pixels independent; scaled from
// the pixels of a movie to those of the measurement, as covariances go. Throws Error(bad_input) if some frame of a movie counts nothing.
Eigen::MatrixXd simulated_g2_covariance(const Measurement& measurement, int frames, const std::vector<LagRange>& lags, const SimulatedMovies& movies);

}  // namespace patina
