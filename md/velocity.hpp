// SPDX-License-Identifier: BSD-3-Clause
// Velocities of thermal equilibrium and their temperature. A/ps, K, amu.
//   f(v) ~ exp(-m v^2 / 2 k_B T) for each atom,   then sum m v = 0 and sum m v^2 = (3 N - 3) k_B T exactly
#pragma once

#include <cstdint>

#include "md/system.hpp"

namespace patina {

// Numbers of (seed, Stream::initial_velocity, step, atom id): an atom's draw does not depend on where it is held.
// Of one state at one step there are most_draws + 1 independent draws, by number. Throws Error(bad_input) if the temperature is
// negative or not finite, or > 0 for a single atom. Collective.
inline constexpr std::uint32_t most_draws = 32767;
void draw_velocities(System& system, double temperature_K, std::uint32_t draw = 0);

}  // namespace patina
