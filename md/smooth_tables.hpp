// SPDX-License-Identifier: BSD-3-Clause
// Radial functions on a coarser grid than the file's: least-squares cubics through all of the file's samples that join with
// value and slope. They average out the noise of samples that were printed with ten digits or so, and fit into nearer
// caches. Points stand each 0.1 A / 2^k, because the pieces that potentials are put together from meet at round
// distances: a jump of phi'' between two points could not be followed.
//
// The coarsest grid is taken on which, from 1.5 A on,
//   phi is within 1e-6 eV (1 + |phi / eV|) of the file's, rho within 1e-6 of its largest value there;
//   phi' is within 1e-5 |phi'| + 1e-5 eV/A + u, rho' within 1e-5 |rho'| + 1e-6 of the steepest + u,
// u the fourth difference of the samples nearby over the file's step: what the file itself leaves open, where it has noise
// or a jump of phi''. Without such a grid the file's own stays. F is the file's as it is.
#pragma once

#include <string>
#include <vector>

#include "md/eam_cells.hpp"
#include "md/eam_tables.hpp"

namespace patina {

// The largest deviation of one kind, and where.
struct Deviation {
  double size = 0.0;
  int s = 0, t = 0;
  double r_A = 0.0;
};

// Of smooth tables from the file's, at eight distances in each of the file's cells and at the points of the smooth ones.
struct TableDeviation {
  double step_A = 0.0, file_step_A = 0.0;  // of the grids; the same if the file's own stays
  double from_A = 0.0;                     // where atoms begin to meet; nearer ones below
  Deviation phi_eV, phi_slope_eV_per_A;
  double phi_slope_rms_eV_per_A = 0.0;   // over all distances and pairs of species
  Deviation rho, rho_slope;              // over the largest |rho| and |rho'| of its table
  Deviation nearer_phi_slope_eV_per_A;   // between where tables count at all and from_A
  bool within_tolerance = true;
};

struct SmoothTables {
  EamTables tables;
  TableDeviation deviation;
};

SmoothTables make_smooth_tables(const EamFunctions& functions);

// Cubics on a grid of `step`, by least squares.
RadialCells smooth_cells(const EamFunctions& functions, double step);
TableDeviation deviation_from_file(const EamFunctions& functions, const RadialCells& cells);

// What a run tells of them, a sentence or two.
std::string describe(const TableDeviation& deviation, const std::vector<std::string>& species);

}  // namespace patina
