// SPDX-License-Identifier: BSD-3-Clause
// Embedded-atom tables, ready for the kernels. One set for funcfl, eam/alloy and eam/fs:
//   E = sum_i F_t(i)(rho_i) + 1/2 sum_{i != j} phi_{t(i)t(j)}(r_ij),   rho_i = sum_j rho_{t(j),t(i)}(r_ij)
// rho_{s,t}: density that an atom of type s contributes at a site of type t (Finnis-Sinclair; for alloy and
// funcfl it does not depend on t). Interpolation is LAMMPS's: five-point slopes, cubic Hermite on the file's
// own grid (pair_eam.cpp: interpolate(), array2spline()), F extrapolated linearly beyond rho_max.
// [Daw & Baskes, PRB 29, 6443 (1984); Finnis & Sinclair, Phil. Mag. A 50, 45 (1984)]
#pragma once

#include <string>
#include <vector>

#include "core/kokkos_compat.hpp"
#include "core/types.hpp"

namespace patina {

// Tables on the host exactly as a file gives them, for the species asked for, in the order asked for.
struct EamFunctions {
  std::vector<std::string> species;
  std::vector<int> atomic_number;
  std::vector<double> mass_amu;
  int rho_points = 0;
  double rho_step = 0.0;
  double rho_max = 0.0;  // F is extrapolated linearly beyond. setfl: (rho_points - 1) rho_step
  int r_points = 0;
  double r_step = 0.0;  // Angstrom; sample k of a radial function stands at r = k r_step
  double cutoff = 0.0;  // Angstrom, as the file states
  std::vector<std::vector<double>> embedding;             // [t][k] eV
  std::vector<std::vector<std::vector<double>>> density;  // [s][t][k]: from s at a site of t
  std::vector<std::vector<std::vector<double>>> r_phi;    // [s][t][k] r phi_st(r), eV A; symmetric
  std::string file;                                       // path as opened
  std::string sha256;                                     // of the file's bytes, lower-case hex
};

// A grid cell and the place in it.
template <class Number>
struct TablePoint {
  int row = 0;
  Number p = 0;  // fraction of the cell
};

// A value of a tabulated function and its derivative.
struct ValueSlope {
  double value = 0.0;
  double slope = 0.0;
};

// What the force between an atom of type s and one of type t at distance r needs.
template <class Number>
struct PairTerms {
  Number energy = 0;            // phi_st, eV
  Number energy_slope = 0;      // phi'_st, eV/A
  Number density_slope_st = 0;  // d rho_st / dr: of what s contributes at t
  Number density_slope_ts = 0;
};

// Cubic coefficients in the fraction p of a grid cell, p in [0, 1]; the row of cell m (r in [m, m+1) r_step):
//   value = ((c3 p + c2) p + c1) p + c0,   slope = ((3 c3 p + 2 c2) p + c1) / step
// Rows are 4 wide for density and embedding, (c0 c1 c2 c3). A pair row of 8 holds what the force pass needs:
//   (d0 d1 d2 0 | z0 z1 z2 z3): rho'_st(r) = (d2 p + d1) p + d0 and r phi(r) = ((z3 p + z2) p + z1) p + z0.
// The N samples of a function make N - 1 cells. Beyond the last sample LAMMPS stays at p = 1 of the last
// cell, and so do at_distance() and embed(): many files, Mendelev's among them, end one step before their
// cutoff at values other than zero. Each radial table ends in one row of zeros, r_rows - 1, which no distance
// reaches: where lanes without a neighbour can point.
// Number: double, or float for the pair terms of mixed precision.
template <class Number>
struct RadialTables {
  int types = 0;
  int r_rows = 0;  // cells and the zero row
  Number inv_r_step = 0;
  Number inv_r_step_rest = 0;  // what rounding to Number left out
  Rows<Number, 4> density;         // row (s * types + t) * r_rows + m: density of s at a site of t
  Rows<Number, 8> pair;            // row (s * types + t) * r_rows + m: rho'_st and r phi_st
  bool symmetric_density = false;  // rho_st == rho_ts bit for bit, for all s and t

  // Of r < max_cutoff, and of more.
  KOKKOS_INLINE_FUNCTION TablePoint<Number> at_distance(Number r) const {
    const Number x = kokkos_compat::fma(r, inv_r_step, r * inv_r_step_rest);
    const int cell = static_cast<int>(x);
    const int row = cell < r_rows - 2 ? cell : r_rows - 2;
    const Number p = x - static_cast<Number>(row);
    return {row, p < 1 ? p : 1};
  }

