// SPDX-License-Identifier: BSD-3-Clause
// Voronoi cells of all atoms, by voro++ [Rycroft, Chaos 19, 041111 (2009), doi 10.1063/1.3215722]: every point of space belongs to the atom
// with the least
//   |r - r_i|^2 - R_i^2     all R alike: Voronoi; else the radical (power, Laguerre) tessellation
//                           [Gellatly & Finney, J. Non-Cryst. Solids 50, 313 (1982), doi 10.1016/0022-3093(82)90093-X]
// Any periodic cell; along free axes cells at the surface are open, and have no volume. Angstrom.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "md/structure.hpp"

namespace patina {

// Of the cell of atom i, towards atom j = neighbor: at r_j + image . edges, with the sample's positions as they stand.
struct VoronoiFace {
  int neighbor = 0;
  std::array<int, 3> image{};
  int edges = 0;
  double area_A2 = 0.0;
};

struct VoronoiCells {
  std::vector<std::size_t> begin;  // of each atom's faces; one more at the end
  std::vector<VoronoiFace> face;
  std::vector<double> volume_A3;  // 0 of open cells, and of atoms that larger ones leave no cell
  std::vector<char> open;         // reaches out of the sample along a free axis; its faces towards atoms are there

  std::size_t atoms() const { return volume_A3.size(); }
  std::span<const VoronoiFace> faces(std::size_t atom) const {
    return {face.data() + begin[atom], begin[atom + 1] - begin[atom]};
  }
};

// Radii of each type; empty: all alike. Error(bad_input) if cells do not fit their neighbours, as where two atoms are in one place.
VoronoiCells voronoi_cells(const Structure& sample, const std::vector<double>& radius_A = {});

// Without faces of less than `fraction` of their cell's area. The other faces keep their numbers of edges, the cells their volumes.
VoronoiCells without_small_faces(const VoronoiCells& cells, double fraction);

// From atom to neighbour, Angstrom.
Vec3 bond(const Structure& sample, std::size_t atom, const VoronoiFace& face);

}  // namespace patina
