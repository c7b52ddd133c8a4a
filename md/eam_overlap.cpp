// SPDX-License-Identifier: BSD-3-Clause
// Which atoms stand too close. The pair passes only tell that some do; here, once they have, all pairs are gone through once
// more, on the host.
#include <algorithm>
#include <cmath>

#include "core/bits.hpp"
#include "core/error.hpp"
#include "md/eam.hpp"

namespace patina {

namespace {

template <class View>
auto on_host(const View& view) {
  return Kokkos::create_mirror_view_and_copy(HostSpace{}, view);
}

// Where the atoms are, and F' of each, as the passes read them.
struct PassedAtoms {
  HostRows<double, 4> place;
  HostRows<std::uint32_t, 4> mixed_place;
  bool mixed;
  double mixed_step;
  double steepest;

  double distance(int i, int j) const {
    double r_sq = 0.0;
    for (int d = 0; d < 3; ++d) {
      const double along = mixed ? mixed_step * static_cast<std::int32_t>(mixed_place(i, d) - mixed_place(j, d)) : place(i, d) - place(j, d);
      r_sq += along * along;
    }
    return std::sqrt(r_sq);
  }
  // Whether F' was cut.
  bool is_steep(int i) const {
    return mixed ? !(std::abs(float_of_bits(mixed_place(i, 3))) < static_cast<float>(steepest))
                 : !(std::abs(place(i, 3)) < steepest);
  }
};

template <class Visit>
void visit_pairs(const NeighborList& list, const Visit& visit) {
  const auto begin = on_host(list.tile_begin);
  const auto count = on_host(list.count), partner = on_host(list.partner);
  constexpr int width = NeighborList::tile_width;
  for (int i = 0; i < list.local; ++i)
    for (int k = 0; k < count(i); ++k) visit(i, partner(begin(i / width) + static_cast<std::size_t>(width * k + i % width)));
}

template <class Visit>
void visit_pairs(const PairChunks& chunks, int filler, const Visit& visit) {
  for (const PairRun& run : chunks.runs)
    for (const ChunkList* list : {&run.inner, &run.outer, &run.inner_ghost, &run.outer_ghost})
      for (std::size_t k = 0; k < list->chunks * chunk_width; ++k) {
        const int j = list->partner.data()[k] / 4;
        if (j != filler) visit(list->atom.data()[k / chunk_width], j);
      }
}

}  // namespace

Overlap EamPotential::nearest_overlap(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid) const {
  const PassedAtoms passed = {on_host(atoms.place), on_host(atoms.mixed_place), precision_ == Precision::mixed, grid.mixed_step,
                              tables_.steepest_embedding};
  const auto id = on_host(atoms.id);
  const auto type = on_host(atoms.type);
  const auto least_first = [&](int i, int j, double distance) {
    if (id(j) < id(i)) std::swap(i, j);
    return Overlap{.id = {id(i), id(j)}, .type = {type(i), type(j)}, .distance_A = distance, .least_A = tables_.closest};
  };
  Overlap nearest;
  const auto visit = [&](int i, int j) {
    const double distance = passed.distance(i, j);
    // A hair more: single precision may have found it closer.
    const bool close = distance < tables_.closest * (1.0 + 1e-6);
    if ((!close && !passed.is_steep(i) && !passed.is_steep(j)) || distance > nearest.distance_A) return;
    const Overlap found = least_first(i, j, distance);
    if (comes_first(found, nearest)) nearest = found;
  };
  if (lists.kind == PairListKind::rows)
    visit_pairs(lists.rows, visit);
  else
    visit_pairs(lists.chunks, atoms.all(), visit);
  if (nearest.id[0] != 0) return nearest;

  // Where F is steep at the density of an atom by itself.
  for (int i = 0; i < atoms.local; ++i)
    if (passed.is_steep(i) && (nearest.id[0] == 0 || id(i) < nearest.id[0]))
      nearest = {.id = {id(i), 0}, .type = {type(i), 0}, .least_A = tables_.closest};
  require(nearest.id[0] != 0, "atoms too close for the potential, but none found");
  return nearest;
}

}  // namespace patina
