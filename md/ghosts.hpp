// SPDX-License-Identifier: BSD-3-Clause
// Finds the ghosts: copies of the atoms of other ranks, and of periodic images, within the communication cutoff of this
// rank's brick. Axes x, y, z in turn, so that edges and corners come by themselves; along each axis with as many ranks
// (or images) on either side as the cutoff reaches. [Plimpton, J. Comput. Phys. 117, 1 (1995)]
#pragma once

#include "md/atoms.hpp"
#include "md/domain.hpp"

namespace patina {

// Where each row of atoms.place comes from.
struct GhostOrigins {
  Array<int> rank, row;  // the owner, and its local row
  // The row here that a ghost is a periodic image of: a local one or another rank's ghost; -1: a ghost that no row here is
  // nearer the origin of; local atoms: itself.
  Array<int> source;
};

// Appends ghosts (place, shift, original) within `cutoff` (Angstrom) to the local atoms, which must lie on the ranks that own
// them. Types and ids of ghosts are not set. Collective.
GhostOrigins append_ghosts(Atoms& atoms, const Box& box, const Domain& domain, double cutoff);

}  // namespace patina
