// SPDX-License-Identifier: BSD-3-Clause
// Distinct part of the van Hove function [van Hove, Phys. Rev. 95, 249 (1954); physics.md 3.2]: how far, at t_w + lag, other atoms
// are from where an atom was at t_w,
//
//   G_d,ab(r; t_w, lag) = (V / (N_a N_b)) sum_{i in a} sum'_{j in b} delta(r - [r_j(t_w + lag) - r_i(t_w)])
//
// averaged over directions, as g_ab(r) is, which it is at lag 0; -> 1 far away and, in a liquid, after long. In fractional coordinates relative to the
// centre of mass, in the cell of t_w (co-moving), with every periodic image; the prime leaves out what an atom's own displacement, unwrapped, is:
// that is the self part (displacement.hpp), while an atom's images count, as they do in g_aa. Of an ideal gas G_d,aa = 1 - 1/N_a.
// For a != b of both orders the pairs are added. Under a window i runs over the atoms that have a reference, j over all. Counts are whole numbers: the same bits on any ranks and threads.
#pragma once

#include <vector>

#include "scattering/pair_distribution.hpp"
#include "scattering/self_scattering.hpp"

namespace patina {

// [pair * bins + bin], pairs a <= b; not a number where a species has no atoms. `reference`: s of the same block of ids at t_w
// (those without one are left out), `edges` the cell's then. Collective; the same on all ranks. Every rank gets the places of all atoms (pair_cells.hpp).
std::vector<double> distinct_van_hove(const FractionalBlock& now, const std::vector<Vec3>& reference, const Mat3& edges, int species,
                                      const PairBins& bins, const Comm& comm);

}  // namespace patina
