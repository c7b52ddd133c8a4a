// SPDX-License-Identifier: BSD-3-Clause
// Samples that lose part of their correlation in a fast step before they age (glasses, of which atoms first rattle in cages; also
// short-lived noise) have no single clock. Such a step shows in what a clock fit leaves of C at the shortest lags: their means over
// starts stand off by four of their standard errors or more. Then ever longer lags are left out until those that remain belong to the fit:
// until none stands off by 2.5, or else where they stand off least.
#pragma once

#include <vector>

#include "analysis/clock_fit.hpp"

namespace patina {

// What a clock fit leaves of C at one lag, mean over starts, and its standard error by drawn pixels (fit_residuals.hpp).
struct LagMisfit {
  double lag = 0.0, mean = 0.0, error = 0.0;
};

// At the shortest lags fitted and some longer ones, up to eight times the shortest. The fit must have been found.
std::vector<LagMisfit> misfits_of_short_lags(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed);

// fit_clock() of as many lags as one clock describes; `shortest_lag` of the options is where it begins. Where even lags beyond an eighth of the
// record stand off, all lags are fitted, with a warning.
ClockFit fit_clock_beyond_fast_step(const SpeckleRecord& record, const ClockFitOptions& options = {});

}  // namespace patina
