// SPDX-License-Identifier: BSD-3-Clause
// Fits of g2 with the covariance of its lags [physics.md 3.9], which share speckles: g2_covariance() of beamline for the record's pixels and
// photons and the fitted decay, iterated. Where the file tells errors but not pixels, those pixels and photons are taken that make errors most
// like them: how errors fall with the lag and with the lags behind a channel tells photons, whose pairs are independent, from speckles; so is the length of the record, where a table does not tell it.
//
//   simple      g2 - 1 = A exp[-2 (t/tau)^beta]                                 a cage that has decayed before the first lag is in A
//   two steps   g2 - 1 = A {(1 - f_q) exp[-(t/tau1)^beta1] + f_q exp[-(t/tau2)^beta2]}^2, tau1 < tau2     a resolved cage, or two processes
//   joint       simple at all q at once, tau = tau0 (q/q0)^-n and one beta, A of each q its own
//
// These are averaged over the lags behind each channel (lag_means.hpp), as g2 was. tau is that of the field, hence the factor 2. Errors take the record as stationary: g2 of one that ages is an average over ages, which
// the clock fit tells. Two steps are told only where BIC is lower by 6 and all their parameters are known (logarithms to 0.5).
// The bias of few pixels (clock_errors.hpp) is taken off where g2 is normalised frame by frame.
// A warning tells where the simple form fails, of a chi^2 that comes by chance less often than in one of 10^4.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/clock_fit.hpp"
#include "analysis/kww.hpp"
#include "analysis/speckle_record.hpp"

namespace patina {

struct TwoStepFit {
  ValueWithError amplitude, plateau, tau_fast, exponent_fast, tau_slow, exponent_slow;
  double chi_squared = 0.0;
  int degrees_of_freedom = 0;
  double bic_gain = 0.0;  // over the simple decay
};

struct G2Fit {
  KwwFit simple;  // its times in the record's unit; intervals by profile likelihood
  std::optional<TwoStepFit> two_steps;
  std::string two_steps_reason;     // why there are none
  bool errors_from_pixels = false;  // or those of the file
  double pixels = 0.0, photons = 0.0;  // behind the covariance: told, or those that the file's errors tell; photons of one frame
  double pixels_per_speckle = 1.0;
  int frames_from_errors = 0;  // length of the record where the file does not tell it; 0: it does, or no covariance was found
  KwwData data;                     // what was fitted, with its covariance
};

// `contrast` of the speckles if known, for the covariance; else the fitted amplitude.
G2Fit fit_g2(const SpeckleRecord& record, std::optional<double> contrast = std::nullopt);

struct JointG2Fit {
  bool found = false;
  std::string reason;
  double q0_inv_A = 0.0;
  ValueWithError tau0, q_power, kww_exponent;
  double chi_squared = 0.0;
  int degrees_of_freedom = 0;
  double probability = 1.0;
  int shells = 0;
};

// Of those whose simple fit was possible; two or more of different q, which are independent.
JointG2Fit fit_g2_jointly(const std::vector<SpeckleRecord>& records, const std::vector<G2Fit>& fits);

}  // namespace patina
