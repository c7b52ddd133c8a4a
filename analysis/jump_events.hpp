// SPDX-License-Identifier: BSD-3-Clause
// Sudden advances of the material time, looked for between all frames. The score of a place is what pairs of up to 16 frames apart that
// straddle it say of a jump there, after the fitted clock has taken what it can take (fit_residuals.hpp): where the clock could bend
// instead, as at the ends of a record, the score holds little, and its error says so. The likeliest place gets a jump, the clock is fitted
// once more with the advances of all jumps among its parameters, and the search goes on until no place is above 4.5 standard errors. Jumps
// that are then below it, because others explain what they stood for, go out again. An advance of 0.02 or less is none.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/clock_fit.hpp"

namespace patina {

struct JumpEvent {
  double time = 0.0;     // between two frames: of the second
  double advance = 0.0;  // of s
  double error = 0.0;
};

// In order of time. `fit`: of a clock without jumps; found.
std::vector<JumpEvent> find_jumps(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed);

}  // namespace patina
