// SPDX-License-Identifier: BSD-3-Clause
// Prescribed deformations in the integrator. Truths, of an ideal gas in closed form: places go with the cell, a velocity along a strained
// edge falls as 1 / (1 + strain), along a sheared axis by the strain times that across it; energy and work add up.
#include <gtest/gtest.h>

#include <cmath>

#include "analytic_forces.hpp"
#include "md/integrate.hpp"
#include "md/kinetic.hpp"

namespace patina {
namespace {

using testing::IdealGas;
using testing::make_system;
using testing::random_atoms;

const Box cube = Box::orthogonal({{12.0, 13.0, 14.0}});
constexpr int atoms = 50, steps = 200;
constexpr double time_step_ps = 0.001;

EnsembleSpec nve() {
  EnsembleSpec spec;
  spec.time_step_ps = time_step_ps;
  return spec;
}

TEST(Deformation, GasIsHeatedAlongAShrinkingEdge) {
  const Comm world = Comm::world();
  System system = make_system(world, cube, random_atoms(cube, atoms, 600.0, 3), 21);
  remove_momentum(system);
  IdealGas gas;
  Integrator integrator(nve(), system, gas);
  const Mat3 before = kinetic_tensor(system);
  const double energy = integrator.conserved_energy(), strain = -0.2;
  Targets targets;
  targets.strain_rate_per_ps[1] = std::log(1.0 + strain) / (steps * time_step_ps);
  for (int n = 0; n < steps; ++n) integrator.step(targets, true);
  const Mat3 after = kinetic_tensor(system);
  EXPECT_NEAR(after[0][0], before[0][0], 1e-11 * before[0][0]);
  EXPECT_NEAR(after[1][1], before[1][1] / ((1.0 + strain) * (1.0 + strain)), 1e-11 * after[1][1]);
  EXPECT_NEAR(system.box.volume(), cube.volume() * (1.0 + strain), 1e-10 * cube.volume());
  // The trapezoidal rule on exp(2 x) in steps of 1.1e-3: 4e-7 of the work.
  const double work = 0.5 * (after[1][1] - before[1][1]);
  EXPECT_GT(work, 0.1);
  EXPECT_NEAR(integrator.conserved_energy(), energy, 1e-6 * work);
}

TEST(Deformation, ShearCarriesPlacesAndTurnsVelocities) {
  const Comm world = Comm::world();
  auto at_start = random_atoms(cube, atoms, 600.0, 4);
  System system = make_system(world, cube, at_start, 22);
  remove_momentum(system);
  IdealGas gas;
  Integrator integrator(nve(), system, gas);
  const Mat3 before = kinetic_tensor(system);
  const double energy = integrator.conserved_energy(), strain = 0.3;
  Targets targets;
  targets.shears[0] = {2, 0, strain / (steps * time_step_ps)};  // along z by the height along x
  for (int n = 0; n < steps; ++n) integrator.step(targets, true);
  const Mat3 after = kinetic_tensor(system);
  // v_z -> v_z - strain v_x
  EXPECT_NEAR(after[0][0], before[0][0], 1e-11 * before[0][0]);
  EXPECT_NEAR(after[0][2], before[0][2] - strain * before[0][0], 1e-11 * before[0][0]);
  EXPECT_NEAR(after[2][2], before[2][2] - 2.0 * strain * before[0][2] + strain * strain * before[0][0], 1e-11 * before[0][0]);
  EXPECT_NEAR(system.box.edges()[0][2], strain * 12.0, 1e-10);
  EXPECT_NEAR(system.box.edges()[0][0], 12.0, 1e-10);
  EXPECT_NEAR(system.box.volume(), cube.volume(), 1e-9);
  EXPECT_NEAR(integrator.conserved_energy(), energy, 1e-9 * energy);  // power is linear in time: the trapezoidal rule is exact
}

// Three shears at once, of which the later ones move what the earlier ones look at. With G the rates, dv/dt = -G v and dE/dt = G E: A = exp(-G t) = 1 - G t + (G t)^2/2,
// as G^3 = 0. They are taken one after the other: an error of the square of the time step, here (1e-3 / 0.2)^2 of what they do together.
TEST(Deformation, ShearsOfAllPlanesAddUp) {
  const Comm world = Comm::world();
  System system = make_system(world, cube, random_atoms(cube, atoms, 600.0, 6), 24);
  remove_momentum(system);
  IdealGas gas;
  Integrator integrator(nve(), system, gas);
  const Mat3 before = kinetic_tensor(system);
  const double energy = integrator.conserved_energy(), duration = steps * time_step_ps, xy = 0.3, xz = -0.2, yz = 0.4;
  Targets targets;
  targets.shears = {{{0, 1, xy / duration}, {0, 2, xz / duration}, {1, 2, yz / duration}}};
  for (int n = 0; n < steps; ++n) integrator.step(targets, true);
  const Mat3 after = kinetic_tensor(system);
  const double A[3][3] = {{1.0, -xy, -xz + 0.5 * xy * yz}, {0.0, 1.0, -yz}, {0.0, 0.0, 1.0}};
  const double tolerance = 1e-4 * xy * yz;
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) {
      double expected = 0.0;
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) expected += A[a][i] * before[i][j] * A[b][j];
      EXPECT_NEAR(after[a][b], expected, tolerance * before[2][2]) << a << b;
    }
  // Edges, rows: exp(G t) on each; the first stays along x, the second in the plane of x and y.
  const Mat3 edges = system.box.edges();
  EXPECT_NEAR(edges[1][0], 13.0 * xy, 1e-10);
  EXPECT_NEAR(edges[2][0], 14.0 * (xz + 0.5 * xy * yz), 14.0 * tolerance);
  EXPECT_NEAR(edges[2][1], 14.0 * yz, 1e-10);
  EXPECT_TRUE(edges.row(0) == cube.edges().row(0));
  EXPECT_EQ(edges[1][2], 0.0);
  EXPECT_NEAR(system.box.volume(), cube.volume(), 1e-9);
  EXPECT_GT(std::abs(after[0][1] - before[0][1]), 0.1 * before[1][1]);
  EXPECT_NEAR(integrator.conserved_energy(), energy, 1e-4 * energy);
}

