// SPDX-License-Identifier: BSD-3-Clause
// What a measurement can tell of g2 - 1 = contrast exp[-2 (t / tau)^kww_exponent] + baseline before it is made, from the covariance of
// g2 at its lags (correlation_error.hpp). Three errors for each parameter:
//   best     generalised least squares, (J^T C^-1 J)^-1: the Cramer-Rao bound of g2 at these lags (Fisher information)
//   simple   weights 1 / sigma^2 of each lag, as fits usually take; error as it is, (J^T W J)^-1 J^T W C W J (J^T W J)^-1
//   claimed  what such a fit says of itself, (J^T W J)^-1, as if lags were independent
// To first order in errors. Times in s.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "beamline/correlation_error.hpp"

namespace patina {

struct Measurement {
  SpeckleSample sample;  // contrast: of an exposure much shorter than tau
  int frames = 1000;
  double interval_s = 1.0;  // from one frame to the next
  double exposure_s = 1.0;  // <= interval_s
  double tau_s = 100.0;
  double kww_exponent = 1.0;
};

struct PlanFit {
  int lags_per_decade = 8;  // ranges of them
  double largest_lag = 0.5;  // of the record
  bool contrast = true, kww_exponent = true, baseline = false;  // fitted, or known beforehand; tau is always fitted
};

enum PlanParameter { plan_ln_tau, plan_ln_exponent, plan_ln_contrast, plan_baseline, plan_parameters };

// Standard errors of ln tau, ln kww_exponent, ln contrast, and of the baseline against the contrast; 0: not fitted; infinite: the lags tell
// nothing of it.
struct PlanErrors {
  std::array<double, plan_parameters> best{}, simple{}, claimed{};
};

// Lags first .. last, in frames, over which g2 is averaged with equal weights.
struct LagRange {
  int first = 1, last = 1;
  int count() const { return last - first + 1; }
  int middle() const;  // the whole number nearest to the geometric mean of the ends
};

struct PlanResult {
  double contrast = 0.0;        // what exposures leave of it
  std::vector<LagRange> lags;
  std::vector<double> signal;   // g2 - 1 at them
  Eigen::MatrixXd covariance;   // of g2 there
  Eigen::MatrixXd derivatives;  // [lags][plan_parameters]
  PlanErrors errors;
  double chi_T_floor = 0.0;     // at the lag nearest to tau, relative to contrast^2
  double smallest_step = 0.0;   // of ln tau, amid the record, the rest of the curve known; by the simple fit
  std::vector<std::string> notes;
};

// Ranges of all lags from 1 up to `largest_lag` of the record, evenly in the logarithm, as those of a multi-tau correlator.
std::vector<LagRange> plan_lags(int frames, const PlanFit& fit);

// Of which the covariance of g2 is taken instead of the closed form (simulated_g2.hpp).
struct SimulatedMovies {
  int movies = 200;
  int pixels = 512;  // of each movie, a multiple of 16
  std::uint64_t seed = 1;
};

// `power`: the probability with which the step is found among frames interval_s / tau_s places. Throws Error(bad_input) if there are too
// few simulated movies for the lags, or too few photons in them.
PlanResult plan_measurement(const Measurement& measurement, const PlanFit& fit, double power, const std::optional<SimulatedMovies>& simulated = {});

// Errors of the parameters, of which those that are fitted are marked, from derivatives and covariance. A covariance of so many samples
// (0: known) has an inverse that is too large; best takes that back [J. Hartlap, P. Simon and P. Schneider, Astron. Astrophys. 464 (2007)
// 399, doi 10.1051/0004-6361:20066170].
PlanErrors plan_errors(const Eigen::MatrixXd& derivatives, const Eigen::MatrixXd& covariance, const std::array<bool, plan_parameters>& fitted,
                       int samples = 0);

}  // namespace patina
