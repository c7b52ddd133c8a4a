// SPDX-License-Identifier: BSD-3-Clause
#include "structure/whole_frame.hpp"

#include "structure/closed_cell.hpp"

namespace patina {

Species species_of(const Structure& sample) {
  Species species{sample.species, sample.mass, std::vector<std::int64_t>(sample.species.size(), 0)};
  for (const int type : sample.type) ++species.count[static_cast<std::size_t>(type)];
  return species;
}

Frame whole_frame(const Structure& sample, const Comm& alone, const Species& species, double gap_A) {
  const ClosedCell cell = close_cell(sample, gap_A);
  Frame frame;
  frame.box = cell.box;
  frame.comm = &alone;
  frame.species = &species;
  frame.atom_count = static_cast<std::int64_t>(sample.size());
  frame.local = static_cast<int>(sample.size());
  const HostRows<double, 3> position("position", sample.size());
  const HostArray<int> type("type", sample.size());
  const HostArray<std::int64_t> id("id", sample.size());
  for (int i = 0; i < frame.local; ++i) {
    const auto k = static_cast<std::size_t>(i);
    for (int d = 0; d < 3; ++d) position(i, d) = cell.position[k][d];
    type(i) = species.types() == 1 ? 0 : sample.type[k];
    id(i) = i + 1;
  }
  frame.position = Kokkos::create_mirror_view_and_copy(MemSpace{}, position);
  frame.type = Kokkos::create_mirror_view_and_copy(MemSpace{}, type);
  frame.id = Kokkos::create_mirror_view_and_copy(MemSpace{}, id);
  frame.image = Rows<int, 3>("image", sample.size());
  frame.velocity = Rows<double, 3>("velocity", 0);
  return frame;
}

}  // namespace patina
