// SPDX-License-Identifier: BSD-3-Clause
// Full Verlet list: the device's, and the plain one that the host's chunks (md/pair_chunks.hpp) are checked against. The row
// of a local atom has all its partners, ghosts included, so that one thread sums all that the atom gets: first the
// partners within `inner` of their types plus the skin, then those up to `outer` plus the skin. Rows of a tile of atoms
// lie side by side, entry by entry: threads of a warp read neighbouring numbers. [Verlet, Phys. Rev. 159, 98 (1967)]
#pragma once

#include <cstddef>
#include <vector>

#include "md/atoms.hpp"
#include "md/cell_grid.hpp"

namespace patina {

struct PairCutoffs;

struct NeighborList {
  static constexpr int tile_width = 32;  // atoms

  int local = 0;
  Array<std::size_t> tile_begin;   // of each tile in `partner`, and the end of the last
  Array<int> inner_count, count;   // of each local atom's row
  Array<int> partner;
  std::size_t entries = 0;  // without those that fill up tiles

  // Entry k of row i.
  KOKKOS_INLINE_FUNCTION int operator()(int i, int k) const {
    return partner(tile_begin(i / tile_width) + static_cast<std::size_t>(tile_width) * k + i % tile_width);
  }
};

// Partners closer than their types' cutoff + skin (Angstrom). `cells` must cover local atoms and ghosts, with
// cells no thinner than half the largest such distance.
NeighborList build_neighbor_list(const Atoms& atoms, const CellGrid& cells, const PairCutoffs& cutoffs,
                                 double skin);

}  // namespace patina
