// SPDX-License-Identifier: BSD-3-Clause
// Where the modes of a set of vectors stand in the transform of a real mesh (mesh_sum.hpp), and what the window left of them.
// Transforms have the sign exp(-i 2 pi n l / M), and along x n_x >= 0 only: S(n) is the conjugate of mode n, and also mode -n.
#pragma once

#include <array>
#include <vector>

#include "scattering/mesh_layout.hpp"

namespace patina {

struct MeshMode {
  std::array<int, 3> place;  // x up to n_max; y and z from 0 to M - 1
  double factor;             // 1 / (phi^ phi^ phi^)
  bool conjugate;
  bool is_origin() const { return place == std::array<int, 3>{0, 0, 0}; }
};

// Of each vector.
std::vector<MeshMode> mesh_modes(const QSet& set, const MeshLayout& layout);

}  // namespace patina
