// SPDX-License-Identifier: BSD-3-Clause
// Truth: minima in closed form (quartic wells in an elastic cell); masses that cannot matter; a restart is
// the same search.
#include "md/minimize.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analytic_forces.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

using testing::all_positions;
using testing::all_velocities;
using testing::AtomList;
using testing::ElasticWells;
using testing::make_system;
using testing::random_atoms;

const Box brick = Box::orthogonal({{18.0, 20.0, 22.0}});
constexpr double stiffness = 300.0;  // eV: with 60 atoms in 7920 A^3 a bulk modulus of 6 GPa

// Atoms up to `reach` A per axis away from the wells that stand at random places.
struct Displaced {
  Displaced(const Comm& comm, double reach, const std::vector<double>& mass = {63.546}) {
    AtomList list = random_atoms(brick, 60, 300.0, 11, mass);
    home = list.position;
    system = make_system(comm, brick, list);
    wells = std::make_unique<ElasticWells>(system, 5.0, 20.0);
    const auto shift = random_atoms(Box::orthogonal({{reach, reach, reach}}), 60, 300.0, 12).position;
    for (std::size_t k = 0; k < shift.size(); ++k) list.position[k] += shift[k];
    system = make_system(comm, brick, list);
  }
  std::vector<Vec3> home;
  System system;
  std::unique_ptr<ElasticWells> wells;
};

TEST(Minimize, FindsTheBottomOfEveryWell) {
  const Comm world = Comm::world();
  Displaced sample(world, 0.5);
  MinimizeSpec spec;
  spec.max_force_eV_per_A = 1e-8;
  spec.max_steps = 1000;
  ASSERT_TRUE(minimize(spec, sample.system, *sample.wells));
  const auto positions = all_positions(sample.system);
  // u = f / spring
  for (std::size_t k = 0; k < positions.size(); ++k)
    EXPECT_LE(norm(positions[k] - sample.home[k]), 1e-8 / 5.0 + 1e-13);
  for (const auto& v : all_velocities(sample.system)) EXPECT_EQ(v, Vec3{});
  EXPECT_EQ(sample.system.box, brick);
  EXPECT_EQ(sample.system.time_ps, 0.0);
}

TEST(Minimize, MassesDoNotMatter) {
  const Comm world = Comm::world();
  Displaced light(world, 0.5, {1.0, 2.0}), heavy(world, 0.5, {2000.0, 63.0});
  MinimizeSpec spec;
  Minimizer a(spec, light.system, *light.wells), b(spec, heavy.system, *heavy.wells);
  for (int n = 0; n < 60; ++n) {
    a.step();
    b.step();
  }
  EXPECT_EQ(all_positions(light.system), all_positions(heavy.system));
  EXPECT_EQ(light.system.step, 60);
}

// Isotropic: stiffness ln(V/V0) = -P V.
TEST(Minimize, CellReachesThePressureIsotropically) {
  const Comm world = Comm::world();
  Displaced sample(world, 0.3);
  sample.wells->cell_stiffness = stiffness;
  MinimizeSpec spec;
  spec.max_stress_GPa = 1e-9;
  spec.relax_cell = true;
  spec.pressure_GPa = {{1.0, 1.0, 1.0}};
  ASSERT_TRUE(minimize(spec, sample.system, *sample.wells));
  const double volume = sample.system.box.volume();
  EXPECT_NEAR(-stiffness * std::log(volume / brick.volume()) / volume * units::GPa_per_eV_A3, 1.0, 1e-8);
  const double growth = std::cbrt(volume / brick.volume());
  for (int d = 0; d < 3; ++d)
    EXPECT_NEAR(sample.system.box.edges()[d][d], growth * brick.edges()[d][d], 1e-10);
}

// Per axis: stiffness ln(L_a/L_a0) = -P_a V.
TEST(Minimize, CellReachesThePressureOfEachAxis) {
  const Comm world = Comm::world();
  Displaced sample(world, 0.3);
  sample.wells->cell_stiffness = stiffness;
  sample.wells->per_axis = true;
  MinimizeSpec spec;
  spec.max_stress_GPa = 1e-9;
  spec.relax_cell = true;
  spec.coupling = CellCoupling::per_axis;
  spec.axes = {true, false, true};
  spec.pressure_GPa = {{1.0, 7.0, -0.5}};
  ASSERT_TRUE(minimize(spec, sample.system, *sample.wells));
  const double volume = sample.system.box.volume();
  const auto strain = [&](int d) { return std::log(sample.system.box.edges()[d][d] / brick.edges()[d][d]); };
  EXPECT_NEAR(-stiffness * strain(0) / volume * units::GPa_per_eV_A3, 1.0, 1e-8);
  EXPECT_EQ(strain(1), 0.0);
  EXPECT_NEAR(-stiffness * strain(2) / volume * units::GPa_per_eV_A3, -0.5, 1e-8);
}

TEST(Minimize, StopsUnfinishedAtTheLargestNumberOfSteps) {
  const Comm world = Comm::world();
  Displaced sample(world, 0.5);
  MinimizeSpec spec;
  spec.max_steps = 3;
  EXPECT_FALSE(minimize(spec, sample.system, *sample.wells));
  EXPECT_EQ(sample.system.step, 3);
}

TEST(Minimize, RestartIsTheSameSearchToTheBit) {
  const Comm world = Comm::world();
  Displaced sample(world, 0.5), copy(world, 0.5);
  sample.wells->cell_stiffness = copy.wells->cell_stiffness = stiffness;
  MinimizeSpec spec;
  spec.relax_cell = true;
  Minimizer first(spec, sample.system, *sample.wells);
  for (int n = 0; n < 30; ++n) first.step();
  StateMap state;
  first.save(state);
  Kokkos::deep_copy(copy.system.atoms.position, sample.system.atoms.position);
  Kokkos::deep_copy(copy.system.atoms.velocity, sample.system.atoms.velocity);
  copy.system.box = sample.system.box;
  Minimizer second(spec, copy.system, *copy.wells);
  second.load(state);
  for (int n = 0; n < 30; ++n) {
    first.step();
    second.step();
  }
  EXPECT_EQ(all_positions(sample.system), all_positions(copy.system));
  EXPECT_EQ(sample.system.box, copy.system.box);
}

TEST(Minimize, RefusesAFreeAxisAndANumberThatIsNone) {
  const Comm world = Comm::world();
  Displaced sample(world, 0.5);
  MinimizeSpec spec;
  spec.relax_cell = true;
  sample.system.box = Box::orthogonal({{18.0, 20.0, 22.0}}, {true, false, true});
  EXPECT_THROW(Minimizer(spec, sample.system, *sample.wells), Error);
  spec.relax_cell = false;
  Kokkos::deep_copy(sample.system.atoms.position, std::nan(""));
  try {
    Minimizer search(spec, sample.system, *sample.wells);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::unstable);
  }
}

}  // namespace
}  // namespace patina
