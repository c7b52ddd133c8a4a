// SPDX-License-Identifier: BSD-3-Clause
// Five-point slopes and cubic Hermite cells as LAMMPS's PairEAM::interpolate(), in units of a grid step:
//   s_0 = f_1 - f_0,  s_1 = (f_2 - f_0)/2,  s_k = (f_{k-2} - f_{k+2} + 8 (f_{k+1} - f_{k-1}))/12,  alike at the end
//   c0 = f_k,  c1 = s_k,  c2 = 3 (f_{k+1} - f_k) - 2 s_k - s_{k+1},  c3 = s_k + s_{k+1} - 2 (f_{k+1} - f_k)
#include "md/eam_cells.hpp"

#include <algorithm>

namespace patina {

EamCell hermite_cell(double value, double slope, double next_value, double next_slope) {
  const double rise = next_value - value;
  return {value, slope, 3.0 * rise - 2.0 * slope - next_slope, slope + next_slope - 2.0 * rise};
}

std::vector<EamCell> hermite_cells(const std::vector<double>& f) {
  const std::size_t n = f.size();
  std::vector<double> s(n);
  s[0] = f[1] - f[0];
  s[1] = 0.5 * (f[2] - f[0]);
  s[n - 2] = 0.5 * (f[n - 1] - f[n - 3]);
  s[n - 1] = f[n - 1] - f[n - 2];
  for (std::size_t k = 2; k + 2 < n; ++k) s[k] = ((f[k - 2] - f[k + 2]) + 8.0 * (f[k + 1] - f[k - 1])) / 12.0;
  std::vector<EamCell> cells(n - 1);
  for (std::size_t k = 0; k + 1 < n; ++k) cells[k] = hermite_cell(f[k], s[k], f[k + 1], s[k + 1]);
  return cells;
}

int cells_in_use(const std::vector<EamCell>& cells) {
  int used = static_cast<int>(cells.size());
  while (used > 0 && cells[static_cast<std::size_t>(used - 1)] == EamCell{}) --used;
  return used;
}

RadialCells cells_of_file(const EamFunctions& functions) {
  RadialCells cells;
  cells.step = functions.r_step;
  for (std::size_t s = 0; s < functions.species.size(); ++s)
    for (std::size_t t = 0; t < functions.species.size(); ++t) {
      cells.density.push_back(hermite_cells(functions.density[s][t]));
      cells.r_phi.push_back(hermite_cells(functions.r_phi[s][t]));
    }
  return cells;
}

ValueSlope interpolate(const std::vector<EamCell>& cells, double step, double r) {
  const double x = r / step;
  const std::size_t m = std::min(static_cast<std::size_t>(x), cells.size() - 1);
  const double p = std::min(x - static_cast<double>(m), 1.0);
  const EamCell& c = cells[m];
  return {((c[3] * p + c[2]) * p + c[1]) * p + c[0], ((3.0 * c[3] * p + 2.0 * c[2]) * p + c[1]) / step};
}

}  // namespace patina
