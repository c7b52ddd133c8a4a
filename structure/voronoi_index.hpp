// SPDX-License-Identifier: BSD-3-Clause
// What kind of cell a Voronoi cell is: the numbers of its faces with three, four, five and six edges
// [Finney, Proc. R. Soc. A 319, 479 (1970), doi 10.1098/rspa.1970.0189]. <0,0,12,0> is a full icosahedron; the Frank-Kasper
// polyhedra <0,0,12,2>, <0,0,12,3> and <0,0,12,4> (Z14, Z15, Z16) are those of the Laves phases (Z12, Z16), A15 (Z12, Z14) and
// sigma [Acta Cryst. 11, 184 (1958), doi 10.1107/S0365110X58000487].
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "structure/voronoi.hpp"

namespace patina {

struct VoronoiIndex {
  std::array<int, 5> faces{};  // with 3, 4, 5, 6 edges; with more

  int coordination() const { return faces[0] + faces[1] + faces[2] + faces[3] + faces[4]; }
  friend auto operator<=>(const VoronoiIndex&, const VoronoiIndex&) = default;
};
inline constexpr VoronoiIndex full_icosahedron{{0, 0, 12, 0, 0}}, frank_kasper_z16{{0, 0, 12, 4, 0}};

// "<0,0,12,0>"; with a fifth number where there are faces of more than six edges.
std::string name(const VoronoiIndex& index);

std::vector<VoronoiIndex> voronoi_indices(const VoronoiCells& cells);

// How many atoms of each type have each index. Open cells do not count.
using IndexCounts = std::map<std::pair<int, VoronoiIndex>, std::int64_t>;
IndexCounts count_indices(const Structure& sample, const VoronoiCells& cells, const std::vector<VoronoiIndex>& index);

// Neighbours that share a face: mean number of type b around type a, [a * types + b]; NaN where no cell of a is closed.
std::vector<double> face_coordination(const Structure& sample, const VoronoiCells& cells);

}  // namespace patina
