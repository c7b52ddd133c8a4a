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

// Counts the pairs of each row: all of them into begin(i), the inner ones into inner(i).
void count_pairs(const Atoms& atoms, const CellOrdered& order, const Array<std::size_t>& all,
                 const Array<std::size_t>& inner) {
  const auto position = atoms.place;
  const auto type = atoms.type;
  Kokkos::parallel_for(
      "count_pairs", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
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
            // Of local pairs the later atom is the partner; ghosts come after all local atoms.
            found += (atom[k] > i) & (r_sq < outer_sq[t]);
            found_inner += (atom[k] > i) & (r_sq < inner_sq[t]);
          }
        });
        all(i) = static_cast<std::size_t>(found);
        inner(i) = static_cast<std::size_t>(found_inner);
      });
}

void fill_pairs(const Atoms& atoms, const CellOrdered& order, const NeighborList& list) {
  const auto position = atoms.place;
  const auto type = atoms.type;
  const auto begin = list.begin;
  const auto inner_end = list.inner_end;
  const auto partner = list.partner;
  Kokkos::parallel_for(
      "fill_pairs", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
        const Vec3 r = {{position(i, 0), position(i, 1), position(i, 2)}};
        const double* inner_sq = &order.inner_sq(type(i) * order.types);
        const double* outer_sq = &order.outer_sq(type(i) * order.types);
        std::size_t next_inner = begin(i), next_outer = inner_end(i);
        for_each_row(order.grid, order.begin, r, [&](int first, int last) {
          for (int k = first; k < last; ++k) {
            const double dx = order.x(k) - r[0], dy = order.y(k) - r[1], dz = order.z(k) - r[2];
            const double r_sq = dx * dx + dy * dy + dz * dz;
            const int t = order.type(k);
            if (order.atom(k) <= i || r_sq >= outer_sq[t]) continue;
            partner(r_sq < inner_sq[t] ? next_inner++ : next_outer++) = order.atom(k);
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
  list.begin = Array<std::size_t>("pair_begin", atoms.local + 1);
  list.inner_end = Array<std::size_t>("pair_inner_end", atoms.local);
  count_pairs(atoms, order, list.begin, list.inner_end);
  const auto begin = list.begin;
  const auto inner_end = list.inner_end;
  const int local = atoms.local;
  Kokkos::parallel_scan(
      "pair_begin", Range(0, local + 1),
      KOKKOS_LAMBDA(int i, std::size_t& sum, bool last) {
        const std::size_t count = i < local ? begin(i) : 0;
        if (last) {
          begin(i) = sum;
          if (i < local) inner_end(i) += sum;
        }
        sum += count;
      },
      list.pairs);
  list.partner =
      Array<int>(Kokkos::view_alloc(std::string("pair_partner"), Kokkos::WithoutInitializing), list.pairs);
  fill_pairs(atoms, order, list);
  return list;
}

}  // namespace patina
