// SPDX-License-Identifier: BSD-3-Clause
// Spreads points onto a mesh that stands in memory as a whole, by Kokkos kernels: the same sum as mesh_spread.hpp.
//
// Values are added as whole numbers, so that the mesh has the same bits whichever point comes first. Their unit follows from the
// points. A cell gets something, each time at most 1, from the points whose windows begin in the w^3 cells before it, of which none
// holds more than a count tells; nor can it get more than once from every point, or, where windows go around a short axis, as many
// times as they do. 2^60 units hold that sum. At liquids' densities the unit is 2^-44 or less.
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
