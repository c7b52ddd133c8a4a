// SPDX-License-Identifier: BSD-3-Clause
// A lattice is spanned by many cells. Their edges (rows) are integer combinations of each other,
//   E = T E0,  T of whole numbers, det T = 1,
// and a point r = x + n E has the images n E = (n T) E0. A cell that is sheared on and on is spanned anew by less tilted edges; T remembers
// which they are, so that what follows a point through strains (paths, wave vectors) can go back to the edges that went along with the
// strain. [Parrinello & Rahman, J. Appl. Phys. 52, 7182 (1981), doi 10.1063/1.328693, for the freedom of choice.]
#pragma once

#include <array>

#include "core/vec3.hpp"

namespace patina {

struct LatticeTurn {
  int m[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  KOKKOS_INLINE_FUNCTION const int* operator[](int i) const { return m[i]; }
  friend bool operator==(const LatticeTurn&, const LatticeTurn&) = default;
};

// Whether it is the identity.
inline bool is_none(const LatticeTurn& turn) { return turn == LatticeTurn{}; }

// First b, then a: edges (a b) E0.
LatticeTurn operator*(const LatticeTurn& a, const LatticeTurn& b);
// det T = 1, so the inverse is of whole numbers too.
LatticeTurn inverse(const LatticeTurn& turn);

// n T: images of a point from the cell T E0 to that of E0.
KOKKOS_INLINE_FUNCTION void turn_images(const int n[3], const LatticeTurn& turn, int turned[3]) {
  for (int j = 0; j < 3; ++j) turned[j] = n[0] * turn[0][j] + n[1] * turn[1][j] + n[2] * turn[2][j];
}

// T E0.
Mat3 operator*(const LatticeTurn& turn, const Mat3& edges);

// What makes the edges of a cell that flows along an axis less tilted: if one of them lies along that axis, the others then go along it by half of
// its length at most; else none goes along another by more than that. Periodic edges only.
LatticeTurn least_tilt(const Mat3& edges, const std::array<bool, 3>& periodic, int along);

}  // namespace patina
