// SPDX-License-Identifier: BSD-3-Clause
#include "structure/voronoi_index.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace patina {

std::string name(const VoronoiIndex& index) {
  const auto& n = index.faces;
  return n[4] == 0 ? fmt::format("<{},{},{},{}>", n[0], n[1], n[2], n[3])
                   : fmt::format("<{},{},{},{},{}>", n[0], n[1], n[2], n[3], n[4]);
}

std::vector<VoronoiIndex> voronoi_indices(const VoronoiCells& cells) {
  std::vector<VoronoiIndex> index(cells.atoms());
  for (std::size_t i = 0; i < cells.atoms(); ++i)
    for (const VoronoiFace& face : cells.faces(i)) ++index[i].faces[static_cast<std::size_t>(std::clamp(face.edges, 3, 7) - 3)];
  return index;
}

IndexCounts count_indices(const Structure& sample, const VoronoiCells& cells, const std::vector<VoronoiIndex>& index) {
  IndexCounts counts;
  for (std::size_t i = 0; i < index.size(); ++i)
    if (!cells.open[i]) ++counts[{sample.type[i], index[i]}];
  return counts;
}

std::vector<double> face_coordination(const Structure& sample, const VoronoiCells& cells) {
  const std::size_t types = sample.species.size();
  std::vector<double> sum(types * types, 0.0), atoms(types, 0.0);
  for (std::size_t i = 0; i < cells.atoms(); ++i) {
    if (cells.open[i]) continue;
    const auto a = static_cast<std::size_t>(sample.type[i]);
    ++atoms[a];
    for (const VoronoiFace& face : cells.faces(i))
      ++sum[a * types + static_cast<std::size_t>(sample.type[static_cast<std::size_t>(face.neighbor)])];
  }
  for (std::size_t k = 0; k < sum.size(); ++k) sum[k] /= atoms[k / types];
  return sum;
}

}  // namespace patina
