// SPDX-License-Identifier: BSD-3-Clause
#include "md/cell_grid.hpp"

#include <algorithm>
#include <cmath>

namespace patina {

CellGrid make_cell_grid(const Box& box, const double lower[3], const double upper[3], double thickness,
                        int most_cells) {
  CellGrid grid;
  grid.origin = box.origin();
  grid.inverse_edges = box.inverse_edges();
  double along[3];
  for (int d = 0; d < 3; ++d) {
    grid.lower[d] = lower[d];
    along[d] = std::clamp(std::floor((upper[d] - lower[d]) * box.height(d) / thickness), 1.0, 1e6);
  }
  while (along[0] * along[1] * along[2] > most_cells) {
    double& longest = *std::max_element(along, along + 3);
    longest = std::floor(0.5 * longest);
  }
  for (int d = 0; d < 3; ++d) {
    grid.count[d] = static_cast<int>(along[d]);
    grid.per_unit[d] = upper[d] > lower[d] ? along[d] / (upper[d] - lower[d]) : 1.0;
  }
  return grid;
}

CellMembers sort_into_cells(const PointRows& points, int count, const CellGrid& grid,
                            const Array<std::int64_t>& key) {
  const int cells = grid.cells();
  const CellMembers members{
      Array<int>("cell_begin", cells + 1),
      Array<int>(Kokkos::view_alloc(std::string("cell_member"), Kokkos::WithoutInitializing), count)};
  const Array<int> begin = members.begin;
  const Array<int> member = members.member;
  const Array<int> cell(Kokkos::view_alloc(std::string("cell"), Kokkos::WithoutInitializing), count);
  const Array<int> cursor("cell_cursor", cells);

  // A single thread needs no atomic sums, which take it longer than all else here.
  const bool alone = Kokkos::DefaultExecutionSpace().concurrency() == 1;
  Kokkos::parallel_for(
      "count_cells", Range(0, count), KOKKOS_LAMBDA(int i) {
        const int c = grid.of(points(i));
        cell(i) = c;
        if (alone)
          ++cursor(c);
        else
          Kokkos::atomic_increment(&cursor(c));
      });
  Kokkos::parallel_scan(
      "cell_begin", Range(0, cells), KOKKOS_LAMBDA(int c, int& sum, bool last) {
        const int size = cursor(c);
        if (last) {
          begin(c) = sum;
          cursor(c) = sum;
          if (c == cells - 1) begin(cells) = sum + size;
        }
        sum += size;
      });
  Kokkos::parallel_for(
      "fill_cells", Range(0, count),
      KOKKOS_LAMBDA(int i) { member(alone ? cursor(cell(i))++ : Kokkos::atomic_fetch_add(&cursor(cell(i)), 1)) = i; });
  // Filled in any order by the threads; the keys settle it.
  Kokkos::parallel_for(
      "order_cells", Range(0, cells), KOKKOS_LAMBDA(int c) {
        for (int k = begin(c) + 1; k < begin(c + 1); ++k) {
          const int moving = member(k);
          int place = k;
          for (; place > begin(c) && key(member(place - 1)) > key(moving); --place)
            member(place) = member(place - 1);
          member(place) = moving;
        }
      });
  return members;
}

}  // namespace patina
