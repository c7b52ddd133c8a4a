// SPDX-License-Identifier: BSD-3-Clause
// States from which a run cannot go on: each ends it with Error(unstable) that says why and what helps. All collective.
#pragma once

#include <cstdint>
#include <string>

#include "md/system.hpp"

namespace patina {

// Before a checkpoint: a state too hot to go on from never takes the place of a good one.
void require_sound(System& system, ForceField& force_field, const std::string& label);

// Before the first time step: atoms whose forces cannot be summed. `sample`: where they come from.
void require_apart(const ForceTotals& totals, const System& system, const std::string& sample);

// After a minimisation: forces that still cannot be summed, or energies far above those of any metal.
void require_relaxed(const ForceTotals& totals, const System& system, const std::string& label, std::int64_t iterations);

}  // namespace patina
