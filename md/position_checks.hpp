// SPDX-License-Identifier: BSD-3-Clause
// Where atoms may be for the engine's whole-number arithmetic to hold.
#pragma once

#include "md/system.hpp"

namespace patina {

// Throws Error(unstable) on all ranks alike if an atom is nowhere, or so far away that images cannot be counted; or so far out
// along a free axis which a periodic edge leans along that its place plus a lattice translation is no multiple of `step`
// (Angstrom, of the grid of places) in double. Collective.
void check_positions(const System& system, double step);

}  // namespace patina
