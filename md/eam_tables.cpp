// SPDX-License-Identifier: BSD-3-Clause
// Five-point slopes and cubic Hermite cells as LAMMPS's PairEAM::interpolate(); h = grid step, in units of a
// cell:
//   s_0 = f_1 - f_0,  s_1 = (f_2 - f_0)/2,  s_k = (f_{k-2} - f_{k+2} + 8 (f_{k+1} - f_{k-1}))/12,  alike at
//   the end c0 = f_k,  c1 = s_k,  c2 = 3 (f_{k+1} - f_k) - 2 s_k - s_{k+1},  c3 = s_k + s_{k+1} - 2 (f_{k+1}
//   - f_k)
#include "md/eam_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace patina {

namespace {

using Cubic = std::array<double, 4>;

// One cell fewer than samples.
std::vector<Cubic> hermite_cells(const std::vector<double>& f) {
  const std::size_t n = f.size();
  std::vector<double> s(n);
  s[0] = f[1] - f[0];
  s[1] = 0.5 * (f[2] - f[0]);
  s[n - 2] = 0.5 * (f[n - 1] - f[n - 3]);
  s[n - 1] = f[n - 1] - f[n - 2];
  for (std::size_t k = 2; k + 2 < n; ++k) s[k] = ((f[k - 2] - f[k + 2]) + 8.0 * (f[k + 1] - f[k - 1])) / 12.0;
  std::vector<Cubic> cells(n - 1);
  for (std::size_t k = 0; k + 1 < n; ++k) {
    const double rise = f[k + 1] - f[k];
    cells[k] = {f[k], s[k], 3.0 * rise - 2.0 * s[k] - s[k + 1], s[k] + s[k + 1] - 2.0 * rise};
  }
  return cells;
}

// Cells from 0 up to the last one that is not zero throughout.
int cells_in_use(const std::vector<Cubic>& cells) {
  int used = static_cast<int>(cells.size());
  while (used > 0 && cells[used - 1] == Cubic{}) --used;
  return used;
}

// The distance at which `used` cells end; the file's cutoff if that comes first or the last cell is in use,
// because then LAMMPS's value at the end of the table holds up to the cutoff.
double cutoff_of(int used, const EamFunctions& functions) {
  const bool to_the_end = used == functions.r_points - 1;
  return to_the_end ? functions.cutoff : std::min(used * functions.r_step, functions.cutoff);
}

void check_sizes(const EamFunctions& f) {
  const std::size_t types = f.species.size();
  bool good = types > 0 && f.rho_points >= 5 && f.r_points >= 5 && f.embedding.size() == types &&
              f.density.size() == types && f.r_phi.size() == types;
  for (std::size_t s = 0; good && s < types; ++s) {
    good = f.embedding[s].size() == static_cast<std::size_t>(f.rho_points) && f.density[s].size() == types &&
           f.r_phi[s].size() == types;
    for (std::size_t t = 0; good && t < types; ++t)
      good = f.density[s][t].size() == static_cast<std::size_t>(f.r_points) &&
             f.r_phi[s][t].size() == static_cast<std::size_t>(f.r_points);
  }
  require(good, "make_eam_tables: tables of unequal length");
  const double rows = static_cast<double>(types * types) * f.r_points;
  if (rows > std::numeric_limits<int>::max() ||
      static_cast<double>(types) * f.rho_points > std::numeric_limits<int>::max())
    throw Error(ExitCode::bad_input, fmt::format("{}: {} types with {} samples need more than {} table rows",
                                                 f.file, types, f.r_points, std::numeric_limits<int>::max()));
}

// Largest |f| and |f'| of a cell at its ends; f' per grid step.
struct CellBound {
  double value = 0.0, slope = 0.0;
};
CellBound bound_of(const double* c) {
  const double end = c[0] + c[1] + c[2] + c[3];
  const double end_slope = c[1] + 2.0 * c[2] + 3.0 * c[3];
  return {std::max(std::abs(c[0]), std::abs(end)), std::max(std::abs(c[1]), std::abs(end_slope))};
}

// Of pairs at the distances of cell m.
struct PairBound {
  double force = 0.0, energy = 0.0;
};

// Settles `closest` and the units of the sums. Every bound leaves room for 2^5 pairs at their worst.
class SumRange {
 public:
  SumRange(EamTables& tables, const HostRows<double, 4>& density, const HostRows<double, 8>& pair,
           const HostRows<double, 4>& embedding)
      : tables_(tables), pair_(pair), r_step_(1.0 / tables.inv_r_step) {
    for (int row = 0; row < tables.types * tables.rho_rows; ++row)
      largest_slope_ =
          std::max(largest_slope_, bound_of(&embedding(row, 0)).slope * tables.inv_rho_step);
    // Nearer than 1 A no metal holds; farther than that every pair must count as it stands.
    constexpr double nearest_in_use = 1.0;
    int m = tables.r_rows - 2;
    double force = 0.0, energy = 0.0;
    for (; m >= 1; --m) {
      const PairBound bound = bound_at(m);
      const bool in_use = m * r_step_ >= nearest_in_use;
      if (!in_use && (std::max(force, bound.force) > 1 << 14 || std::max(energy, bound.energy) > 1 << 12)) break;
      force = std::max(force, bound.force);
      energy = std::max(energy, bound.energy);
    }
    tables.closest = (m + 1) * r_step_;
    tables.force_bits = std::min(44, 58 - exponent(force));
    tables.energy_bits = std::min(44, 56 - exponent(energy));
    // Densities have no unit of their own; some files let them rise to 1e12 between atoms that never meet.
    double largest_density = 0.0;
    for (int st = 0; st < tables.types * tables.types; ++st)
      for (int row = m + 1; row < tables.r_rows; ++row)
        largest_density = std::max(largest_density, bound_of(&density(st * tables.r_rows + row, 0)).value);
    tables.density_bits = std::clamp(56 - exponent(largest_density), 0, 60);
  }

