// SPDX-License-Identifier: BSD-3-Clause
#include "md/neighbor_list.hpp"

#include <algorithm>

#include "md/potential.hpp"

namespace patina {

namespace {

// Copies of all atoms in the order of the cells: neighbours along x lie one behind the other.
struct CellOrdered {
  CellGrid grid;
  Array<int> begin;  // cells + 1
  Array<double> x, y, z;
  Array<int> type;
  Array<int> atom;
  Array<double> inner_sq, outer_sq;  // [s * types + t], (cutoff + skin)^2
  int types = 0;
};

Array<double> squared_radii(const std::vector<double>& cutoffs, double skin) {
  const Array<double> squares("list_radii_sq", cutoffs.size());
  const auto host = Kokkos::create_mirror_view(HostSpace{}, squares);
  // No interaction at all (a zero cutoff) needs no skin either.
  for (std::size_t k = 0; k < cutoffs.size(); ++k)
    host(k) = cutoffs[k] > 0.0 ? (cutoffs[k] + skin) * (cutoffs[k] + skin) : 0.0;
  Kokkos::deep_copy(squares, host);
  return squares;
}

CellOrdered order_by_cell(const Atoms& atoms, const CellGrid& cells) {
  const int count = atoms.all();
  const Array<std::int64_t> key(Kokkos::view_alloc(std::string("cell_key"), Kokkos::WithoutInitializing),
                                count);
  Kokkos::parallel_for(
      "cell_key", Range(0, count), KOKKOS_LAMBDA(int i) { key(i) = i; });
  const CellMembers members = sort_into_cells({atoms.place.data(), 4}, count, cells, key);

  CellOrdered ordered;
  ordered.grid = cells;
  ordered.begin = members.begin;
  ordered.atom = members.member;
  ordered.x = Array<double>(Kokkos::view_alloc(std::string("cell_x"), Kokkos::WithoutInitializing), count);
  ordered.y = Array<double>(Kokkos::view_alloc(std::string("cell_y"), Kokkos::WithoutInitializing), count);
  ordered.z = Array<double>(Kokkos::view_alloc(std::string("cell_z"), Kokkos::WithoutInitializing), count);
  ordered.type = Array<int>(Kokkos::view_alloc(std::string("cell_type"), Kokkos::WithoutInitializing), count);
  const auto target = ordered;
  const auto position = atoms.place;
  const auto type = atoms.type;
  Kokkos::parallel_for(
      "fill_cell_order", Range(0, count), KOKKOS_LAMBDA(int k) {
        const int i = target.atom(k);
        target.x(k) = position(i, 0);
        target.y(k) = position(i, 1);
        target.z(k) = position(i, 2);
        target.type(k) = type(i);
      });
  return ordered;
}

// Runs visit(first, last) over the stretches of the cell order that may hold partners of an atom at r: cells
// are no thinner than half the search radius, so two of them on each side.
template <class Visit>
KOKKOS_INLINE_FUNCTION void for_each_row(const CellGrid& grid, const Array<int>& begin, const Vec3& r,
                                         const Visit& visit) {
  int low[3], high[3];
  for (int d = 0; d < 3; ++d) {
    const int c = grid.along(d, r);
    low[d] = c > 2 ? c - 2 : 0;
    high[d] = c + 2 < grid.count[d] ? c + 2 : grid.count[d] - 1;
  }
  for (int cz = low[2]; cz <= high[2]; ++cz)
    for (int cy = low[1]; cy <= high[1]; ++cy)
      visit(begin(grid.index(low[0], cy, cz)), begin(grid.index(high[0], cy, cz) + 1));
}

void count_partners(const Atoms& atoms, const CellOrdered& order, const NeighborList& list) {
  const auto position = atoms.place;
  const auto type = atoms.type;
  const auto count = list.count;
  const auto inner_count = list.inner_count;
  Kokkos::parallel_for(
      "count_partners", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
        const Vec3 r = {{position(i, 0), position(i, 1), position(i, 2)}};
        const double* inner_sq = &order.inner_sq(type(i) * order.types);
        const double* outer_sq = &order.outer_sq(type(i) * order.types);
        const double *x = order.x.data(), *y = order.y.data(), *z = order.z.data();
        const int *partner_type = order.type.data(), *atom = order.atom.data();
        int found = 0, found_inner = 0;
        for_each_row(order.grid, order.begin, r, [&](int first, int last) {
          for (int k = first; k < last; ++k) {
            const double dx = x[k] - r[0], dy = y[k] - r[1], dz = z[k] - r[2];
            const double r_sq = dx * dx + dy * dy + dz * dz;
            const int t = partner_type[k];
            found += (atom[k] != i) & (r_sq < outer_sq[t]);
            found_inner += (atom[k] != i) & (r_sq < inner_sq[t]);
          }
        });
        count(i) = found;
        inner_count(i) = found_inner;
      });
}

// Places the tiles one behind the other, each as long as its longest row. Returns the end of the last.
std::size_t place_tiles(const NeighborList& list) {
  constexpr int width = NeighborList::tile_width;
  const int local = list.local, tiles = (local + width - 1) / width;
  const auto count = list.count;
  const auto tile_begin = list.tile_begin;
  std::size_t end = 0;
  Kokkos::parallel_scan(
      "place_tiles", Range(0, tiles + 1),
      KOKKOS_LAMBDA(int tile, std::size_t& sum, bool last) {
        if (last) tile_begin(tile) = sum;
        int longest = 0;
        for (int i = width * tile; i < width * (tile + 1) && i < local; ++i) longest = count(i) > longest ? count(i) : longest;
        sum += static_cast<std::size_t>(width) * longest;
      },
      end);
  return end;
}

void fill_rows(const Atoms& atoms, const CellOrdered& order, const NeighborList& list) {
  constexpr std::size_t width = NeighborList::tile_width;
  const auto position = atoms.place;
  const auto type = atoms.type;
  Kokkos::parallel_for(
      "fill_rows", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
        const Vec3 r = {{position(i, 0), position(i, 1), position(i, 2)}};
        const double* inner_sq = &order.inner_sq(type(i) * order.types);
        const double* outer_sq = &order.outer_sq(type(i) * order.types);
        std::size_t next_inner = list.tile_begin(i / static_cast<int>(width)) + i % width;
        std::size_t next_outer = next_inner + width * list.inner_count(i);
        for_each_row(order.grid, order.begin, r, [&](int first, int last) {
          for (int k = first; k < last; ++k) {
            const double dx = order.x(k) - r[0], dy = order.y(k) - r[1], dz = order.z(k) - r[2];
            const double r_sq = dx * dx + dy * dy + dz * dz;
            const int t = order.type(k);
            if (order.atom(k) == i || r_sq >= outer_sq[t]) continue;
            std::size_t& next = r_sq < inner_sq[t] ? next_inner : next_outer;
            list.partner(next) = order.atom(k);
            next += width;
          }
        });
      });
}

}  // namespace

NeighborList build_neighbor_list(const Atoms& atoms, const CellGrid& cells, const PairCutoffs& cutoffs,
                                 double skin) {
  CellOrdered order = order_by_cell(atoms, cells);
  order.types = cutoffs.types;
  order.inner_sq = squared_radii(cutoffs.inner, skin);
  order.outer_sq = squared_radii(cutoffs.outer, skin);

  NeighborList list;
  list.local = atoms.local;
  list.count = Array<int>("partners", atoms.local);
  list.inner_count = Array<int>("inner_partners", atoms.local);
  list.tile_begin = Array<std::size_t>("tile_begin", (atoms.local + NeighborList::tile_width - 1) / NeighborList::tile_width + 1);
  count_partners(atoms, order, list);
  list.partner = Array<int>(Kokkos::view_alloc(std::string("partner"), Kokkos::WithoutInitializing), place_tiles(list));
  fill_rows(atoms, order, list);
  const auto count = list.count;
  Kokkos::parallel_reduce(
      "list_entries", Range(0, list.local), KOKKOS_LAMBDA(int i, std::size_t& sum) { sum += count(i); }, list.entries);
  return list;
}

}  // namespace patina
