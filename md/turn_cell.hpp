// SPDX-License-Identifier: BSD-3-Clause
// A sheared cell spanned anew by less tilted edges of its lattice (core/lattice_turn.hpp). Nothing moves: images are counted in the new
// edges, so that r = position + image . edges stays what it was. Positions may then lie outside the cell. [Hansen & Evans, Mol. Simul. 13,
// 375 (1994), for cells that are sheared and realigned.]
#pragma once

#include <optional>

#include "md/structure.hpp"
#include "md/system.hpp"

namespace patina {

// Whether there was anything to turn in a cell that flows along an axis. The same on all ranks.
bool turn_cell(System& system, int along);

// The cells of frames of one sample, spanned by the edges of the first that were carried along with it: then fractional coordinates of frames
// can be compared, and integers of wave vectors mean the same in all of them.
class SameEdges {
 public:
  void turn_back(Structure& structure);

 private:
  std::optional<LatticeTurn> first_;
};

}  // namespace patina
