// SPDX-License-Identifier: BSD-3-Clause
// The atoms of a sample in a cell that is periodic along all axes, which is what searches for neighbours and Voronoi cells work
// on. A free axis gets a longer edge, such that images of the atoms stay a gap apart. Angstrom.
#pragma once

#include <array>
#include <vector>

#include "md/structure.hpp"

namespace patina {

struct ClosedCell {
  Box box;                                // all axes periodic
  std::vector<Vec3> position;             // inside the box
  std::vector<std::array<int, 3>> image;  // the sample's position = position + image . edges; 0 along free axes
};

// Images along free axes are at least gap_A apart.
ClosedCell close_cell(const Structure& sample, double gap_A);

// The lattice's shortest edges, for which nearest images are found among few [Semaev, LNCS 2146 (2001) 181, doi
// 10.1007/3-540-44670-2_13]. Right-handed if the given edges are.
Mat3 reduced_edges(const Mat3& edges);

}  // namespace patina
