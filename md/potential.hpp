// SPDX-License-Identifier: BSD-3-Clause
// The seam between the parallel engine and potentials: ghosts and pair lists are current when compute() runs.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "core/exact_sum.hpp"
#include "core/vec3.hpp"
#include "md/atoms.hpp"
#include "md/system.hpp"

namespace patina {

struct PairLists;

// Sums over this rank's atoms in whole numbers of their units; the engine adds those of all ranks.
struct ForceSums {
  Int128 potential_energy = 0;
  Int128 virial[6] = {};          // xx yy zz xy xz yz
  Int128 beyond_table = 0;        // atoms whose density lies beyond the potential's tables: F is extrapolated
  double energy_unit = 0.0;       // eV
  double virial_unit = 0.0;       // eV
  bool overlap = false;           // atoms stand too close, or in too steep a density, for their forces to be summed
};

// Distances at which two atoms meet, Angstrom, [s * types + t], symmetric: within `inner` each adds to the
// other's many-body environment, within `outer` >= inner they interact at all.
struct PairCutoffs {
  int types = 0;
  std::vector<double> inner, outer;
};

// Of the pair terms; positions, velocities and all sums are the same in both.
enum class Precision {
  full,  // double, as the potential's file has it
  mixed  // single precision, from differences of places that are exact
};

// Where the places of atoms lie: on a grid so fine that lattice translations are exact.
struct PlaceGrid {
  double step = 0.0;  // Angstrom
  Vec3 middle;        // of the cell, on the grid
  Mat3 edges;         // on the grid
  // Of the places for mixed precision, a power of two: 2^31 steps are beyond the distance of any pair in the lists.
  double mixed_step = 0.0;
};

// The exchanges of one force computation, under way while the pairs that need nothing of other ranks are computed. What
// images of this rank's own atoms need is there at once.
struct GhostExchange {
  std::function<void()> finish_places;  // to be called before other ranks' ghosts are read
  std::function<void()> begin_slopes;   // when F' (the fourth column of the places) of all local atoms is set
  std::function<void()> finish_slopes;  // before F' of other ranks' ghosts is read
};

class Potential {
 public:
  virtual ~Potential() = default;
  virtual PairCutoffs cutoffs() const = 0;
  // Whether it has kernels for the host's chunks of pairs.
  virtual bool takes_chunks() const = 0;
  // Which places of the atoms it reads.
  virtual Precision precision() const = 0;
  // Fills atoms.force for the local atoms. Calls each of `ghosts` once, in their order.
  virtual ForceSums compute(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid,
                            const GhostExchange& ghosts, Tally tally) = 0;
  // Potential energy of each local atom (half of every pair it is in), eV, for the atoms and lists that
  // compute() saw last, in double. Rows beyond `local` are scratch.
  virtual Array<double> atom_energies(const Atoms& atoms, const PairLists& lists) = 0;
  // After a compute() that found an overlap: the one that comes first (md/overlap.hpp) of those with an atom of this rank.
  virtual Overlap find_overlap(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid) const = 0;
};

}  // namespace patina
