// SPDX-License-Identifier: BSD-3-Clause
// tau block by block, from pairs of frames within each block alone: what change points are looked for in. Of a block, amplitude and rate are
// fitted, contrast plateau K^2(s' (t2 - t1)) with the exponent and over the lags of the clock fit; the amplitude is held near the fitted contrast as tightly as
// pixels allow, because what so few speckles scatter is common to all short lags. Errors are of speckles drawn from the fitted clock
// (clock_errors.hpp); the correlation of neighbouring blocks is in them: sigma^2 is the variance times 1 + 2 sum of correlations.
#pragma once

#include "analysis/change_points.hpp"
#include "analysis/clock_fit.hpp"

namespace patina {

// Blocks of as few frames as leave ln tau known to 0.2 (median), at most 100 of them. The fit must have been found.
RateSeries rate_series(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed = 1);

}  // namespace patina
