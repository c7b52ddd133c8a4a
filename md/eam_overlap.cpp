// SPDX-License-Identifier: BSD-3-Clause
// Which atoms stand too close, or in a density where F' was cut. The passes only tell that some do; here, once they have, all
// pairs are gone through once more, on the host.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/error.hpp"
#include "md/eam.hpp"

namespace patina {

namespace {

template <class View>
auto on_host(const View& view) {
  return Kokkos::create_mirror_view_and_copy(HostSpace{}, view);
}

// Where the atoms are, as the passes read them.
struct PassedAtoms {
  HostRows<double, 4> place;
  HostRows<std::uint32_t, 4> mixed_place;
  bool mixed;
  double mixed_step;

  double along(int i, int j, int d) const {
    return mixed ? static_cast<std::int32_t>(mixed_place(i, d) - mixed_place(j, d)) : place(i, d) - place(j, d);
  }
  double distance(int i, int j) const {
    double r_sq = 0.0;
    for (int d = 0; d < 3; ++d) r_sq += along(i, j, d) * along(i, j, d);
    return std::sqrt(r_sq) * (mixed ? mixed_step : 1.0);
  }
  // As the passes find it, to the last bit.
  double passed_distance_sq(int i, int j) const {
    const auto square = [&](auto x, auto y, auto z) { return std::fma(x, x, std::fma(y, y, z * z)); };
    const double x = along(i, j, 0), y = along(i, j, 1), z = along(i, j, 2);
    if (!mixed) return square(x, y, z);
    return square(static_cast<float>(x), static_cast<float>(y), static_cast<float>(z)) * static_cast<float>(mixed_step * mixed_step);
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

template <class Visit>
void visit_pairs(const PairLists& lists, int filler, const Visit& visit) {
  if (lists.kind == PairListKind::rows)
    visit_pairs(lists.rows, visit);
  else
    visit_pairs(lists.chunks, filler, visit);
}

// What the embedding table has at the density of each local atom, not cut.
Array<double> embedding_slopes(const Atoms& atoms, const EamTables& tables, const Array<std::int64_t>& density) {
  const Array<double> slope("embedding_slopes", atoms.local);
  const auto type = atoms.type;
  const double unit = std::ldexp(1.0, -tables.density_bits);
  Kokkos::parallel_for(
      "embedding_slopes", Range(0, atoms.local),
      KOKKOS_LAMBDA(int i) { slope(i) = tables.embed(type(i), static_cast<double>(density(i)) * unit).slope; });
  return slope;
}

}  // namespace

Overlap EamPotential::find_overlap(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid) const {
  const PassedAtoms passed = {on_host(atoms.place), on_host(atoms.mixed_place), precision_ == Precision::mixed, grid.mixed_step};
  const auto id = on_host(atoms.id);
  const auto type = on_host(atoms.type);
  const auto pair = [&](int i, int j) {
    return Overlap{.id = {id(i), id(j)}, .type = {type(i), type(j)}, .distance_A = passed.distance(i, j), .least_A = tables_.closest};
  };
  Overlap nearest;
  visit_pairs(lists, atoms.all(), [&](int i, int j) {
    if (!(passed.passed_distance_sq(i, j) < tables_.closest * tables_.closest)) return;
    const Overlap found = id(j) < id(i) ? pair(j, i) : pair(i, j);
    if (nearest.id[0] == 0 || comes_first(found, nearest)) nearest = found;
  });
  if (nearest.id[0] != 0) return nearest;

  const auto slope = on_host(embedding_slopes(atoms, tables_, density_sum_));
  const auto density = on_host(density_sum_);
  int steepest = -1;
  Overlap worst;
  for (int i = 0; i < atoms.local; ++i) {
    if (!(std::abs(slope(i)) > tables_.steepest_embedding)) continue;
    const Overlap found = {.cause = OverlapCause::density,
                           .id = {id(i), 0},
                           .type = {type(i), 0},
                           .density = std::ldexp(static_cast<double>(density(i)), -tables_.density_bits),
                           .slope = slope(i),
                           .steepest = tables_.steepest_embedding};
    if (steepest >= 0 && !comes_first(found, worst)) continue;
    steepest = i;
    worst = found;
  }
  require(steepest >= 0, "atoms too close for the potential, but none found");

  // Lists reach beyond the cutoffs by a skin; those that add to its density do not.
  const auto original = on_host(atoms.original);
  const auto cutoff_sq = on_host(tables_.density_cutoff_sq);
  const auto consider = [&](int neighbour, double distance) {
    if (!(distance * distance < cutoff_sq(type(neighbour) * tables_.types + worst.type[0]))) return;
    if (std::tuple(distance, id(neighbour)) >= std::tuple(worst.distance_A, worst.id[1])) return;
    worst.id[1] = id(neighbour);
    worst.type[1] = type(neighbour);
    worst.distance_A = distance;
  };
  visit_pairs(lists, atoms.all(), [&](int i, int j) {
    if (i == steepest) consider(j, passed.distance(i, j));
    if (original(j) == steepest) consider(i, passed.distance(i, j));
  });
  return worst;
}

}  // namespace patina
