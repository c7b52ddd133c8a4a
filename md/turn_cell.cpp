// SPDX-License-Identifier: BSD-3-Clause
#include "md/turn_cell.hpp"

namespace patina {

namespace {

// Images in the cell that is `turn` further than the one they were counted in.
void count_anew(const Rows<int, 3>& image, int atoms, const LatticeTurn& turn) {
  const LatticeTurn back = inverse(turn);
  Kokkos::parallel_for(
      "turn_images", Range(0, atoms), KOKKOS_LAMBDA(int i) {
        const int before[3] = {image(i, 0), image(i, 1), image(i, 2)};
        int after[3];
        turn_images(before, back, after);
        for (int d = 0; d < 3; ++d) image(i, d) = after[d];
      });
}

}  // namespace

bool turn_cell(System& system, int along) {
  const LatticeTurn turn = least_tilt(system.box.edges(), system.box.periodic(), along);
  if (is_none(turn)) return false;
  system.box = system.box.turned(turn);
  count_anew(system.atoms.image, system.atoms.local, turn);
  return true;
}

void SameEdges::turn_back(Structure& structure) {
  if (!first_) first_ = structure.box.turn();
  const LatticeTurn further = *first_ * inverse(structure.box.turn());
  if (is_none(further)) return;
  structure.box = structure.box.turned(further);
  const LatticeTurn back = inverse(further);
  for (auto& image : structure.image) {
    const auto before = image;
    turn_images(before.data(), back, image.data());
  }
}

}  // namespace patina
