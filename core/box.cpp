// SPDX-License-Identifier: BSD-3-Clause
#include "core/box.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {

Box::Box(const Mat3& edges, const Vec3& origin, const std::array<bool, 3>& periodic, const LatticeTurn& turn)
    : edges_(edges), origin_(origin), turn_(turn) {
  const double volume = determinant(edges);
  if (!(volume > 0.0) || !std::isfinite(volume)) {
    throw Error(ExitCode::bad_input,
                fmt::format("box: edge vectors ({}, {}, {}), ({}, {}, {}), ({}, {}, {}) A span no right-handed "
                            "volume (a.(b x c) = {} A^3, must be finite and > 0)",
                            edges[0][0], edges[0][1], edges[0][2], edges[1][0], edges[1][1], edges[1][2],
                            edges[2][0], edges[2][1], edges[2][2], volume));
  }
  inverse_ = inverse(edges);
  for (int d = 0; d < 3; ++d) periodic_[d] = periodic[d];
}

Box Box::orthogonal(const Vec3& lengths, const std::array<bool, 3>& periodic) {
  return Box(diagonal(lengths), {}, periodic);
}

double Box::height(int d) const {
  return volume() / norm(cross(edges_.row((d + 1) % 3), edges_.row((d + 2) % 3)));
}

bool Box::is_orthogonal() const {
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      if (i != j && edges_[i][j] != 0.0) return false;
  return true;
}

Vec3 Box::wave_vector(const std::array<int, 3>& n) const {
  Vec3 q;
  for (int i = 0; i < 3; ++i)
    for (int d = 0; d < 3; ++d) q[i] += 2.0 * units::pi * n[d] * inverse_[i][d];
  return q;
}

}  // namespace patina
