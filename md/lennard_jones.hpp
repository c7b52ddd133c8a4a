// SPDX-License-Identifier: BSD-3-Clause
// Mixtures of Lennard-Jones particles that are studied as glass formers, as embedded-atom tables without density and embedding, so
// that every kernel serves them:
//   v_ab(r) = 4 eps_ab [(sigma_ab / r)^12 - (sigma_ab / r)^6] - v_cut(r),   0 beyond r_c = 2.5 sigma_ab
// A model knows reduced units only (sigma_AA, eps_AA and the mass of A are 1); PairUnits gives them a length, an energy and a mass.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "md/eam_tables.hpp"

namespace patina {

struct LennardJonesModel {
  std::string_view name, title, source;
  std::vector<std::string> symbols;                 // elements that stand for A, B, C unless the caller has others
  std::vector<std::vector<double>> epsilon, sigma;  // in units of A
  std::vector<double> mass;
  double density;           // usual, in units of sigma_AA^-3
  std::string_view composition;  // usual
};

const std::vector<LennardJonesModel>& lennard_jones_models();

// What the units of a model are here.
struct PairUnits {
  double sigma_A = 2.5;
  double epsilon_K = 1000.0;  // over k_B
  double mass_amu = 60.0;

  double epsilon_eV() const;
  double time_ps() const;       // sigma sqrt(m / epsilon)
  double pressure_GPa() const;  // epsilon / sigma^3
};

// v_cut: a constant, so that v ends at 0 (what the models' literature does); or with a line, so that the force does so too.
enum class PairCut { shifted, force_shifted };

// In reduced units; 0 beyond the cutoff.
double lennard_jones(double epsilon, double sigma, PairCut cut, double r);

// `symbols`: elements for A, B, ...; `points`: samples, one more than a multiple of 600 to have one at each cutoff.
EamFunctions lennard_jones_functions(const LennardJonesModel& model, const std::vector<std::string>& symbols, const PairUnits& units, PairCut cut,
                                     int points);

}  // namespace patina
