// SPDX-License-Identifier: BSD-3-Clause
// The host's half Verlet list: flat chunks of eight pairs that share their first atom. Of two local atoms the
// pair stands once, also where one of them is met as its periodic image: of (i, k + T) and (k, i - T) the one whose
// translation T is positive, read from its last component. A pair with another rank's ghost stands with the local
// atom (and once more with the ghost's owner). Inner chunks
// have all pairs within the density cutoff of their types plus the skin, outer ones the others within the pair cutoff plus
// the skin, but for those that fill up an atom's last inner chunk: the density pass reads the inner chunks only.
// [Verlet, Phys. Rev. 159, 98 (1967)]
#pragma once

#include <cstdint>
#include <vector>

#include "md/atoms.hpp"
#include "md/cell_grid.hpp"
#include "md/chunk_kernels.hpp"
#include "md/paged_buffer.hpp"

namespace patina {

struct PairCutoffs;

struct ChunkList {
  std::size_t chunks = 0;
  PagedBuffer<int> atom;     // first atom of each chunk
  // 8 per chunk: 4 times the partner's row, where it begins in rows of four; atoms.all() fills up an atom's last chunk.
  PagedBuffer<int> partner;
  PagedBuffer<unsigned char> partner_type;  // alike
};

// Contiguous atoms [begin, end), the share of one thread. Its own pairs touch local rows below window_end and the rows
// of images [image_begin, image_end).
struct PairRun {
  int begin = 0, end = 0, window_end = 0;
  int image_begin = 0, image_end = 0;
  ChunkList inner, outer;              // both atoms this rank's own, the partner perhaps as an image
  ChunkList inner_ghost, outer_ghost;  // the partner another rank's
};

// The images among the partners, in the order of the local atoms they are images of.
struct OwnImages {
  HostArray<int> row;
  HostArray<int> original;  // ascending
  int count = 0;
};

struct PairChunks {
  int local = 0;
  std::vector<PairRun> runs;
  OwnImages images;
  double entries() const;  // pairs, and what fills up chunks
};

// Rebuilds the list (its memory is kept) for atoms that are sorted into `cells`, whose local members begin at
// local_begin (cells + 1). Cells must be no thinner than half the largest cutoff + skin (Angstrom).
void build_pair_chunks(const Atoms& atoms, const CellGrid& cells, const Array<int>& local_begin,
                       const PairCutoffs& cutoffs, double skin, PairChunks& list);

// A pass over the chunks of a list: densities or forces, by what the sums are.
template <class Place>
ChunkPass<Place> pass_over(const Place* places, const Atoms& atoms, const ChunkList& list, std::int64_t* own,
                           std::int64_t* others) {
  ChunkPass<Place> pass;
  pass.place = places;
  pass.type = atoms.type.data();
  pass.chunks = list.chunks;
  pass.atom = list.atom.data();
  pass.partner = list.partner.data();
  pass.partner_type = list.partner_type.data();
  pass.filler = 4 * atoms.all();
  pass.own = own;
  pass.others = others;
  return pass;
}

}  // namespace patina
