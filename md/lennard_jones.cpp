// SPDX-License-Identifier: BSD-3-Clause
#include "md/lennard_jones.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/elements.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {

namespace {

constexpr double cut_over_sigma = 2.5;
// Nearer, v stays what it is here, some 7e6 epsilon: tables have no room for infinities.
constexpr double nearest_over_sigma = 0.3;

const std::vector<LennardJonesModel> models = {
    {"kob-andersen", "Kob-Andersen mixture", "Kob & Andersen, PRL 73, 1376 (1994); PRE 51, 4626 (1995)", {"Ni", "P"},
     {{1.0, 1.5}, {1.5, 0.5}}, {{1.0, 0.8}, {0.8, 0.88}}, {1.0, 1.0}, 1.2, "A 80 %, B 20 %"},
    {"ka2", "ternary Kob-Andersen mixture KA2", "Parmar, Ozawa & Berthier, PRL 125, 085505 (2020)", {"Ni", "P", "Si"},
     {{1.0, 1.5, 1.25}, {1.5, 0.5, 1.0}, {1.25, 1.0, 0.75}}, {{1.0, 0.8, 0.9}, {0.8, 0.88, 0.84}, {0.9, 0.84, 0.94}}, {1.0, 1.0, 1.0}, 1.2,
     "A and B as 4:1, and some C"},
    {"wahnstrom", "Wahnstrom mixture", "Wahnstrom, PRA 44, 3752 (1991)", {"Zr", "Cu"}, {{1.0, 1.0}, {1.0, 1.0}},
     {{1.0, 11.0 / 12.0}, {11.0 / 12.0, 5.0 / 6.0}}, {1.0, 0.5}, 1.296, "A 50 %, B 50 %"}};

// Of eps = sigma = 1, and its slope.
ValueSlope plain(double r) {
  const double sixth = std::pow(r, -6);
  return {4.0 * sixth * (sixth - 1.0), -24.0 / r * sixth * (2.0 * sixth - 1.0)};
}

}  // namespace

const std::vector<LennardJonesModel>& lennard_jones_models() { return models; }

double PairUnits::epsilon_eV() const { return epsilon_K * units::boltzmann_eV_per_K; }
double PairUnits::time_ps() const { return sigma_A * std::sqrt(mass_amu / (epsilon_eV() * units::accel_per_force_over_mass)); }
double PairUnits::pressure_GPa() const { return epsilon_eV() / (sigma_A * sigma_A * sigma_A) * units::GPa_per_eV_A3; }

double lennard_jones(double epsilon, double sigma, PairCut cut, double r) {
  const double x = std::max(r / sigma, nearest_over_sigma);
  if (x >= cut_over_sigma) return 0.0;
  const ValueSlope end = plain(cut_over_sigma);
  const double line = cut == PairCut::force_shifted ? end.slope * (x - cut_over_sigma) : 0.0;
  return epsilon * (plain(x).value - end.value - line);
}

EamFunctions lennard_jones_functions(const LennardJonesModel& model, const std::vector<std::string>& symbols, const PairUnits& pair_units, PairCut cut,
                                     int points) {
  const std::size_t types = model.mass.size();
  if (symbols.size() != types)
    throw Error(ExitCode::bad_input, fmt::format("{} has {} species; {} elements are to stand for them", model.name, types, symbols.size()));
  EamFunctions f;
  f.file = std::string(model.name);
  f.species = symbols;
  double largest = 0.0;
  for (std::size_t s = 0; s < types; ++s) {
    if (std::find(symbols.begin(), symbols.begin() + static_cast<std::ptrdiff_t>(s), symbols[s]) != symbols.begin() + static_cast<std::ptrdiff_t>(s))
      throw Error(ExitCode::bad_input, fmt::format("{} is to stand for two species", symbols[s]));
    f.atomic_number.push_back(element(symbols[s]).number);
    f.mass_amu.push_back(model.mass[s] * pair_units.mass_amu);
    for (const double sigma : model.sigma[s]) largest = std::max(largest, sigma);
  }
  constexpr int fewest_points = 5;  // that a setfl file may have
  f.rho_points = fewest_points;
  f.rho_step = 1.0;
  f.rho_max = (fewest_points - 1) * f.rho_step;
  f.r_points = points;
  f.cutoff = cut_over_sigma * largest * pair_units.sigma_A;
  f.r_step = f.cutoff / (points - 1);
  const std::vector<double> nothing(static_cast<std::size_t>(points), 0.0);
  f.embedding.assign(types, std::vector<double>(static_cast<std::size_t>(f.rho_points), 0.0));
  f.density.assign(types, std::vector<std::vector<double>>(types, nothing));
  f.r_phi.assign(types, std::vector<std::vector<double>>(types, nothing));
  for (std::size_t s = 0; s < types; ++s)
    for (std::size_t t = 0; t < types; ++t) {
      // A sample at the cutoff itself is 0, whatever rounding makes of its place.
      const double end = cut_over_sigma * model.sigma[s][t] / (cut_over_sigma * largest) * (points - 1) - 1e-6;
      for (int k = 1; k < points && k < end; ++k)
        f.r_phi[s][t][static_cast<std::size_t>(k)] =
            k * f.r_step * pair_units.epsilon_eV() * lennard_jones(model.epsilon[s][t], model.sigma[s][t], cut, k * f.r_step / pair_units.sigma_A);
    }
  return f;
}

}  // namespace patina
