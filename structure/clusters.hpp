// SPDX-License-Identifier: BSD-3-Clause
// Connected groups of nodes: of icosahedra that share atoms, of atoms that rearrange.
#pragma once

#include <vector>

#include "core/vec3.hpp"

namespace patina {

struct Link {
  int to = 0;
  Vec3 apart;  // from this node to that one, through faces of the cell where they are linked there; Angstrom
};

struct Cluster {
  std::vector<int> members;  // the first has the lowest number
  std::vector<Vec3> apart;   // of each member from the first, along links
};

// Links stand in both directions. Clusters in order of size, the largest first, those of a size in order of their first member.
std::vector<Cluster> find_clusters(const std::vector<std::vector<Link>>& links);

}  // namespace patina
