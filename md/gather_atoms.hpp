// SPDX-License-Identifier: BSD-3-Clause
// A frame's atoms brought to rank 0 in order of id, in batches of bounded size: for files, which rank 0
// writes alone. Rank 0 never holds more than one batch, so the memory of a rank stays the limit of the
// sample.
#pragma once

#include <functional>

#include "md/frame.hpp"

namespace patina {

// Consecutive atoms: the k-th has id first_row + k + 1.
struct AtomRows {
  std::int64_t first_row = 0;
  std::vector<int> type;
  std::vector<Vec3> position;
  std::vector<std::array<int, 3>> image;
  std::vector<Vec3> velocity;  // empty if the frame has none
};

// Collective. `block` is id_ordered(frame); `take` receives all atoms, batch after batch, on rank 0 only. If
// it throws there, the rest is skipped and every rank throws the same error.
void gather_atoms(const Comm& comm, const IdBlock& block, std::int64_t atom_count,
                  const std::function<void(const AtomRows&)>& take);

// Bytes that rank 0 needs for it beside the block: a batch, and about as much to bring it into a file's form.
double gathered_bytes(double atoms);

// The position inside the cell (along periodic axes) and the image that goes with it: unwrapped r unchanged.
// Atoms that are inside keep their bits.
void wrap(const Box& box, Vec3& position, std::array<int, 3>& image);

}  // namespace patina
