// SPDX-License-Identifier: BSD-3-Clause
// A monitor of crystallisation: averaged bond order [Lechner & Dellago, J. Chem. Phys. 129, 114707 (2008), doi 10.1063/1.2977970],
//   q_6m(i)  = sum_f (A_f / A) Y_6m(direction of f),     qbar_6m(i) = mean of q_6m over i and its neighbours,
//   qbar_6(i) = sqrt(4 pi / 13 sum_m |qbar_6m(i)|^2),
// with the faces of the Voronoi cell as neighbours and their areas as weights, so that no cutoff has a say [Mickel, Kapfer,
// Schroeder-Turk & Mecke, J. Chem. Phys. 138, 044501 (2013), doi 10.1063/1.4774084]. Perfect fcc: sqrt(169/512) = 0.575, hcp 0.485.
#pragma once

#include <vector>

#include "structure/voronoi.hpp"

namespace patina {

// qbar_6 of each atom; 0 of open cells.
std::vector<double> averaged_bond_order(const Structure& sample, const VoronoiCells& cells);

}  // namespace patina
