// SPDX-License-Identifier: BSD-3-Clause
// All neighbours within a distance, each periodic image on its own: also beyond half the cell. Angstrom.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "md/structure.hpp"

namespace patina {

struct CutoffNeighbor {
  int atom = 0;
  std::array<int, 3> image{};  // it stands at r_atom + image . edges, with the sample's positions as they stand
  Vec3 apart;                  // from the atom to it
};

struct CutoffNeighbors {
  std::vector<std::size_t> begin;  // of each atom's neighbours; one more at the end
  std::vector<CutoffNeighbor> list;

  std::span<const CutoffNeighbor> of(std::size_t atom) const { return {list.data() + begin[atom], begin[atom + 1] - begin[atom]}; }
};

CutoffNeighbors neighbors_within(const Structure& sample, double cutoff_A);

}  // namespace patina
