// SPDX-License-Identifier: BSD-3-Clause
// Local deformation between two frames of the same atoms. With d and d' the vectors from an atom to its n neighbours within a cutoff
// in the first frame, before and after,
//   D2_min = min over F of  sum |d' - d F|^2       [Falk & Langer, Phys. Rev. E 57, 7192 (1998), doi 10.1103/PhysRevE.57.7192]
// here over n, as many authors have it since; F is the best affine map (row vectors), E = (F F^T - 1) / 2 its Green-Lagrange strain, and
//   local shear  sqrt(E_yz^2 + E_xz^2 + E_xy^2 + [(E_yy - E_zz)^2 + (E_xx - E_zz)^2 + (E_xx - E_yy)^2] / 6)
// the von Mises strain [Shimizu, Ogata & Li, Mater. Trans. 48, 2923 (2007), doi 10.2320/matertrans.MJ200769]. The cell may change.
// Positions are unwrapped, r = position + image . edges, in both frames alike (md/unwrapper.hpp). Angstrom.
#pragma once

#include <vector>

#include "md/structure.hpp"
#include "structure/cutoff_neighbors.hpp"

namespace patina {

struct LocalDeformation {
  std::vector<double> d2_min_A2;  // over n; NaN where the neighbours do not span space (too few, in a plane)
  std::vector<Mat3> strain;       // E
  std::vector<double> shear;      // von Mises
  std::vector<int> neighbors;     // n
};

// `neighbors` are those of `before`. Both frames have the same atoms in the same order.
LocalDeformation local_deformation(const Structure& before, const CutoffNeighbors& neighbors, const Structure& after);

// Displacements but for the cell's own deformation and their mean: r' - r E^-1 E', less the centre's.
std::vector<Vec3> nonaffine_displacements(const Structure& before, const Structure& after);

// (sum u^2)^2 / (N sum u^4): 1 if all atoms move as far, 1/N if one does; 0 if none does (by 1e-9 A, which is rounding).
double participation_ratio(const std::vector<Vec3>& displacement);

// Atoms with D2_min above a threshold that are neighbours of each other, through faces of the cell too.
struct Rearrangement {
  std::vector<int> atoms;
  Vec3 centre_A;  // mean place of its atoms in the first frame, in the cell
  double mean_d2_min_A2 = 0.0, largest_d2_min_A2 = 0.0;
};
std::vector<Rearrangement> find_rearrangements(const Structure& before, const CutoffNeighbors& neighbors, const std::vector<double>& d2_min_A2,
                                               double threshold_A2);

}  // namespace patina
