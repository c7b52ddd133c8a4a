// SPDX-License-Identifier: BSD-3-Clause
// Crystals: fcc, bcc, hcp (orthogonal cell of 4 atoms), B2 (CsCl) and the Laves phase C15 (MgCu2). Angstrom.
//   hcp    edges a, sqrt(3) a, c; atoms at (0,0,0), (1/2,1/2,0), (1/2,5/6,1/2), (0,1/3,1/2) of them
//   C15    space group Fd-3m, origin at 8a: A on 8a (diamond), B on 16d (corner-sharing tetrahedra); A B2
//          [Friauf, J. Am. Chem. Soc. 49, 3107 (1927), doi 10.1021/ja01411a017]
// fcc, bcc and hcp are filled with any composition in random order, B2 and C15 with one species per
// sublattice.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "md/composition.hpp"
#include "md/structure.hpp"

namespace patina {

struct Lattice {
  std::string kind;  // "fcc", "bcc", "hcp", "B2", "C15"
  double lattice_constant_A = 0.0;
  double c_over_a = 1.632993161855452;  // hcp: sqrt(8/3) is close packing
  std::array<int, 3> repeat{1, 1, 1};   // cells along x, y, z
};

// Names of all kinds, for choices in input files.
std::vector<std::string> lattice_kinds();

// Random substitution with exact_counts() of the composition; ids go cell by cell, x fastest.
Structure make_solid_solution(const Lattice& lattice, const Composition& composition, std::uint64_t seed);

// One species on each sublattice: B2 corner and centre; C15 8a and 16d, so Cu2Zr is {"Zr", "Cu"}. A kind with
// one sublattice takes one species. Types follow `species`, or `type_order` if it is given (it must contain
// them).
Structure make_compound(const Lattice& lattice, const std::vector<std::string>& species,
                        const std::vector<std::string>& type_order = {});

}  // namespace patina
