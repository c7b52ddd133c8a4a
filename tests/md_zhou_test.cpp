// SPDX-License-Identifier: BSD-3-Clause
// Truths: lattice constants and energies at 0 K of crystals by explicit sums of the published formulae, without a table (an independent
// program; physics.md 2.1); the cohesive energies that the paper was fitted to; pieces of F that meet, which finds a digit that is
// wrong; values of single functions by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"
#include "engine_result.hpp"
#include "md/eam_file.hpp"
#include "md/lattice.hpp"
#include "md/setfl.hpp"
#include "md/zhou.hpp"

namespace patina::test {
namespace {

// As the program has them after a file was written and read.
EamFunctions tables_of(const std::vector<std::string>& symbols) {
  const EamFunctions made = zhou_functions(symbols, 6001);
  const std::string text = setfl_text(made, {"one", "two", "three"}, std::vector<std::string>(symbols.size(), "1 fcc"));
  return parse_eam({"zhou.eam.alloy"}, {text}, symbols);
}

struct State {
  double energy_eV, pressure_GPa;
};
State state_of(const Lattice& lattice, const std::vector<std::string>& sublattices) {
  const Structure structure = make_compound(lattice, sublattices);
  const EngineResult result = compute(Comm::world(), structure, tables_of(structure.species));
  return {result.energy / static_cast<double>(structure.size()), trace(result.virial) / 3.0 / structure.box.volume() * units::GPa_per_eV_A3};
}

TEST(Zhou, CrystalsAreThoseOfExplicitSums) {
  const struct {
    std::vector<std::string> sublattices;
    Lattice lattice;
    double energy_eV;
  } crystals[] = {
      {{"Cu"}, {"fcc", 3.61498, 1.0, {2, 2, 2}}, -3.539983},    {{"Ni"}, {"fcc", 3.51966, 1.0, {2, 2, 2}}, -4.449968},
      {{"Pd"}, {"fcc", 3.89036, 1.0, {2, 2, 2}}, -3.909987},    {{"Al"}, {"fcc", 4.05025, 1.0, {2, 2, 2}}, -3.579979},
      {{"Zr"}, {"hcp", 3.20825, 1.6215, {2, 2, 2}}, -6.360052}, {{"Ti"}, {"hcp", 2.94054, 1.6229, {2, 2, 2}}, -4.870024},
      {{"Mg"}, {"hcp", 3.19707, 1.6300, {2, 2, 2}}, -1.550014}, {{"Cu", "Zr"}, {"B2", 3.19013, 1.0, {2, 2, 2}}, -5.727594},
      {{"Ni", "Zr"}, {"B2", 3.15121, 1.0, {2, 2, 2}}, -6.045574},
  };
  for (const auto& crystal : crystals) {
    const State state = state_of(crystal.lattice, crystal.sublattices);
    // Energies were told with six digits after the point, edges with five, some 1e-3 GPa, and c/a of hcp with four: some 0.01 GPa.
    EXPECT_NEAR(state.energy_eV, crystal.energy_eV, 2e-6) << crystal.sublattices.back();
    EXPECT_NEAR(state.pressure_GPa, 0.0, crystal.lattice.kind == "hcp" ? 0.05 : 0.01) << crystal.sublattices.back();
  }
}

TEST(Zhou, AllElementsHaveTheirCohesiveEnergyAndLattice) {
  const std::vector<std::pair<std::string, double>> cohesive_eV = {
      {"Cu", 3.54}, {"Ag", 2.85}, {"Au", 3.93}, {"Ni", 4.45}, {"Pd", 3.91}, {"Pt", 5.77}, {"Al", 3.58}, {"Pb", 2.02},
      {"Fe", 4.29}, {"Mo", 6.81}, {"Ta", 8.09}, {"W", 8.76},  {"Mg", 1.55}, {"Co", 4.41}, {"Ti", 4.87}, {"Zr", 6.36}};
  ASSERT_EQ(cohesive_eV.size(), zhou_elements().size());
  for (const auto& [symbol, energy] : cohesive_eV) {
    const ZhouElement& e = zhou_element(symbol);
    const Lattice lattice = {std::string(e.lattice), lattice_constant_A(e), std::sqrt(8.0 / 3.0), {2, 2, 2}};
    const State state = state_of(lattice, {symbol});
    EXPECT_NEAR(state.energy_eV, -energy, 0.005) << symbol;
    // r_e is the distance of nearest neighbours: within 1 % of the bulk modulus, some 100 GPa, no pressure is left.
    EXPECT_NEAR(state.pressure_GPa, 0.0, e.lattice == "hcp" ? 2.0 : 1.0) << symbol;
  }
}

TEST(Zhou, PiecesOfTheEmbeddingEnergyMeet) {
  for (const ZhouElement& e : zhou_elements()) {
    for (const double density : {e.rho_n * e.rho_e, 1.15 * e.rho_e})
      EXPECT_NEAR(zhou_embedding(e, density * (1.0 - 1e-12)), zhou_embedding(e, density * (1.0 + 1e-12)), 1e-6) << e.symbol << " " << density;
    EXPECT_NEAR(zhou_embedding(e, 0.0), 0.0, 2e-6) << e.symbol;  // a lone atom
  }
}

TEST(Zhou, ValuesByHand) {
  const ZhouElement &cu = zhou_element("Cu"), &zr = zhou_element("Zr");
  EXPECT_NEAR(zhou_pair(cu, zr, 2.8), -0.334303, 1e-6);
  EXPECT_NEAR(zhou_density(cu, 2.8), 1.028030, 1e-6);
  EXPECT_NEAR(zhou_density(zr, 3.0), 2.967400, 1e-6);
  EXPECT_NEAR(zhou_embedding(zr, 30.0), -4.509223, 1e-6);
  EXPECT_EQ(zhou_pair(cu, zr, 2.8), zhou_pair(zr, cu, 2.8));
}

TEST(Zhou, FilesReadBackToTheBit) {
  const EamFunctions made = zhou_functions({"Zr", "Cu", "Ni"}, 2001), read = [&] {
    const std::string text = setfl_text(made, {"one", "two", "three"}, {"1 hcp", "1 fcc", "1 fcc"});
    return parse_eam({"a.eam.alloy"}, {text}, {"Zr", "Cu", "Ni"});
  }();
  EXPECT_EQ(read.embedding, made.embedding);
  EXPECT_EQ(read.density, made.density);
  EXPECT_EQ(read.r_phi, made.r_phi);
  EXPECT_EQ(read.mass_amu, made.mass_amu);
  EXPECT_EQ(read.r_step, made.r_step);
  EXPECT_EQ(read.rho_step, made.rho_step);
  EXPECT_EQ(read.cutoff, made.cutoff);
}

TEST(Zhou, OtherElementsAreRefused) {
  EXPECT_THROW(zhou_functions({"Cu", "Xe"}, 2001), Error);
  EXPECT_THROW(zhou_functions({"Cu", "Cu"}, 2001), Error);
}

}  // namespace
}  // namespace patina::test
