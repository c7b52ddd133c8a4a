// SPDX-License-Identifier: BSD-3-Clause
// Half Verlet list in compressed rows: the device's, and the plain one that the host's chunks
// (md/pair_chunks.hpp) are checked against. Of two local atoms i < j the pair stands in row i; a pair of a local
// atom and a ghost stands once, in the local one's row (and once more with the ghost's owner). Each row holds
// first the pairs within `inner` of their types plus the skin, then those up to `outer` plus the skin.
// [Verlet, Phys. Rev. 159, 98 (1967)]
#pragma once

#include <cstddef>
#include <vector>

#include "md/atoms.hpp"
#include "md/cell_grid.hpp"

namespace patina {

struct PairCutoffs;

struct NeighborList {
  int local = 0;
  Array<std::size_t> begin;      // local + 1: row i is [begin(i), begin(i + 1))
  Array<std::size_t> inner_end;  // local: the inner pairs of row i end here
  Array<int> partner;            // atom j of each pair
  std::size_t pairs = 0;
};

// Pairs closer than their types' cutoff + skin (Angstrom). `cells` must cover local atoms and ghosts, with
// cells no thinner than half the largest such distance.
NeighborList build_neighbor_list(const Atoms& atoms, const CellGrid& cells, const PairCutoffs& cutoffs,
                                 double skin);

}  // namespace patina
