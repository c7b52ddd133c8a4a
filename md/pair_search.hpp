// SPDX-License-Identifier: BSD-3-Clause
// The search for the pairs of a contiguous run of atoms: each atom's surroundings, two cells on either side, are copied side
// by side, and gone through by the vector kernels (md/chunk_kernels.hpp).
#pragma once

#include <vector>

#include "md/pair_chunks.hpp"
#include "md/search_candidates.hpp"

namespace patina {

// Everything that the search of one atom reads.
struct PairSearch {
  const CellGrid* grid;
  const int* local_begin;  // by cell
  SearchAtoms local;
  GhostGroup images, foreign;
  std::vector<PairRadii> radii;  // by type of the first atom
  // Some atom is so far away that single precision widens the lists: their pairs are measured again.
  bool wide = false;
  Rows<double, 4> place;
  std::vector<double> reach_sq;  // of pairs of types
  int types = 0;
  int filler = 0;  // partner that fills up chunks
};

// Finds the pairs of the run's atoms. `alone`: there is no other run.
void search_run(const Atoms& atoms, const PairSearch& search, bool alone, PairRun& run);

}  // namespace patina
