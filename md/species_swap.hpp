// SPDX-License-Identifier: BSD-3-Clause
// Swap Monte Carlo: pairs of atoms of unlike species change places, or do not, by the rule of Metropolis: with probability
// min(1, exp(-dE / k_B T)). An atom keeps its number, species and velocity; its place and periodic image are those of the other afterwards.
// So composition, momentum and kinetic energy stay what they are to the last bit, and only the potential energy decides. Of attempt k a pair of
// species is drawn, then one atom of each: the reverse is as likely, whatever the places, which with the rule above is detailed balance.
// [Ninarello, Berthier & Coslovich, PRX 7, 021039 (2017), doi 10.1103/PhysRevX.7.021039; between time steps: Berthier, Flenner,
// Fullerton, Scalliet & Singh, J. Stat. Mech. (2019) 064004]
//
// A sweep is serial: rank 0 gathers the sample, makes all attempts and tells the others who stands where. Random numbers are
// functions of (seed, stream, time step, attempt), and places have the same bits on any number of ranks and threads: so have the outcomes.
#pragma once

#include <array>
#include <vector>

#include "md/local_energy.hpp"
#include "md/system.hpp"

namespace patina {

struct SwapSweep {
  std::vector<std::array<int, 2>> pairs;  // of types that may change places, each with atoms
  double temperature_K = 0.0;
  std::int64_t attempts = 0;
};

struct SwapOutcome {
  std::vector<long long> attempted, accepted;  // of each pair of types
  double energy_eV = 0.0;                      // what the potential energy has changed by
};

// Forces, lists and ghosts are of the atoms as they stood before: force a rebuild. Places must be those that a force computation left.
// Collective; the outcome is the same on all ranks.
SwapOutcome swap_species(System& system, const LocalTables& tables, const SwapSweep& sweep);

// Bytes that rank 0 needs for it, and every other rank.
double swap_bytes_on_root(double atoms, const Box& box, const EamTables& tables);
double swap_bytes_elsewhere(double atoms);

}  // namespace patina
