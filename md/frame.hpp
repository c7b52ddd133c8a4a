// SPDX-License-Identifier: BSD-3-Clause
// One instant of a sample, spread over the ranks of a communicator: what observers, writers and the scattering
// receive, whether the atoms come from a running simulation or from a stored trajectory. Views are shared, not
// copied: valid until the observer returns.
#pragma once

#include <cstdint>

#include "core/box.hpp"
#include "core/mpi.hpp"
#include "core/types.hpp"
#include "md/atoms.hpp"

namespace patina {

struct Frame {
  std::int64_t step = 0;
  double time_ps = 0.0;
  Box box;
  const Comm* comm = nullptr;
  const Species* species = nullptr;
  std::int64_t atom_count = 0;  // over all ranks

  int local = 0;  // atoms on this rank: the first `local` rows of each view
  Rows<double, 3> position;  // Angstrom; not necessarily inside the cell
  Rows<int, 3> image;        // unwrapped r = position + image . edges
  Rows<double, 3> velocity;  // A/ps; extent 0 if unknown
  Array<int> type;
  Array<std::int64_t> id;  // 1..atom_count, in any order
};

// A rank's contiguous block of ids of a frame, on the host, in order of id: rank r of P holds the ids
// [1 + r N / P, 1 + (r + 1) N / P). A fixed home for each atom whatever the decomposition does: per-atom
// references (self scattering, MSD) and files in id order stand on it.
struct IdBlock {
  std::int64_t first_id = 1;
  std::vector<int> type;
  std::vector<Vec3> unwrapped;                // Angstrom
  std::vector<Vec3> position;                 // as in the frame
  std::vector<std::array<int, 3>> image;
  std::vector<Vec3> velocity;                 // empty if the frame has none
};

// Index (from 0) of the first id of a rank's block; of rank = ranks: the number of atoms.
std::int64_t id_block_start(std::int64_t atoms, int rank, int ranks);

// Collective over frame.comm. Throws Error(internal) if the ids are not a permutation of 1..N.
IdBlock id_ordered(const Frame& frame);

// Bytes per atom of a rank: of the block (with velocities), and while it is made, with what is sent and received.
constexpr double id_block_bytes = sizeof(int) + 3 * sizeof(Vec3) + sizeof(std::array<int, 3>);
constexpr double id_ordered_bytes = id_block_bytes + 2 * 72;

}  // namespace patina
