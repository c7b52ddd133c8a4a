// SPDX-License-Identifier: BSD-3-Clause
// How far atoms went between a waiting time t_w and t_w + lag [physics.md 3.2]. Of the atoms of a group (each species,
// and all), dr being relative to the centre of mass, in the cell of t_w:
//
//   mean square displacement   <|dr|^2>                                                              A^2
//   non-Gaussian parameter     alpha_2 = 3 <|dr|^4> / (5 <|dr|^2>^2) - 1          [Rahman, Phys. Rev. 136, A405 (1964)]
//   overlap                    Q = <theta(a - |dr|)>, the share of atoms that went no farther than a
//   self van Hove              4 pi r^2 G_s(r), the distribution of |dr|                             1/A
//   chi_4 of sub-boxes         mean number of atoms in a sub-box times the variance of Q among sub-boxes of the cell
//                              of t_w, of all atoms [Chakrabarty et al., Phys. Rev. Lett. 119, 205501 (2017)]
// Sums are exact (core/exact_sum.hpp): the same bits on any ranks.
#pragma once

#include <vector>

#include "core/vec3.hpp"
#include "scattering/self_scattering.hpp"

namespace patina {

struct DisplacementSpec {
  double overlap_A = 1.0;       // a
  int sub_boxes = 3;            // along each axis of the cell; 1: none, chi_4 is then not a number
  double van_hove_max_A = 0.0;  // 0: none
  double van_hove_bin_A = 0.1;
  int van_hove_bins() const;
};

// Entry per group: species 0, 1, ..., all atoms. Not a number for a group without atoms; alpha_2 of atoms at rest is 0.
struct Displacements {
  std::vector<double> square_A2, non_gaussian, overlap;
  std::vector<double> van_hove;  // [group * bins + bin]
  double sub_box_chi4 = 0.0;
};

// `reference`: s of the same block of ids at t_w (those without one are left out), `edges` the cell's then (Angstrom). Collective; the same on all ranks.
Displacements measure_displacements(const FractionalBlock& now, const std::vector<Vec3>& reference, const Mat3& edges,
                                    int species, const DisplacementSpec& spec, const Comm& comm);

}  // namespace patina
