// SPDX-License-Identifier: BSD-3-Clause
// What a potential gets from the engine beside the atoms: pairs and the shifts of ghosts, made at a rebuild.
#pragma once

#include "md/neighbor_list.hpp"
#include "md/pair_chunks.hpp"

namespace patina {

// How pairs are listed. Both give the same bits.
enum class PairListKind {
  chunks,  // the host's vector kernels
  rows     // Kokkos kernels: devices, and the check of the chunks
};

// The lattice translations of ghosts, numbered. Code 0 is none.
struct GhostShifts {
  std::vector<std::array<int, 3>> shift;  // by code
  HostArray<int> code;                    // of each row, up to and with the one that fills up chunks
};

struct PairLists {
  PairListKind kind = PairListKind::rows;
  NeighborList rows;
  PairChunks chunks;
  GhostShifts shifts;  // for chunks
};

}  // namespace patina
