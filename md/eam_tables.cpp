// SPDX-License-Identifier: BSD-3-Clause
#include "md/eam_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/error.hpp"
#include "md/eam_cells.hpp"
#include "md/eam_units.hpp"

namespace patina {

namespace {

// The distance at which `used` cells end; the file's cutoff if that comes first or the last cell is in use,
// because then LAMMPS's value at the end of the table holds up to the cutoff.
double cutoff_of(int used, const RadialCells& cells, double file_cutoff) {
  return used == cells.count() ? file_cutoff : std::min(used * cells.step, file_cutoff);
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
  // Kernels name a row of 8 by the number it begins with.
  const double rows = static_cast<double>(types * types) * f.r_points;
  if (8.0 * rows > std::numeric_limits<int>::max() ||
      static_cast<double>(types) * f.rho_points > std::numeric_limits<int>::max())
    throw Error(ExitCode::bad_input, fmt::format("{}: {} types with {} samples need more than {} table rows",
                                                 f.file, types, f.r_points, std::numeric_limits<int>::max() / 8));
}

}  // namespace

EamTables make_eam_tables(const EamFunctions& functions) {
  check_sizes(functions);
  return make_eam_tables(functions, cells_of_file(functions));
}

EamTables make_eam_tables(const EamFunctions& functions, const RadialCells& cells) {
  check_sizes(functions);
  const int types = static_cast<int>(functions.species.size());
  EamTables tables;
  tables.types = types;
  tables.r_rows = cells.count() + 1;
  tables.rho_rows = functions.rho_points - 1;
  tables.inv_r_step = 1.0 / cells.step;
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
    const auto f = hermite_cells(functions.embedding[t]);
    for (int m = 0; m < tables.rho_rows; ++m)
      for (int k = 0; k < 4; ++k) embedding(t * tables.rho_rows + m, k) = f[m][k];
  }

  std::vector<int> density_cells(types * types), phi_cells(types * types);
  for (int s = 0; s < types; ++s)
    for (int t = 0; t < types; ++t) {
      const int st = s * types + t;
      const auto& rho = cells.density[st];
      const auto& phi = cells.r_phi[st];
      density_cells[st] = cells_in_use(rho);
      phi_cells[st] = cells_in_use(phi);
      tables.symmetric_density &= functions.density[s][t] == functions.density[t][s];
      for (int m = 0; m + 1 < tables.r_rows; ++m) {
        const int row = st * tables.r_rows + m;
        for (int k = 0; k < 4; ++k) density(row, k) = rho[m][k];
        for (int k = 0; k < 3; ++k) pair(row, k) = (k + 1) * rho[m][k + 1] / cells.step;
        for (int k = 0; k < 4; ++k) pair(row, 4 + k) = phi[m][k];
      }
    }
  for (int s = 0; s < types; ++s)
    for (int t = 0; t < types; ++t) {
      const int st = s * types + t;
      const int used = std::max(density_cells[st], density_cells[t * types + s]);
      // Pairs without density are looked at too where they would be too close.
      const double density_cutoff = std::max(cutoff_of(used, cells, functions.cutoff), std::min(nearest_in_use, functions.cutoff));
      const double pair_cutoff = std::max(density_cutoff, cutoff_of(phi_cells[st], cells, functions.cutoff));
      density_cutoff_sq(st) = density_cutoff * density_cutoff;
      pair_cutoff_sq(st) = pair_cutoff * pair_cutoff;
      tables.max_density_cutoff = std::max(tables.max_density_cutoff, density_cutoff);
      tables.max_cutoff = std::max(tables.max_cutoff, pair_cutoff);
    }

  const EamUnits units = choose_eam_units(functions);
  tables.density_bits = units.density_bits;
  tables.force_bits = units.force_bits;
  tables.energy_bits = units.energy_bits;
  tables.closest = units.closest;
  tables.steepest_embedding = units.steepest_embedding;
  tables.mixed_density_bits = units.mixed_density_bits;
  Kokkos::deep_copy(tables.density, density);
  Kokkos::deep_copy(tables.pair, pair);
  Kokkos::deep_copy(tables.embedding, embedding);
  Kokkos::deep_copy(tables.density_cutoff_sq, density_cutoff_sq);
  Kokkos::deep_copy(tables.pair_cutoff_sq, pair_cutoff_sq);
  return tables;
}

EamTables EamTables::in_mixed_units() const {
  EamTables mixed = *this;
  mixed.density_bits = mixed_density_bits;
  mixed.force_bits = mixed_force_bits;
  return mixed;
}

RadialTables<float> in_single(const RadialTables<double>& tables) {
  RadialTables<float> single;
  single.types = tables.types;
  single.r_rows = tables.r_rows;
  single.inv_r_step = static_cast<float>(tables.inv_r_step);
  single.inv_r_step_rest = static_cast<float>(tables.inv_r_step - single.inv_r_step);
  single.symmetric_density = tables.symmetric_density;
  single.density = Rows<float, 4>("eam_density_single", tables.density.extent(0));
  single.pair = Rows<float, 8>("eam_pair_single", tables.pair.extent(0));
  Kokkos::deep_copy(single.density, tables.density);
  Kokkos::deep_copy(single.pair, tables.pair);
  return single;
}

}  // namespace patina
