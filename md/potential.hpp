// SPDX-License-Identifier: BSD-3-Clause
// The seam between the parallel engine and potentials: ghosts and neighbour list are current when compute()
// runs.
#pragma once

#include <functional>
#include <vector>

#include "core/vec3.hpp"
#include "md/atoms.hpp"
#include "md/neighbor_list.hpp"

namespace patina {

// Sums over this rank's atoms; the engine reduces over ranks.
struct ForceSums {
  double potential_energy = 0.0;  // eV
  Mat3 virial;                    // W_ab = sum over pairs of r_a f_b, eV
  long long beyond_table = 0;     // atoms whose density lies beyond the potential's tables: F is extrapolated
};

// Distances at which two atoms meet, Angstrom, [s * types + t], symmetric: within `inner` each adds to the
// other's many-body environment, within `outer` >= inner they interact at all.
struct PairCutoffs {
  int types = 0;
  std::vector<double> inner, outer;
};

// Copies a per-atom array's local values into its ghost rows (the one exchange of embedding derivatives per
// step).
using GhostUpdate = std::function<void(const Array<double>&)>;

class Potential {
 public:
  virtual ~Potential() = default;
  virtual PairCutoffs cutoffs() const = 0;
  // Fills atoms.force for the local atoms. Energy and virial are computed only with `tally`.
  virtual ForceSums compute(const Atoms& atoms, const NeighborList& list, const GhostUpdate& update_ghosts,
                            bool tally) = 0;
  // Potential energy of each local atom (half of every pair it is in), eV, for the atoms and list that
  // compute() saw last. Rows beyond `local` are scratch.
  virtual Array<double> atom_energies(const Atoms& atoms, const NeighborList& list) = 0;
};

}  // namespace patina
