// SPDX-License-Identifier: BSD-3-Clause
// Cells for spatial sorting and the neighbour search: a regular grid in fractional coordinates over one
// rank's atoms and ghosts, x running fastest. Atoms beyond the grid belong to its outermost cells, which
// keeps every search right (the map is monotonic along each axis) and bounds the number of cells.
#pragma once

#include <cstdint>

#include "core/box.hpp"
#include "core/kokkos_compat.hpp"
#include "md/atoms.hpp"

namespace patina {

struct CellGrid {
  Vec3 origin;                           // of the box, Angstrom
  Mat3 inverse_edges;                    // of the box
  double lower[3] = {0.0, 0.0, 0.0};     // fractional
  double per_unit[3] = {1.0, 1.0, 1.0};  // cells per unit of fractional coordinate
  int count[3] = {1, 1, 1};

  int cells() const { return count[0] * count[1] * count[2]; }

  KOKKOS_INLINE_FUNCTION int along(int d, const Vec3& r) const {
    double s = 0.0;
    for (int k = 0; k < 3; ++k) s += (r[k] - origin[k]) * inverse_edges[k][d];
    const double x = (s - lower[d]) * per_unit[d];
    // Compared in double: atoms far outside would overflow an int.
    if (!(x > 0.0)) return 0;
    return x < count[d] - 1 ? static_cast<int>(x) : count[d] - 1;
  }
  KOKKOS_INLINE_FUNCTION int index(int cx, int cy, int cz) const {
    return (cz * count[1] + cy) * count[0] + cx;
  }
  KOKKOS_INLINE_FUNCTION int of(const Vec3& r) const { return index(along(0, r), along(1, r), along(2, r)); }
};

// Cells at least `thickness` (Angstrom) between opposite faces, over the fractional range [lower, upper);
// thicker ones where there would be more than `most_cells`.
CellGrid make_cell_grid(const Box& box, const double lower[3], const double upper[3], double thickness,
                        int most_cells);

// Members of each cell: member[begin(c)] .. member[begin(c + 1) - 1].
struct CellMembers {
  Array<int> begin;  // cells + 1
  Array<int> member;
};

// Points that are the first three numbers of rows, `stride` apart.
struct PointRows {
  const double* first = nullptr;
  int stride = 3;
  KOKKOS_INLINE_FUNCTION Vec3 operator()(int i) const {
    const double* row = first + static_cast<std::ptrdiff_t>(stride) * i;
    return {{row[0], row[1], row[2]}};
  }
};

// Sorts points 0..count-1 into cells; within a cell by `key` (unique within a cell).
CellMembers sort_into_cells(const PointRows& points, int count, const CellGrid& grid,
                            const Array<std::int64_t>& key);

}  // namespace patina
