// SPDX-License-Identifier: BSD-3-Clause
// How full icosahedra hang together: a centre and its twelve neighbours are thirteen atoms, and two icosahedra may share some
// of them. Centres that are neighbours of each other share seven (themselves and the ring around their bond) and interpenetrate:
// chains of these are the backbone of Cu-Zr glasses [Lee, Lee, Lee, Ma & Lee, Acta Mater. 59,
// 159 (2011)].
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "structure/voronoi_index.hpp"

namespace patina {

struct IcosahedralNetwork {
  std::int64_t icosahedra = 0;
  std::int64_t atoms_in_them = 0;  // centres and neighbours, each once
  // Pairs of icosahedra: of centres that are neighbours; others by shared atoms: 1 (vertex), 2 (edge), 3 (face), 4, ...
  std::int64_t interpenetrating = 0;
  std::array<std::int64_t, 13> sharing{};  // [n]: n atoms; [12]: 12 and more
  // Numbers of centres, the largest first: linked as neighbours; linked by any shared atom.
  std::vector<std::int64_t> cluster_sizes, sharing_cluster_sizes;
};

// Pairs count through faces of the cell, each image of the other once.
IcosahedralNetwork icosahedral_network(const Structure& sample, const VoronoiCells& cells, const std::vector<VoronoiIndex>& index);

}  // namespace patina
