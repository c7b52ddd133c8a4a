// SPDX-License-Identifier: BSD-3-Clause
#include "core/lattice_turn.hpp"

#include <cmath>

namespace patina {

LatticeTurn operator*(const LatticeTurn& a, const LatticeTurn& b) {
  LatticeTurn product;
  for (int i = 0; i < 3; ++i) turn_images(a[i], b, product.m[i]);
  return product;
}

LatticeTurn inverse(const LatticeTurn& turn) {
  LatticeTurn adjugate;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      const int a = (i + 1) % 3, b = (i + 2) % 3, c = (j + 1) % 3, d = (j + 2) % 3;
      adjugate.m[j][i] = turn[a][c] * turn[b][d] - turn[a][d] * turn[b][c];
    }
  return adjugate;
}

// Products of whole numbers and edges on the engine's grid are exact, and so are their sums.
Mat3 operator*(const LatticeTurn& turn, const Mat3& edges) {
  Mat3 turned;
  for (int i = 0; i < 3; ++i)
    for (int d = 0; d < 3; ++d)
      for (int k = 0; k < 3; ++k) turned[i][d] += turn[i][k] * edges[k][d];
  return turned;
}

namespace {

bool lies_along(const Vec3& edge, int axis) {
  constexpr double rounding = 1e-9;
  return std::abs(edge[axis]) >= (1.0 - rounding) * norm(edge);
}

}  // namespace

LatticeTurn least_tilt(const Mat3& edges, const std::array<bool, 3>& periodic, int along) {
  // A tilt of one half can be turned to minus one half and back for ever by rounding alone.
  constexpr double most = 0.5 + 1e-9;
  // A long cell keeps its long edge, then: a flow along it tilts the others only.
  const bool others_only = lies_along(edges.row(along), along);
  LatticeTurn turn;
  Mat3 now = edges;
  // Each turn shortens an edge, so there is an end to them.
  for (bool turned = true; turned;) {
    turned = false;
    for (int k = 0; k < 3; ++k)
      for (int j = 0; j < 3; ++j) {
        if (j == k || (others_only && j != along) || !periodic[static_cast<std::size_t>(j)] || !periodic[static_cast<std::size_t>(k)]) continue;
        const double tilt = dot(now.row(k), now.row(j)) / dot(now.row(j), now.row(j));
        if (!(std::abs(tilt) > most)) continue;
        LatticeTurn one;
        one.m[k][j] = -static_cast<int>(std::lround(tilt));
        turn = one * turn;
        now = turn * edges;
        turned = true;
      }
  }
  return turn;
}

}  // namespace patina
