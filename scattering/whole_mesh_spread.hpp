// SPDX-License-Identifier: BSD-3-Clause
// Spreads points onto a mesh that stands in memory as a whole, by Kokkos kernels: the same sum as mesh_spread.hpp.
//
// Values are added as whole numbers, so that the mesh has the same bits whichever point comes first. Their unit follows from the
// points: a cell gets something of at most `most` points, those whose windows begin in the w^3 cells before it, of which no cell
// holds more than a count tells; each adds at most 1, and 2^60 units hold that sum. At liquids' densities the unit is 2^-47 or
// less, at worst 2^-60 times the number of points.
#pragma once

#include <array>
#include <cstdint>

#include "core/types.hpp"
#include "scattering/mesh_layout.hpp"
#include "scattering/phase_sum.hpp"

namespace patina {

// For policies over the cells of a mesh, which may be more than an int counts.
using CellRange = Kokkos::RangePolicy<ExecSpace, Kokkos::IndexType<std::int64_t>>;

// The window's polynomials where kernels run.
struct SpreadWindow {
  Array<double> horner;  // [power * width + cell of the window], the highest power first
  int width = 0, degree = 0;
  int cells[3] = {1, 1, 1};  // of the mesh
};
SpreadWindow spread_window(const MeshLayout& layout);

// The sum over the points first..last-1 in every cell of `mesh`, [z][y][x], in units of the result, times the weights' own unit.
double spread_whole(const PhasePoints& points, int first, int last, double per_weight_unit, const SpreadWindow& window,
                    const Array<std::int64_t>& mesh);

}  // namespace patina
