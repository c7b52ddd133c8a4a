// SPDX-License-Identifier: BSD-3-Clause
// The cubics of tabulated functions, cell by cell, on the host: what kernel tables are made from.
#pragma once

#include <array>
#include <vector>

#include "md/eam_tables.hpp"

namespace patina {

// Coefficients of the cubic on a grid cell, c0 + c1 p + c2 p^2 + c3 p^3, p in [0, 1].
using EamCell = std::array<double, 4>;

// LAMMPS's interpolation of samples. Cells are one fewer than samples.
std::vector<EamCell> hermite_cells(const std::vector<double>& samples);

// The cubic between two points with given values and slopes (per cell).
EamCell hermite_cell(double value, double slope, double next_value, double next_slope);

// Cells from 0 up to the last one that is not zero throughout.
int cells_in_use(const std::vector<EamCell>& cells);

// All radial functions of a potential on one grid: cell m covers r in [m, m + 1) step. Beyond the last cell its end holds.
struct RadialCells {
  double step = 0.0;                                 // Angstrom
  std::vector<std::vector<EamCell>> density, r_phi;  // [s * types + t][m], as in EamFunctions

  int count() const { return static_cast<int>(density.front().size()); }
};

// On the file's own grid, as LAMMPS has them.
RadialCells cells_of_file(const EamFunctions& functions);

// Value and slope (per Angstrom) at a distance.
ValueSlope interpolate(const std::vector<EamCell>& cells, double step, double r);

}  // namespace patina
