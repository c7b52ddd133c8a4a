// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_modes.hpp"

#include <cstdlib>

namespace patina {

std::vector<MeshMode> mesh_modes(const QSet& set, const MeshLayout& layout) {
  std::array<std::vector<double>, 3> factor;
  for (int d = 0; d < 3; ++d)
    for (int n = 0; n <= layout.largest[d]; ++n)
      factor[d].push_back(1.0 / layout.window.transform(static_cast<double>(n) / layout.cells[d]));
  std::vector<MeshMode> modes;
  modes.reserve(set.miller.size());
  for (const auto& n : set.miller) {
    const int sign = n[0] >= 0 ? 1 : -1;
    const auto wrapped = [&](int d) { return sign * n[d] < 0 ? sign * n[d] + layout.cells[d] : sign * n[d]; };
    modes.push_back({{sign * n[0], wrapped(1), wrapped(2)},
                     factor[0][std::abs(n[0])] * factor[1][std::abs(n[1])] * factor[2][std::abs(n[2])],
                     n[0] >= 0});
  }
  return modes;
}

}  // namespace patina
