// SPDX-License-Identifier: BSD-3-Clause
// Velocities of thermal equilibrium and their temperature. A/ps, K, amu.
//   f(v) ~ exp(-m v^2 / 2 k_B T) for each atom,   then sum m v = 0 and sum m v^2 = (3 N - 3) k_B T exactly
#pragma once

#include <cstdint>

#include "md/structure.hpp"
#include "md/system.hpp"

namespace patina {

// 2 E_kin / ((3 N - 3) k_B); 0 without velocities or with one atom.
double kinetic_temperature_K(const Structure& structure);

// Numbers of (seed, Stream::initial_velocity, 0, atom id): an atom's draw does not depend on the order of
// atoms. Error(bad_input) if the temperature is negative or not finite, or > 0 for a single atom.
void draw_velocities(Structure& structure, double temperature_K, std::uint64_t seed);

// The same for a running sample, with the numbers of its seed and present step. Collective.
void draw_velocities(System& system, double temperature_K);

}  // namespace patina
