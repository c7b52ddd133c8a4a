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

#include "core/types.hpp"

namespace patina {

// Tables on the host exactly as a file gives them, for the species asked for, in the order asked for.
struct EamFunctions {
  std::vector<std::string> species;
  std::vector<int> atomic_number;
  std::vector<double> mass_amu;
  int rho_points = 0;
  double rho_step = 0.0;
  int r_points = 0;
  double r_step = 0.0;   // Angstrom; sample k of a radial function stands at r = k r_step
  double cutoff = 0.0;   // Angstrom, as the file states
  std::vector<std::vector<double>> embedding;             // [t][k] eV
  std::vector<std::vector<std::vector<double>>> density;  // [s][t][k]: from s at a site of t
  std::vector<std::vector<std::vector<double>>> r_phi;    // [s][t][k] r phi_st(r), eV A; symmetric
  std::string file;    // path as opened
  std::string sha256;  // of the file's bytes, lower-case hex
};

// Cubic coefficients in the fraction p of a grid cell, p in [0, 1]; the row of cell m (r in [m, m+1) r_step):
//   value = ((c3 p + c2) p + c1) p + c0,   slope = ((3 c3 p + 2 c2) p + c1) / step
// Rows are 4 wide for density and embedding. A pair row of 8 holds the derivative pieces of the force pass:
//   (d0 d1 d2 0 | z0 z1 z2 z3): rho'_st(r) = (d2 p + d1) p + d0 and r phi(r) = ((z3 p + z2) p + z1) p + z0.
struct EamTables {
  int types = 0;
  int r_rows = 0;
  int rho_rows = 0;
  double inv_r_step = 0.0;
  double inv_rho_step = 0.0;
  double rho_max = 0.0;  // (rho_points - 1) rho_step; linear extrapolation beyond
  Rows<double, 4> density;    // row (s * types + t) * r_rows + m: density of s at a site of t
  Rows<double, 8> pair;       // row (s * types + t) * r_rows + m: rho'_st and r phi_st
  Rows<double, 4> embedding;  // row t * rho_rows + m
  Array<double> density_cutoff_sq;  // [s * types + t], A^2: beyond it rho_st and rho_ts are exactly zero
  Array<double> pair_cutoff_sq;     // [s * types + t], A^2: beyond it phi_st is exactly zero too
  double max_density_cutoff = 0.0;  // Angstrom, over all pairs
  double max_cutoff = 0.0;
};

// Builds the kernel tables; finds where the tables are exactly zero and trims the cutoffs per pair.
EamTables make_eam_tables(const EamFunctions& functions);

}  // namespace patina
