// SPDX-License-Identifier: BSD-3-Clause
// Sums over pairs are made in whole numbers of 2^-bits (md/eam_tables.hpp): how fine these units are for given tables, and
// from which distance and up to which slope F' the tables count as they stand. Only cells within the cutoff matter, and a
// unit that would be too coarse is an error of the file.
#pragma once

#include "md/eam_tables.hpp"

namespace patina {

// Atoms of metals, hydrogen among them, keep farther apart than the first; pairs at more than the second must count as
// they stand. Angstrom.
constexpr double nearest_of_metals = 1.0, nearest_in_use = 1.5;

// Of forces in mixed precision: rounding to 6e-8 eV/A, and pairs up to 128 eV/A take the short way.
constexpr int mixed_force_bits = 24;

struct EamUnits {
  int density_bits = 44, force_bits = 44, energy_bits = 44;
  double closest = 0.0;             // Angstrom
  double steepest_embedding = 0.0;  // eV per unit of density
  // In mixed precision: the density of a pair takes 31 bits and its sign; its force may do so (chunk_kernels.hpp).
  int mixed_density_bits = 20;
};

// Error(bad_input) naming file, table, place and value if pairs at distances that atoms keep have energies, forces or
// densities beyond what can be summed with 41 bits after the point (5e-13 eV, 5e-13 eV/A).
EamUnits choose_eam_units(const EamFunctions& functions);

}  // namespace patina