 private:
  static int exponent(double x) {
    int e = 0;
    if (x > 0.0) std::frexp(x, &e);
    return e;
  }
  PairBound bound_at(int m) const {
    PairBound largest;
    const double r = m * r_step_;
    for (int st = 0; st < tables_.types * tables_.types; ++st) {
      const double* row = &pair_(st * tables_.r_rows + m, 0);
      const CellBound r_phi = bound_of(row + 4);
      const double rho_slope = std::max(std::abs(row[0]), std::abs(row[0] + row[1] + row[2]));
      const double phi = r_phi.value / r;
      largest.energy = std::max(largest.energy, phi);
      largest.force = std::max(largest.force, 2.0 * largest_slope_ * rho_slope + (r_phi.slope / r_step_ + phi) / r);
    }
    return largest;
  }

  EamTables& tables_;
  HostRows<double, 8> pair_;
  double r_step_;
  double largest_slope_ = 0.0;
};

}  // namespace

EamTables make_eam_tables(const EamFunctions& functions) {
  check_sizes(functions);
  const int types = static_cast<int>(functions.species.size());
  EamTables tables;
  tables.types = types;
  tables.r_rows = functions.r_points;
  tables.rho_rows = functions.rho_points - 1;
  tables.inv_r_step = 1.0 / functions.r_step;
  tables.inv_rho_step = 1.0 / functions.rho_step;
  tables.rho_max = functions.rho_max;
  tables.symmetric_density = true;

  // Views start as zeros: the last row of each radial table stays so.
  tables.density = Rows<double, 4>("eam_density_table", types * types * tables.r_rows);
  tables.pair = Rows<double, 8>("eam_pair_table", types * types * tables.r_rows);
  tables.embedding = Rows<double, 4>("eam_embedding_table", types * tables.rho_rows);
  tables.density_cutoff_sq = Array<double>("eam_density_cutoff_sq", types * types);
  tables.pair_cutoff_sq = Array<double>("eam_pair_cutoff_sq", types * types);
  const auto density = Kokkos::create_mirror_view(tables.density);
  const auto pair = Kokkos::create_mirror_view(tables.pair);
  const auto embedding = Kokkos::create_mirror_view(tables.embedding);
  const auto density_cutoff_sq = Kokkos::create_mirror_view(tables.density_cutoff_sq);
  const auto pair_cutoff_sq = Kokkos::create_mirror_view(tables.pair_cutoff_sq);

  for (int t = 0; t < types; ++t) {
    const auto cells = hermite_cells(functions.embedding[t]);
    for (int m = 0; m < tables.rho_rows; ++m)
      for (int k = 0; k < 4; ++k) embedding(t * tables.rho_rows + m, k) = cells[m][k];
  }

  std::vector<int> density_cells(types * types), phi_cells(types * types);
  for (int s = 0; s < types; ++s)
    for (int t = 0; t < types; ++t) {
      const int st = s * types + t;
      const auto rho = hermite_cells(functions.density[s][t]);
      const auto phi = hermite_cells(functions.r_phi[s][t]);
      density_cells[st] = cells_in_use(rho);
      phi_cells[st] = cells_in_use(phi);
      tables.symmetric_density &= functions.density[s][t] == functions.density[t][s];
      for (int m = 0; m + 1 < tables.r_rows; ++m) {
        const int row = st * tables.r_rows + m;
        for (int k = 0; k < 4; ++k) density(row, k) = rho[m][k];
        for (int k = 0; k < 3; ++k) pair(row, k) = (k + 1) * rho[m][k + 1] / functions.r_step;
        for (int k = 0; k < 4; ++k) pair(row, 4 + k) = phi[m][k];
      }
    }
  for (int s = 0; s < types; ++s)
    for (int t = 0; t < types; ++t) {
      const int st = s * types + t;
      const int used = std::max(density_cells[st], density_cells[t * types + s]);
      const double density_cutoff = cutoff_of(used, functions);
      const double pair_cutoff = std::max(density_cutoff, cutoff_of(phi_cells[st], functions));
      density_cutoff_sq(st) = density_cutoff * density_cutoff;
      pair_cutoff_sq(st) = pair_cutoff * pair_cutoff;
      tables.max_density_cutoff = std::max(tables.max_density_cutoff, density_cutoff);
      tables.max_cutoff = std::max(tables.max_cutoff, pair_cutoff);
    }

  SumRange(tables, density, pair, embedding);
  Kokkos::deep_copy(tables.density, density);
  Kokkos::deep_copy(tables.pair, pair);
  Kokkos::deep_copy(tables.embedding, embedding);
  Kokkos::deep_copy(tables.density_cutoff_sq, density_cutoff_sq);
  Kokkos::deep_copy(tables.pair_cutoff_sq, pair_cutoff_sq);
  return tables;
}

}  // namespace patina
