// SPDX-License-Identifier: BSD-3-Clause
// A random sample at metallic density in which no two atoms are too close: uniform random points, then
// overlaps are pushed apart like soft spheres until none is left. A starting structure for a melt, not a
// model of one.
//   each sweep   r_i += sum over j with r_ij < t_ij of (t_ij - r_ij) / 2 * (r_i - r_j) / r_ij,   t = 1.01
//   d_min
// Random insertion alone jams at a packing fraction of 0.38 [Widom, J. Chem. Phys. 44, 3888 (1966),
// doi 10.1063/1.1726548]; this reaches 0.58. Lengths in Angstrom. The result depends on the arguments only.
#pragma once

#include <cstdint>
#include <vector>

#include "md/composition.hpp"
#include "md/structure.hpp"

namespace patina {

// Closest allowed distance of atoms of types a and b: [a][b], symmetric.
using PairDistances = std::vector<std::vector<double>>;

// 0.78 of the sum of the metallic radii (core/elements.hpp): hard enough that a melt starts quietly, and
// loose enough (packing fraction about 0.35) that it can be met at once. Error(bad_input) for elements
// without a radius.
PairDistances default_min_distances(const std::vector<std::string>& species);
PairDistances uniform_min_distance(std::size_t species, double distance_A);

// Volume per atom (A^3) of a mass density.
double volume_per_atom_A3(const Composition& composition, double density_g_per_cm3);
// The periodic cube for so many atoms.
Box cubic_box(std::int64_t atoms, double volume_per_atom_A3);

// Exactly exact_counts(composition, atoms), ids in order of type. Along free axes atoms stay within the cell.
// Error(bad_input) if the distances cannot be met in the box.
Structure make_random_structure(const Box& box, const Composition& composition, std::int64_t atoms,
                                const PairDistances& min_distance, std::uint64_t seed);

}  // namespace patina
