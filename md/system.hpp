// SPDX-License-Identifier: BSD-3-Clause
// The state of one running sample, as seen by one rank, and the seam between motion and forces.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/box.hpp"
#include "core/mpi.hpp"
#include "core/vec3.hpp"
#include "md/atoms.hpp"
#include "md/frame.hpp"
#include "md/overlap.hpp"
#include "md/structure.hpp"

namespace patina {

struct System {
  const Comm* comm = nullptr;
  std::uint64_t seed = 0;
  Box box;
  Species species;
  Array<double> mass;           // amu, by type, for kernels
  std::int64_t atom_count = 0;  // over all ranks
  std::int64_t step = 0;        // since the start of the run; also keys the random numbers
  double time_ps = 0.0;
  Atoms atoms;
  // On rank 0: what the input calls atoms 1..N, in this order; empty if the same.
  std::vector<std::int64_t> input_id;
};

// What is wanted beside the forces: the virial costs little, energies a little more.
enum class Tally { forces, virial, energy };

// Potential energy (eV) and virial W_ab = sum over pairs r_a f_b (eV), summed over all ranks.
struct ForceTotals {
  double potential_energy = 0.0;  // with Tally::energy
  Mat3 virial;                    // with Tally::virial and Tally::energy
  long long beyond_table = 0;     // with Tally::energy: atoms whose F is extrapolated beyond the tables
  // With the virial: since the last one, these stood so close, or in such a density, that their forces are not to be believed.
  std::optional<Overlap> overlap;
};

// Fills system.atoms.force for the positions and box as they stand. Behind it: ghosts refreshed, or atoms
// wrapped, migrated, sorted and the neighbour list rebuilt when they moved too far. After a call the order
// and number of local atoms may have changed: take the views again. Collective.
class ForceField {
 public:
  virtual ~ForceField() = default;
  virtual ForceTotals compute(System& system, Tally tally) = 0;
};

// A sample spread over the ranks of `comm` (which must outlive it) from a structure that every rank holds
// alike. Atoms get the ids 1..N in the order of the structure's own ids. Which rank holds which atom first
// does not matter: the first force computation moves each to where it belongs.
System make_system(const Comm& comm, const Structure& structure, std::uint64_t seed);
System make_system(Comm&&, const Structure&, std::uint64_t) = delete;  // the system keeps a pointer to it

// What the input calls an atom. On rank 0; on all ranks, collective.
std::int64_t input_id_on_root(const System& system, std::int64_t id);
std::int64_t input_id(const System& system, std::int64_t id);

// The frame that observers see; shares the system's views.
Frame frame_of(const System& system);

// The atoms as they stand, in order of id. For a sample on one rank.
Structure snapshot(const System& system);

}  // namespace patina
