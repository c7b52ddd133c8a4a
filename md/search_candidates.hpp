// SPDX-License-Identifier: BSD-3-Clause
// What the search for pairs reads: copies of the atoms in single precision, relative to the middle of all of them, and how far
// to search.
#pragma once

#include <vector>

#include "md/atoms.hpp"
#include "md/cell_grid.hpp"
#include "md/chunk_kernels.hpp"

namespace patina {

struct PairCutoffs;

constexpr int search_width = 16;  // the search reads and writes so many at a time, beyond the ends too

struct Candidates {
  HostArray<float> x, y, z;
  HostArray<int> partner;
  SearchAtoms view() const { return {x.data(), y.data(), z.data(), partner.data()}; }
};

struct SearchFrame {
  Vec3 middle;
  double extent = 0.0;  // largest distance from the middle along an axis, A
};

// Ghosts of one kind, sorted into cells.
struct GhostGroup {
  Candidates candidates;
  Array<int> begin;  // by cell
  int count = 0;
};

SearchFrame frame_of_places(const Atoms& atoms);
// Of the local atoms, in their order.
Candidates local_candidates(const Atoms& atoms, const SearchFrame& frame);
// Ghosts `row`, sorted into cells.
GhostGroup group_of(const Atoms& atoms, const CellGrid& cells, const SearchFrame& frame, const std::vector<int>& row);

// What single precision may misplace an atom by, A.
double misplacement(double extent);
// Radii of the search, by type of the first atom: cutoff + skin, and what single precision may be wrong by.
std::vector<PairRadii> list_radii(const PairCutoffs& cutoffs, double skin, double extent);

}  // namespace patina
