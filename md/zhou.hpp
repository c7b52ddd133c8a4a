// SPDX-License-Identifier: BSD-3-Clause
// The embedded-atom potentials of Zhou, Johnson and Wadley for 16 metals and any mixture of them [PRB 69, 144113 (2004), doi
// 10.1103/PhysRevB.69.144113]. With x = r / r_e of an element a:
//   phi_aa = A exp(-alpha (x - 1)) / (1 + (x - kappa)^20) - B exp(-beta (x - 1)) / (1 + (x - lambda)^20)
//   rho_a  = f_e exp(-beta (x - 1)) / (1 + (x - lambda)^20),   phi_ab = (rho_b / rho_a phi_aa + rho_a / rho_b phi_bb) / 2
//   F_a    = cubic in rho / rho_n - 1 below rho_n, in rho / rho_e - 1 up to rho_o = 1.15 rho_e, F_e (1 - eta ln u) u^eta,
//            u = rho / rho_s, beyond;  rho_n = 0.85 rho_e (0.25 rho_e of Pt)
// The mixing rule is Johnson's and was fitted to no alloy. Units: eV, Angstrom.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "md/eam_tables.hpp"

namespace patina {

struct ZhouElement {
  std::string_view symbol, lattice;
  double r_e, f_e, rho_e, rho_s, alpha, beta, A, B, kappa, lambda;
  std::array<double, 4> F_low;   // below rho_n
  std::array<double, 4> F_near;  // from there to rho_o
  double eta, F_e;
  double rho_n;  // over rho_e
};

// All 16, in the order of the paper's table.
const std::vector<ZhouElement>& zhou_elements();
// Throws Error(bad_input) that names those there are.
const ZhouElement& zhou_element(std::string_view symbol);
double lattice_constant_A(const ZhouElement& element);  // of the crystal whose nearest neighbours are r_e apart

double zhou_density(const ZhouElement& element, double r);
double zhou_pair(const ZhouElement& a, const ZhouElement& b, double r);
double zhou_embedding(const ZhouElement& element, double rho);

// Tables of these elements up to sqrt(10) / 2 times the largest fcc constant, sqrt 2 r_e, where the functions, some 1e-6 eV, are
// cut as published. `points` for both kinds of tables.
EamFunctions zhou_functions(const std::vector<std::string>& symbols, int points);

}  // namespace patina
