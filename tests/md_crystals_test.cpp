// SPDX-License-Identifier: BSD-3-Clause
// Truth: lattice constants and energies at 0 K found with LAMMPS (box/relax, confirmed by an independent
// evaluator to 1e-8 eV): Cu fcc, Zr hcp, B2 CuZr and C15 Cu2Zr of the Mendelev potentials of 2007, 2009, 2016
// and 2019, the other simple lattices of both elements, and the tables of Zr (Mendelev & Ackland) and Cu (Zhou; Mishin).
#include <gtest/gtest.h>

#include <cmath>

#include "engine_result.hpp"
#include "md/eam_file.hpp"
#include "md/lattice.hpp"
#include "md/minimize.hpp"
#include "md/potential_search.hpp"

namespace patina {
namespace {

struct Crystal {
  const char* potential;
  std::vector<std::string> sublattices;
  Lattice start;  // a few per cent off
  double a;       // Angstrom
  double c_over_a;
  double energy;  // eV/atom
};

const Lattice fcc = {"fcc", 3.70, 1.0, {5, 5, 5}};
const Lattice hcp = {"hcp", 3.18, 1.633, {6, 4, 4}};
const Lattice b2 = {"B2", 3.30, 1.0, {6, 6, 6}};
const Lattice c15 = {"C15", 7.30, 1.0, {3, 3, 3}};
const Lattice bcc_zr = {"bcc", 3.62, 1.0, {6, 6, 6}}, fcc_zr = {"fcc", 4.62, 1.0, {5, 5, 5}};
const Lattice bcc_cu = {"bcc", 2.94, 1.0, {8, 8, 8}}, hcp_cu = {"hcp", 2.54, 1.633, {7, 5, 5}};
const std::vector<std::string> copper = {"Cu"}, zirconium = {"Zr"}, cuzr = {"Cu", "Zr"}, laves = {"Zr", "Cu"};
const char* const of_2007 = "CuZr_mm.eam.fs";
const char* const of_2016 = "CuZr_3.eam.fs";
const char* const of_2009 = "Cu-Zr_2.eam.fs";
const char* const of_2019 = "Cu-Zr_4.eam.fs";

const Crystal crystals[] = {
    {of_2007, copper, fcc, 3.639085, 1.0, -3.283116}, {of_2007, zirconium, hcp, 3.22030, 1.6195, -6.469266},
    {of_2007, cuzr, b2, 3.23693, 1.0, -5.015322},     {of_2007, laves, c15, 7.10694, 1.0, -4.551628},
    {of_2007, zirconium, bcc_zr, 3.56233, 1.0, -6.417555}, {of_2007, zirconium, fcc_zr, 4.54453, 1.0, -6.438777},
    {of_2007, copper, bcc_cu, 2.89475, 1.0, -3.242713}, {of_2007, copper, hcp_cu, 2.56890, 1.6393, -3.276364},
    {of_2016, copper, fcc, 3.638568, 1.0, -3.406663}, {of_2016, cuzr, b2, 3.222225, 1.0, -5.075044},
    {of_2016, laves, c15, 7.011863, 1.0, -4.629236},
    {"Zr_mm.eam.fs", zirconium, hcp, 3.23406, 1.5979, -6.634709},
    {"Zr_mm.eam.fs", zirconium, bcc_zr, 3.57593, 1.0, -6.531725},
    {"Cu_zhou.eam.alloy", copper, fcc, 3.614813, 1.0, -3.539804},
    {"Cu_mishin1.eam.alloy", copper, fcc, 3.614925, 1.0, -3.540218},
    {of_2009, copper, fcc, 3.639085, 1.0, -3.283116}, {of_2009, zirconium, hcp, 3.22030, 1.6195, -6.469266},
    {of_2009, cuzr, b2, 3.228568, 1.0, -5.026226},    {of_2009, laves, c15, 7.162875, 1.0, -4.496896},
    {of_2019, copper, fcc, 3.639087, 1.0, -3.283116}, {of_2019, cuzr, b2, 3.225119, 1.0, -5.010242},
    {of_2019, laves, c15, 7.453418, 1.0, -4.464675},
};

class Crystals : public ::testing::TestWithParam<Crystal> {};
INSTANTIATE_TEST_SUITE_P(Mendelev, Crystals, ::testing::ValuesIn(crystals), [](const auto& test) {
  return std::string(test.param.start.kind) + "_" + test.param.sublattices[0] + "_" +
         std::to_string(test.index);
});

TEST_P(Crystals, MinimiseToTheLatticeOfLammps) {
  const Crystal& crystal = GetParam();
  const Comm world = Comm::world();
  const Structure structure = make_compound(crystal.start, crystal.sublattices);
  const auto functions = read_eam_file(find_potential(world, crystal.potential, ""), structure.species);
  System system = make_system(world, structure, 1);
  Engine engine = test::make_engine(system, functions);
  MinimizeSpec spec;
  spec.relax_cell = true;
  spec.max_force_eV_per_A = 1e-6;
  spec.max_stress_GPa = 1e-4;
  spec.max_steps = 1000;
  // Some of these crystals are mechanically unstable: cubic ones keep their shape.
  spec.coupling = crystal.c_over_a == 1.0 ? CellCoupling::isotropic : CellCoupling::per_axis;
  Minimizer search(spec, system, engine);
  while (!search.finished()) search.step();
  ASSERT_TRUE(search.converged()) << search.max_force_eV_per_A() << " eV/A, " << search.stress_deviation_GPa()
                                  << " GPa";

  const Mat3& edges = system.box.edges();
  const double a = edges[0][0] / crystal.start.repeat[0];
  EXPECT_NEAR(a, crystal.a, 1e-4);
  EXPECT_NEAR(search.totals().potential_energy / static_cast<double>(system.atom_count), crystal.energy,
              1e-6);
  if (crystal.c_over_a == 1.0) return;
  EXPECT_NEAR(edges[1][1] / crystal.start.repeat[1] / a, std::sqrt(3.0), 1e-4);
  EXPECT_NEAR(edges[2][2] / crystal.start.repeat[2] / a, crystal.c_over_a, 1e-4);
}

}  // namespace
}  // namespace patina
