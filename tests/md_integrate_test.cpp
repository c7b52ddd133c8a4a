// SPDX-License-Identifier: BSD-3-Clause
// Truth: the closed-form discrete solution of velocity Verlet for a harmonic oscillator; the closed-form
// flows of damped kick and growing drift; order of convergence, reversibility, conservation; a restart is the
// same motion.
#include "md/integrate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "analytic_forces.hpp"
#include "core/error.hpp"
#include "core/units.hpp"
#include "md/kinetic.hpp"

namespace patina {
namespace {

using testing::all_positions;
using testing::all_velocities;
using testing::AtomList;
using testing::ElasticWells;
using testing::IdealGas;
using testing::make_system;
using testing::random_atoms;

const Box cube = Box::orthogonal({{20.0, 20.0, 20.0}});
constexpr double spring = 5.0;    // eV/A^2: period 0.23 ps for Cu
constexpr double quartic = 20.0;  // eV/A^4
constexpr double copper = 63.546;

EnsembleSpec spec_of(ThermostatKind thermostat, BarostatKind barostat = BarostatKind::none) {
  EnsembleSpec spec;
  spec.time_step_ps = 0.002;
  spec.thermostat.kind = thermostat;
  spec.thermostat.relaxation_ps = 0.1;
  spec.barostat.kind = barostat;
  spec.barostat.relaxation_ps = 0.5;
  spec.zero_momentum = false;  // the wells hold the atoms
  return spec;
}

TEST(VelocityVerlet, FollowsDiscreteOscillatorExactly) {
  const Comm world = Comm::world();
  AtomList list;
  list.position = {{{5, 5, 5}}, {{8, 9, 10}}};
  System system = make_system(world, cube, list);
  ElasticWells wells(system, spring);
  // All wells start displaced by (0.1, -0.2, 0.3) A at rest: x_n = x_0 cos(n theta), cos theta = 1 - (w dt)^2
  // / 2.
  const Vec3 u0 = {{0.1, -0.2, 0.3}};
  auto moved = list;
  for (auto& r : moved.position) r += u0;
  system = make_system(world, cube, moved);
  const EnsembleSpec spec = spec_of(ThermostatKind::none);
  Integrator integrator(spec, system, wells);
  const int steps = 500;
  for (int n = 0; n < steps; ++n) integrator.step({}, false);

  const double w_dt = std::sqrt(spring / copper * units::accel_per_force_over_mass) * spec.time_step_ps;
  const double theta = 2.0 * std::asin(0.5 * w_dt);
  const auto positions = all_positions(system), velocities = all_velocities(system);
  for (std::size_t k = 0; k < 2; ++k)
    for (int d = 0; d < 3; ++d) {
      EXPECT_NEAR(positions[k][d] - list.position[k][d], u0[d] * std::cos(steps * theta), 1e-11);
      EXPECT_NEAR(velocities[k][d], -u0[d] * std::sin(theta) / spec.time_step_ps * std::sin(steps * theta),
                  1e-9);
    }
  EXPECT_EQ(system.step, steps);
  EXPECT_DOUBLE_EQ(system.time_ps, steps * 0.002);
}

// Root mean square of the energy about its mean over 4 ps.
double energy_error(const Comm& comm, double time_step_ps) {
  System system = make_system(comm, cube, random_atoms(cube, 12, 1500.0, 5));
  ElasticWells wells(system, spring, quartic);
  EnsembleSpec spec = spec_of(ThermostatKind::none);
  spec.time_step_ps = time_step_ps;
  Integrator integrator(spec, system, wells);
  std::vector<double> energy;
  for (double t = 0.0; t < 4.0; t += time_step_ps) {
    integrator.step({}, true);
    energy.push_back(integrator.conserved_energy());
  }
  const double n = static_cast<double>(energy.size());
  const double mean = std::accumulate(energy.begin(), energy.end(), 0.0) / n;
  double sum = 0.0;
  for (const double e : energy) sum += (e - mean) * (e - mean);
  return std::sqrt(sum / n);
}

TEST(VelocityVerlet, EnergyErrorIsSecondOrder) {
  const Comm world = Comm::world();
  const double errors[3] = {energy_error(world, 0.0005), energy_error(world, 0.001),
                            energy_error(world, 0.002)};
  EXPECT_NEAR(errors[1] / errors[0], 4.0, 0.2);
  EXPECT_NEAR(errors[2] / errors[1], 4.0, 0.2);
}

TEST(VelocityVerlet, IsReversible) {
  const Comm world = Comm::world();
  System system = make_system(world, cube, random_atoms(cube, 20, 1000.0, 6));
  ElasticWells wells(system, spring, quartic);
  const auto start = all_positions(system);
  Integrator integrator(spec_of(ThermostatKind::none), system, wells);
  for (int n = 0; n < 500; ++n) integrator.step({}, false);
  testing::reverse_velocities(system);
  for (int n = 0; n < 500; ++n) integrator.step({}, false);
  const auto end = all_positions(system);
  for (std::size_t k = 0; k < start.size(); ++k) EXPECT_LE(norm(end[k] - start[k]), 1e-8);
}

TEST(Kernels, DampedKickAndGrowingDriftAreExactFlows) {
  const Comm world = Comm::world();
  AtomList list;
  list.position = {{{3.0, -2.0, 7.0}}};
  list.velocity = {{{1.0, 2.0, -3.0}}};
  const Box shifted(diagonal({{10, 11, 12}}), {{0.5, -0.5, 1.0}}, {true, true, true});
  System system = make_system(world, shifted, list);
  Kokkos::deep_copy(system.atoms.force, 0.7);
  const Vec3 rate = {{0.3, 0.0, -0.2}};
  const double t = 0.4, a = 0.7 / copper * units::accel_per_force_over_mass;
  half_kick(system, t, rate);
  const Vec3 v = all_velocities(system)[0];
  for (int d = 0; d < 3; ++d) {
    const double gain = rate[d] == 0.0 ? t : (1.0 - std::exp(-rate[d] * t)) / rate[d];
    EXPECT_NEAR(v[d], list.velocity[0][d] * std::exp(-rate[d] * t) + a * gain, 1e-11);
  }
  drift(system, t, rate);
  const Vec3 r = all_positions(system)[0];
  for (int d = 0; d < 3; ++d) {
    const double growth = std::exp(rate[d] * t), o = shifted.origin()[d];
    const double gain = rate[d] == 0.0 ? t : (growth - 1.0) / rate[d];
    EXPECT_NEAR(r[d], o + (list.position[0][d] - o) * growth + gain * v[d], 1e-10);
    EXPECT_NEAR(system.box.edges()[d][d], shifted.edges()[d][d] * growth, 1e-13);
  }
}

TEST(Kinetic, SumsMatchHandCount) {
  const Comm world = Comm::world();
  AtomList list;
  list.position = {{{1, 1, 1}}, {{2, 2, 2}}};
  list.velocity = {{{1.0, 2.0, 3.0}}, {{-4.0, 5.0, 0.5}}};
  list.type = {0, 1};
  list.mass = {10.0, 20.0};
  System system = make_system(world, cube, list);
  const Mat3 k = kinetic_tensor(system);
  EXPECT_NEAR(k[0][0] / units::eV_per_amu_velocity_sq, 10.0 + 320.0, 1e-10);
  EXPECT_NEAR(k[0][1] / units::eV_per_amu_velocity_sq, 20.0 - 400.0, 1e-10);
  EXPECT_NEAR(k[2][1] / units::eV_per_amu_velocity_sq, 60.0 + 50.0, 1e-10);
  EXPECT_EQ(total_momentum(system), (Vec3{{-70.0, 120.0, 40.0}}));
  remove_momentum(system);
  EXPECT_LE(norm(total_momentum(system)), 1e-13);
}

struct Ensemble {
  ThermostatKind thermostat;
  BarostatKind barostat;
};
const Ensemble ensembles[] = {{ThermostatKind::none, BarostatKind::none},
                              {ThermostatKind::langevin, BarostatKind::none},
                              {ThermostatKind::velocity_rescaling, BarostatKind::none},
                              {ThermostatKind::nose_hoover, BarostatKind::none},
                              {ThermostatKind::nose_hoover, BarostatKind::mtk},
                              {ThermostatKind::langevin, BarostatKind::mtk},
                              {ThermostatKind::velocity_rescaling, BarostatKind::cell_rescaling},
                              {ThermostatKind::langevin, BarostatKind::cell_rescaling}};

class EveryEnsemble : public ::testing::TestWithParam<Ensemble> {};
INSTANTIATE_TEST_SUITE_P(Integrator, EveryEnsemble, ::testing::ValuesIn(ensembles));

Targets ramp(int n) { return {500.0 + 2.0 * n, {{0.1 * n, 0.2, 0.1}}}; }

System warm_system(const Comm& comm) {
  return make_system(comm, cube, random_atoms(cube, 30, 500.0, 7, {63.5, 91.2}));
}

System copy_of(const System& system) {
  System copy = system;
  copy.atoms.position = Rows<double, 3>("position", system.atoms.position.extent(0));
  copy.atoms.velocity = Rows<double, 3>("velocity", system.atoms.velocity.extent(0));
  copy.atoms.force = Rows<double, 3>("force", system.atoms.force.extent(0));
  Kokkos::deep_copy(copy.atoms.position, system.atoms.position);
  Kokkos::deep_copy(copy.atoms.velocity, system.atoms.velocity);
  return copy;
}

// A checkpoint every second step: sums that differ in their last bit are often rounded away in the motion, and one
// restart alone may not show them.
TEST_P(EveryEnsemble, RestartIsTheSameMotionToTheBit) {
  const Comm world = Comm::world();
  System system = warm_system(world);
  ElasticWells wells(system, spring);
  wells.cell_stiffness = 200.0;
  const EnsembleSpec spec = spec_of(GetParam().thermostat, GetParam().barostat);
  Integrator first(spec, system, wells);
  for (int n = 0; n < 60; n += 2) {
    StateMap state;
    first.save(state);
    System copy = copy_of(system);
    Integrator second(spec, copy, wells);
    second.load(state);
    first.refresh();  // as a run does after each checkpoint
    EXPECT_EQ(first.kinetic_energy(), second.kinetic_energy());
    EXPECT_EQ(first.pressure(), second.pressure());
    for (int k = n; k < n + 2; ++k) {
      first.step(ramp(k), k % 5 == 4);
      second.step(ramp(k), k % 5 == 4);
    }
    EXPECT_EQ(all_positions(system), all_positions(copy));
    EXPECT_EQ(all_velocities(system), all_velocities(copy));
    EXPECT_EQ(system.box, copy.box);
    EXPECT_EQ(system.time_ps, copy.time_ps);
    EXPECT_EQ(first.conserved_energy(), second.conserved_energy());
  }
}

TEST_P(EveryEnsemble, RanksHoldTheSameBitsAndTheMotionOfOneRank) {
  const Comm world = Comm::world();
  const Comm alone = Comm::split(world, world.rank());
  const EnsembleSpec spec = spec_of(GetParam().thermostat, GetParam().barostat);
  System spread = warm_system(world), single = warm_system(alone);
  ElasticWells spread_wells(spread, spring), single_wells(single, spring);
  spread_wells.cell_stiffness = single_wells.cell_stiffness = 200.0;
  Integrator a(spec, spread, spread_wells), b(spec, single, single_wells);
  for (int n = 0; n < 50; ++n) {
    a.step(ramp(n), n == 49);
    b.step(ramp(n), n == 49);
  }
  EXPECT_EQ(world.min(a.conserved_energy()), world.max(a.conserved_energy()));
  EXPECT_EQ(world.min(spread.box.volume()), world.max(spread.box.volume()));
  const auto r = all_positions(spread), s = all_positions(single);
  // Sums over ranks are rounded in another order.
  for (std::size_t k = 0; k < r.size(); ++k) EXPECT_LE(norm(r[k] - s[k]), 1e-11);
}

TEST_P(EveryEnsemble, ConservesItsEnergyThroughARampToSecondOrder) {
  const Comm world = Comm::world();
  double error[2];
  for (int fine = 0; fine < 2; ++fine) {
    System system = warm_system(world);
    ElasticWells wells(system, spring);
    wells.cell_stiffness = 200.0;
    EnsembleSpec spec = spec_of(GetParam().thermostat, GetParam().barostat);
    spec.time_step_ps = fine ? 0.001 : 0.002;
    spec.thermostat.relaxation_ps = 0.2;
    Integrator integrator(spec, system, wells);
    const double start = integrator.conserved_energy();
    EXPECT_NEAR(start, kinetic_energy(system) + integrator.totals().potential_energy, 1e-10);
    const int steps = fine ? 2000 : 1000;
    double largest = 0.0;
    for (int n = 0; n < steps; ++n) {
      const double t = n * spec.time_step_ps;
      integrator.step({500.0 + 200.0 * t, {{2.0 * t, 2.0 * t, 2.0 * t}}}, true);
      largest = std::max(largest, std::abs(integrator.conserved_energy() - start));
    }
    error[fine] = largest;
  }
  // 30 oscillators at 500-900 K hold about 5 eV; the energy exchanged is larger still.
  EXPECT_LE(error[0], 0.006);
  // Runs with noise see other numbers at another time step; the others only the order of the integrator.
  const bool noise = GetParam().thermostat == ThermostatKind::langevin ||
                     GetParam().thermostat == ThermostatKind::velocity_rescaling;
  EXPECT_NEAR(error[0] / error[1], 4.0, noise ? 1.0 : 0.05);
}

ExitCode code_of(const EnsembleSpec& spec, const Box& box, const Targets& targets,
                 double temperature_K = 300.0) {
  const Comm world = Comm::world();
  System system = make_system(world, box, random_atoms(box, 10, temperature_K, 8));
  IdealGas gas;
  try {
    Integrator integrator(spec, system, gas);
    integrator.step(targets, true);
  } catch (const Error& error) {
    return error.code();
  }
  return ExitCode::done;
}

TEST(Integrator, RefusesWhatMakesNoSense) {
  const Targets targets = {300.0, {}};
  const Box slab = Box::orthogonal({{20, 20, 20}}, {true, true, false});
  auto spec = spec_of(ThermostatKind::nose_hoover, BarostatKind::mtk);
  EXPECT_EQ(code_of(spec, cube, targets), ExitCode::done);
  EXPECT_EQ(code_of(spec, slab, targets), ExitCode::bad_input);
  spec.barostat.axes = {true, true, false};
  EXPECT_EQ(code_of(spec, slab, targets), ExitCode::done);
  spec.barostat.axes = {false, false, false};
  EXPECT_EQ(code_of(spec, cube, targets), ExitCode::bad_input);
  EXPECT_EQ(code_of(spec_of(ThermostatKind::none, BarostatKind::mtk), cube, targets), ExitCode::bad_input);
  EXPECT_EQ(code_of(spec_of(ThermostatKind::langevin), cube, {0.0, {}}), ExitCode::bad_input);
  EXPECT_EQ(code_of(spec_of(ThermostatKind::velocity_rescaling), cube, targets, 0.0), ExitCode::bad_input);
  spec = spec_of(ThermostatKind::nose_hoover);
  spec.thermostat.relaxation_ps = 0.001;
  EXPECT_EQ(code_of(spec, cube, targets), ExitCode::bad_input);
  spec = spec_of(ThermostatKind::none);
  spec.time_step_ps = -0.001;
  EXPECT_EQ(code_of(spec, cube, targets), ExitCode::bad_input);
}

TEST(Integrator, ExplosionIsAnErrorOnEveryRank) {
  EXPECT_EQ(code_of(spec_of(ThermostatKind::none), cube, {}, 1e7), ExitCode::unstable);
  EXPECT_EQ(code_of(spec_of(ThermostatKind::none), cube, {}, std::nan("")), ExitCode::unstable);
}

}  // namespace
}  // namespace patina
