// SPDX-License-Identifier: BSD-3-Clause
// The clock fit [physics.md 3.7]: all of a two-time correlation at once by C - 1 = contrast K^2(s(t2) - s(t1)), K(x) = exp(-x^beta),
// with the material time s of material_time.hpp. It has no cut, hence none of the bias of cuts (cut_bias.hpp): those feign stretched
// decays, and baselines that do not fall, where a sample ages within its own relaxation time.
//
// Pairs are weighted by the closed form of their variance; errors are of the sandwich (clock_errors.hpp). Parameters with normal errors
// are the logarithms of contrast, exponent and rates. Refused is what cannot be identified: a decay that is over within the first lag,
// or of which less is seen than exp[-2 x^beta] = 0.2, whatever the fit says; and a contrast above 1 by 4 standard errors.
//
// Samples that first lose part of their correlation in a fast step (vibrations in cages) have no single clock: of them the lags beyond that
// step are fitted (fast_step.hpp); `contrast` is that of the shortest lag measured, `plateau` what the step has left of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "analysis/clock_model.hpp"
#include "analysis/speckle_record.hpp"

namespace patina {

struct ValueWithError {
  double value = std::numeric_limits<double>::quiet_NaN();
  double error = std::numeric_limits<double>::quiet_NaN();
};

struct ClockFitOptions {
  int knots = 0;           // 0: as many as relaxation times pass in the record, 5 to 12
  std::vector<double> changes;  // where the rate may jump: two knots half a frame apart
  std::uint64_t seed = 1;  // of the pixels that errors are found with
  double shortest_lag = 0.0;    // pairs of frames closer than that are left out
};

struct ClockFit {
  bool found = false;
  std::string reason;  // why not
  std::vector<std::string> warnings;
  ClockParameters parameters{1.0, 1.0, MaterialTime({0.0, 1.0}, Eigen::VectorXd::Zero(2))};
  Eigen::MatrixXd covariance;  // of ln contrast, ln exponent, ln rate of each knot, advance of each jump
  double pixels = 0.0;         // that C averages, as the errors have it
  double photons = 0.0;        // per pixel and row of the map as it was fitted
  double pixels_per_speckle = 1.0;
  double parts = 1.0;          // of the pixels, each normalised by itself (SpeckleRecord)
  SpeckleSample sample() const { return {pixels, std::min(parameters.contrast, 1.0), photons, pixels_per_speckle}; }
  bool noise_from_residuals = false;  // pixels and photons were not told but found from what the map scatters about the fit
  double noise_ratio = 1.0;           // mean square of residual / sigma: 1 where the closed form is all there is
  double relaxation_times = 0.0;      // s(last) - s(first)
  double remainder = 1.0;             // K^2 over the whole record
  double first_remainder = 0.0;       // and over the shortest lag fitted, mean
  int frames = 0;                     // of the map as it was fitted, neighbours averaged
  int averaged = 1;

  ValueWithError contrast() const;   // without an error where it was not fitted, beside a fast step
  ValueWithError amplitude() const;  // contrast times plateau
  ValueWithError kww_exponent() const;
  // Standard error of ln tau at t, and tau there.
  double log_tau_error(double t) const;
  ValueWithError tau(double t) const;
  ValueWithError advance(std::size_t jump) const;
};

// Noise as the record tells it (pixels, photons).
ClockFit fit_clock(const SpeckleRecord& record, const ClockFitOptions& options = {});

// Once more from `start`, whose knots and jumps stay where they are.
ClockFit refit_clock(const SpeckleRecord& record, const ClockParameters& start, std::uint64_t seed = 1);

// A map of at most `most_frames` frames: neighbours are averaged, so many as `averaged` says. The diagonal is left out.
TwoTimeMatrix coarse_map(const TwoTimeMatrix& map, int most_frames, int& averaged);

}  // namespace patina