  // Density that an atom of type s contributes at a site of type t.
  KOKKOS_INLINE_FUNCTION Number density_at(int s, int t, const TablePoint<Number>& at) const {
    using kokkos_compat::fma;
    const Number* c = &density(table_row(s, t) + at.row, 0);
    return fma(fma(fma(c[3], at.p, c[2]), at.p, c[1]), at.p, c[0]);
  }

  // Operation by operation as the vector kernels do it (md/chunk_kernels.cpp), for the same bits.
  KOKKOS_INLINE_FUNCTION PairTerms<Number> pair_at(int s, int t, Number inv_r, const TablePoint<Number>& at) const {
    using kokkos_compat::fma;
    const Number* st = &pair(table_row(s, t) + at.row, 0);
    const Number* ts = &pair(table_row(t, s) + at.row, 0);
    const Number z2 = fma(st[7], at.p, st[6]);
    const Number z1 = fma(z2, at.p, st[5]);
    PairTerms<Number> terms;
    terms.energy = fma(z1, at.p, st[4]) * inv_r;
    terms.energy_slope = fma(fma(fma(st[7], at.p, z2), at.p, z1), inv_r_step, -terms.energy) * inv_r;
    terms.density_slope_st = fma(fma(st[2], at.p, st[1]), at.p, st[0]);
    terms.density_slope_ts = fma(fma(ts[2], at.p, ts[1]), at.p, ts[0]);
    return terms;
  }

  // Where the table of what s contributes at t begins; one for both orders where both are the same.
  KOKKOS_INLINE_FUNCTION int table_row(int s, int t) const {
    return symmetric_density && t < s ? (t * types + s) * r_rows : (s * types + t) * r_rows;
  }
};

struct EamTables : RadialTables<double> {
  int rho_rows = 0;  // cells
  double inv_rho_step = 0.0;
  double rho_max = 0.0;             // linear extrapolation of F beyond
  Rows<double, 4> embedding;        // row t * rho_rows + m
  Array<double> density_cutoff_sq;  // [s * types + t], A^2: beyond it rho_st and rho_ts are exactly zero; nearest_in_use or more
  Array<double> pair_cutoff_sq;     // [s * types + t], A^2: beyond it phi_st is exactly zero too
  double max_density_cutoff = 0.0;  // Angstrom, over all pairs
  double max_cutoff = 0.0;
  // Sums over pairs are made in whole numbers of 2^-bits: then neither the order of the pairs nor the division
  // of the atoms changes a bit. Chosen so that 64 bits hold the sums of any atoms no closer than `closest`;
  // closer pairs are taken to stand at that distance.
  int density_bits = 44;
  int force_bits = 44;   // eV/A
  int energy_bits = 44;  // eV
  double closest = 0.0;  // Angstrom
  double steepest_embedding = 0.0;  // larger |F'| are cut, and reported as atoms too close

  // These tables with the units of mixed precision (md/eam_units.hpp).
  EamTables in_mixed_units() const;
  int mixed_density_bits = 20;

  // F_t and F'_t at a density; a density that is not a number gives energies that are not numbers.
  KOKKOS_INLINE_FUNCTION ValueSlope embed(int t, double rho) const {
    const double x = rho * inv_rho_step;
    // In double before the conversion: the density of overlapping atoms can exceed any int.
    double cell = x < rho_rows - 1.0 ? x : rho_rows - 1.0;
    cell = cell > 0.0 ? cell : 0.0;
    const int row = static_cast<int>(cell);
    double p = x - row;
    if (p > 1.0) p = 1.0;
    const double* c = &embedding(t * rho_rows + row, 0);
    ValueSlope f;
    f.slope = ((3.0 * c[3] * p + 2.0 * c[2]) * p + c[1]) * inv_rho_step;
    f.value = ((c[3] * p + c[2]) * p + c[1]) * p + c[0];
    if (rho > rho_max) f.value += f.slope * (rho - rho_max);
    return f;
  }
};

struct RadialCells;

// Builds the kernel tables; finds where the tables are exactly zero and trims the cutoffs per pair. The radial functions
// stand on the file's own grid, or on that of `cells`, which stand for those of the file.
EamTables make_eam_tables(const EamFunctions& functions);
EamTables make_eam_tables(const EamFunctions& functions, const RadialCells& cells);

// The radial tables rounded to single precision.
RadialTables<float> in_single(const RadialTables<double>& tables);

}  // namespace patina