// Beside a prescribed strain a barostat does the work P V along its own, with the volumes that the cell goes through: at the end of a step
// the mean volume of it is V (1 - exp(-s)) / s, s the whole strain of the volume.
TEST(Deformation, ABarostatCountsTheVolumesOfTheWholeStrain) {
  BarostatSpec spec;
  spec.kind = BarostatKind::mtk;
  spec.coupling = CellCoupling::per_axis;
  spec.axes = {false, true, true};
  const double dt = 0.001, pressure_GPa = 10.0, rate = 0.7, strain_rate = 90.0;
  const auto energy = [&](double along_x) {
    const auto barostat = make_barostat(spec, cube, 147.0, dt, 1);
    StateMap state;
    barostat->save(state);
    state["barostat/mtk"] = {0.0, rate, 0.0, 1.0, 0.0};
    barostat->load(state);
    Targets targets;
    targets.temperature_K = 300.0;
    targets.pressure_GPa = {{pressure_GPa, pressure_GPa, pressure_GPa}};
    targets.strain_rate_per_ps[0] = along_x;
    barostat->second_half({{{0.1, 0.1, 0.1}}, cube.volume(), 5.0}, targets);
    return barostat->energy();
  };
  const auto mean_volume = [&](double s) { return cube.volume() * (1.0 - std::exp(-s)) / s; };
  const double more = pressure_GPa / 160.2176634 * rate * dt * (mean_volume((rate + strain_rate) * dt) - mean_volume(rate * dt));
  EXPECT_LT(more, -1e-3);
  EXPECT_NEAR(energy(strain_rate) - energy(0.0), more, 1e-10);
}

// Two halves of a deformation with a save between them are the whole of it, to the bit; what was done of work goes along.
TEST(Deformation, GoesOnWithItsWork) {
  const Comm world = Comm::world();
  Targets targets;
  targets.strain_rate_per_ps[0] = 0.3;
  targets.shears[0] = {0, 1, 0.2};
  double whole = 0.0, continued = 0.0;
  for (const bool cut : {false, true}) {
    System system = make_system(world, cube, random_atoms(cube, atoms, 600.0, 5), 23);
    IdealGas gas;
    Integrator first(nve(), system, gas);
    for (int n = 0; n < steps; ++n) first.step(targets, true);
    StateMap state;
    first.save(state);
    Integrator second(nve(), system, gas);
    second.load(state);
    Integrator& last = cut ? second : first;
    for (int n = 0; n < steps; ++n) last.step(targets, true);
    (cut ? continued : whole) = last.conserved_energy();
  }
  EXPECT_EQ(whole, continued);
}

}  // namespace
}  // namespace patina
