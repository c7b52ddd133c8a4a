// SPDX-License-Identifier: BSD-3-Clause
// Truth: moments of the chi-square distribution; the closed-form mean and variance of a kinetic energy that
// relaxes (a sum of squared Ornstein-Uhlenbeck processes); the BAOAB step written out, and its exact
// stationary variances for a harmonic oscillator [Leimkuhler & Matthews 2013]; Philox numbers drawn again by
// the test.
#include "md/thermostat.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

#include "analytic_forces.hpp"
#include "core/error.hpp"
#include "core/units.hpp"
#include "md/integrate.hpp"
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
constexpr double copper = 63.546;
// Seeds are fixed; a correct code fails a bound of five standard errors for one seed in 10^6.
constexpr double standard_errors = 5.0;

TEST(SumOfSquaredNormals, HasTheMomentsOfChiSquare) {
  const int samples = 40000;
  for (const double n : {1.0, 2.0, 3.0, 10.0, 5997.0}) {
    double m1 = 0.0, m2 = 0.0, m3 = 0.0;
    for (int k = 0; k < samples; ++k) {
      const double x = sum_of_squared_normals(n, 3, Stream::test, static_cast<std::uint64_t>(k), 17) - n;
      m1 += x / samples;
      m2 += x * x / samples;
      m3 += x * x * x / samples;
    }
    // Central moments 2n, 8n, 12n(n + 4), 2nd error from the 4th, 3rd from the 6th (bounded by that of n =
    // 1).
    EXPECT_NEAR(m1, 0.0, standard_errors * std::sqrt(2.0 * n / samples)) << n;
    EXPECT_NEAR(m2, 2.0 * n, standard_errors * std::sqrt((8.0 * n * n + 48.0 * n) / samples)) << n;
    EXPECT_NEAR(m3, 8.0 * n,
                standard_errors * std::sqrt(15.0 * std::pow(2.0 * n, 3) * (1.0 + 300.0 / n) / samples))
        << n;
  }
  EXPECT_EQ(sum_of_squared_normals(0.0, 3, Stream::test, 0, 0), 0.0);
}

// K after a time t from K_0, with c = exp(-t/tau), Kbar = N_f kT/2:
//   mean = Kbar + (K_0 - Kbar) c,   variance = (kT/2)^2 (1 - c)^2 2 (N_f + 2 lambda),  lambda = c/(1-c) 2
//   K_0/kT.
TEST(VelocityRescaling, MovesTheKineticEnergyAsTheExactSolution) {
  ThermostatSpec spec;
  spec.kind = ThermostatKind::velocity_rescaling;
  spec.relaxation_ps = 0.1;
  const double kT = units::boltzmann_eV_per_K * 600.0;
  const int samples = 40000;
  for (const double dof : {3.0, 30.0})
    for (const double duration : {0.01, 0.2}) {
      const auto thermostat = make_scaling_thermostat(spec, dof, 0.002, 9);
      const double start = 0.8 * dof * kT;  // K_0, 1.6 times the mean
      double mean = 0.0, square = 0.0, taken = 0.0;
      for (int k = 0; k < samples; ++k) {
        const double factor =
            thermostat->act(2.0 * start, 600.0, duration, k, k % 2 ? Half::first : Half::second);
        const double kinetic = factor * factor * start;
        taken += start - kinetic;
        mean += kinetic / samples;
        square += kinetic * kinetic / samples;
      }
      const double c = std::exp(-duration / spec.relaxation_ps);
      const double expected = 0.5 * dof * kT * (1.0 - c) + c * start;
      const double lambda = c / (1.0 - c) * 2.0 * start / kT;
      const double variance = std::pow(0.5 * kT * (1.0 - c), 2) * 2.0 * (dof + 2.0 * lambda);
      const double excess = 12.0 * (dof + 4.0 * lambda) / std::pow(dof + 2.0 * lambda, 2);
      EXPECT_NEAR(mean, expected, standard_errors * std::sqrt(variance / samples));
      EXPECT_NEAR(square - mean * mean, variance,
                  standard_errors * variance * std::sqrt((2.0 + excess) / samples));
      EXPECT_NEAR(thermostat->energy(), taken, 1e-9 * samples * kT);
    }
}

TEST(Langevin, OneStepIsBaoabWrittenOut) {
  const Comm world = Comm::world();
  AtomList list = random_atoms(cube, 5, 400.0, 3, {copper, 91.224});
  System system = make_system(world, cube, list, 77);
  ElasticWells wells(system, 5.0);
  AtomList moved = list;
  for (auto& r : moved.position) r += {{0.1, 0.2, -0.1}};
  system = make_system(world, cube, moved, 77);
  system.step = 1234567890123;
  EnsembleSpec spec;
  spec.thermostat.kind = ThermostatKind::langevin;
  spec.thermostat.relaxation_ps = 0.05;
  spec.zero_momentum = false;
  Integrator integrator(spec, system, wells);
  integrator.step({700.0, {}}, true);

  const auto r = all_positions(system), v = all_velocities(system);
  const double h = 0.5 * spec.time_step_ps, c = std::exp(-spec.time_step_ps / 0.05);
  double heat = 0.0;
  for (std::size_t k = 0; k < r.size(); ++k) {
    const double m = list.mass[static_cast<std::size_t>(list.type[k])];
    const double width =
        std::sqrt((1.0 - c * c) * units::boltzmann_eV_per_K * 700.0 * units::accel_per_force_over_mass / m);
    const RandomBlock xy = random_block(77, Stream::langevin, 1234567890123, k + 1, 0);
    const RandomBlock z = random_block(77, Stream::langevin, 1234567890123, k + 1, 1);
    const double noise[3] = {xy.normal(0), xy.normal(1), z.normal(0)};
    for (int d = 0; d < 3; ++d) {
      const double w_sq = 5.0 / m * units::accel_per_force_over_mass;
      const double home = list.position[k][d];
      double x = moved.position[k][d] - home, u = list.velocity[k][d];
      u -= h * w_sq * x;
      x += h * u;
      const double kicked = c * u + width * noise[d];
      heat += 0.5 * m * (kicked * kicked - u * u) * units::eV_per_amu_velocity_sq;
      x += h * kicked;
      u = kicked - h * w_sq * x;
      EXPECT_NEAR(r[k][d] - home, x, 1e-13);
      EXPECT_NEAR(v[k][d], u, 1e-12);
    }
  }
  const double energy = integrator.kinetic_energy() + integrator.totals().potential_energy;
  EXPECT_NEAR(integrator.conserved_energy(), energy - heat, 1e-12);
}

// BAOAB of a harmonic oscillator at any stable time step: <x^2> = kT/k exactly, <v^2> = kT/m (1 - (w dt)^2 /
// 4).
TEST(Langevin, SamplesTheOscillatorWithoutConfigurationalError) {
  const Comm world = Comm::world();
  AtomList list = random_atoms(cube, 1000, 600.0, 4);
  const double spring = 5.0, kT = units::boltzmann_eV_per_K * 600.0;
  System system = make_system(world, cube, list);
  ElasticWells wells(system, spring);
  EnsembleSpec spec;
  const double w_sq = spring / copper * units::accel_per_force_over_mass;
  spec.time_step_ps = 1.2 / std::sqrt(w_sq);
  spec.thermostat.kind = ThermostatKind::langevin;
  spec.thermostat.relaxation_ps = spec.time_step_ps;
  spec.zero_momentum = false;
  Integrator integrator(spec, system, wells);
  double x_sq = 0.0, v_sq = 0.0;
  int samples = 0;
  for (int n = 0; n < 1100; ++n) {
    integrator.step({600.0, {}}, false);
    if (n < 100 || n % 10) continue;
    const auto r = all_positions(system), v = all_velocities(system);
    for (std::size_t k = 0; k < r.size(); ++k, samples += 3) {
      const Vec3 x = r[k] - list.position[k];
      x_sq += dot(x, x);
      v_sq += dot(v[k], v[k]);
    }
  }
  const double error = standard_errors * std::sqrt(2.0 / samples);
  EXPECT_NEAR(x_sq / samples * spring / kT, 1.0, error);
  EXPECT_NEAR(v_sq / samples * copper / (kT * units::accel_per_force_over_mass), 1.0 - 1.44 / 4.0, error);
}

TEST(Langevin, KeepsTheMomentumZeroAndThreeDegreesOfFreedomOut) {
  const Comm world = Comm::world();
  System system = make_system(world, cube, random_atoms(cube, 2, 300.0, 5, {copper, 91.224}));
  IdealGas gas;
  EnsembleSpec spec;
  spec.thermostat.kind = ThermostatKind::langevin;
  spec.thermostat.relaxation_ps = spec.time_step_ps;
  Integrator integrator(spec, system, gas);
  const int samples = 20000;
  double mean = 0.0;
  for (int n = 0; n < samples; ++n) {
    integrator.step({300.0, {}}, true);
    mean += integrator.temperature() / samples;
    ASSERT_LE(norm(total_momentum(system)), 1e-11);
  }
  // Kinetic energy of 3 degrees of freedom, 1 + 2 e^-2/(1 - e^-2) correlated steps.
  EXPECT_NEAR(mean / 300.0, 1.0, standard_errors * std::sqrt(2.0 / 3.0 * 1.32 / samples));
}

// With a relaxation far below the time step every velocity is sqrt(kT/m) times its own normal number, anew.
TEST(Langevin, TargetTemperatureFollowsARampExactly) {
  const Comm world = Comm::world();
  const AtomList list = random_atoms(cube, 3, 300.0, 6);
  System system = make_system(world, cube, list, 5);
  IdealGas gas;
  EnsembleSpec spec;
  spec.thermostat.kind = ThermostatKind::langevin;
  spec.thermostat.relaxation_ps = 1e-6;
  spec.zero_momentum = false;
  Integrator integrator(spec, system, gas);
  for (int n = 0; n < 100; ++n) {
    const double target = 2000.0 - 15.125 * n;
    integrator.step({target, {}}, false);
    const auto v = all_velocities(system);
    for (std::size_t k = 0; k < v.size(); ++k) {
      const double noise =
          random_block(5, Stream::langevin, static_cast<std::uint64_t>(n), k + 1, 0).normal(0);
      const double temperature =
          std::pow(v[k][0] / noise, 2) * copper * units::eV_per_amu_velocity_sq / units::boltzmann_eV_per_K;
      EXPECT_NEAR(temperature / target, 1.0, 1e-12);
    }
  }
}

// A chain of one link on a fixed kinetic energy: d xi/dt = (2K - N_f kT)/Q, so that velocities scale by
// exp(-xi t) summed: closed form for K = N_f kT / 2 (nothing moves) and, to first order in t, for any K.
TEST(NoseHooverChain, RestsAtItsTemperatureAndPushesAsItsEquation) {
  const double kT = units::boltzmann_eV_per_K * 500.0;
  NoseHooverChain still(1, 30.0, 0.1);
  EXPECT_NEAR(still.act(30.0 * kT, 500.0, 0.01), 1.0, 1e-14);
  NoseHooverChain pushed(1, 30.0, 0.1);
  const double t = 1e-5;
  const double xi_dot = (60.0 - 30.0) / (30.0 * 0.01);  // 1/ps^2
  EXPECT_NEAR((1.0 - pushed.act(60.0 * kT, 500.0, t)) / (0.5 * xi_dot * t * t), 1.0, 1e-4);
}

TEST(NoseHooverChain, EnergyIsContinuousWhenTheTemperatureJumps) {
  NoseHooverChain chain(3, 30.0, 0.1);
  const double kT = units::boltzmann_eV_per_K * 500.0;
  double twice_kinetic = 50.0 * kT;
  const double total = 0.5 * twice_kinetic + chain.energy();
  for (int n = 0; n < 400; ++n) {
    const double factor = chain.act(twice_kinetic, n < 200 ? 500.0 : 900.0, 0.0005);
    twice_kinetic *= factor * factor;
    EXPECT_NEAR(0.5 * twice_kinetic + chain.energy(), total, 1e-9);
  }
}

// The target falls to a thousandth within one time step: the links of the chain turn so fast that they must be followed in
// parts of it. Truth: the chain's own equations by fourth-order Runge-Kutta in steps of 2e-8 ps, and the energy held.
TEST(NoseHooverChain, FollowsAFallOfItsTemperatureToAThousandth) {
  const double freedom = 1497.0, relaxation_ps = 0.1, time_step_ps = 0.001, target_K = 1.0;
  const double first = freedom * thermal_energy(1000.0), kT = thermal_energy(target_K);
  using State = std::array<double, 4>;  // twice the kinetic energy, three rates
  const double q1 = freedom * kT * relaxation_ps * relaxation_ps, q = kT * relaxation_ps * relaxation_ps;
  const auto slope = [&](const State& y) {
    return State{-2.0 * y[1] * y[0], (y[0] - freedom * kT) / q1 - y[1] * y[2],
                 (q1 * y[1] * y[1] - kT) / q - y[2] * y[3], (q * y[2] * y[2] - kT) / q};
  };
  const auto shifted = [](State y, double h, const State& k) {
    for (std::size_t d = 0; d < 4; ++d) y[d] += h * k[d];
    return y;
  };
  State exact = {first, 0.0, 0.0, 0.0};
  const double h = 2e-8;
  const int fine_steps = 500000;  // 0.01 ps, within which links two and three go through their fastest turns
  for (int n = 0; n < fine_steps; ++n) {
    const State k1 = slope(exact), k2 = slope(shifted(exact, 0.5 * h, k1)), k3 = slope(shifted(exact, 0.5 * h, k2)),
                k4 = slope(shifted(exact, h, k3));
    for (std::size_t d = 0; d < 4; ++d) exact[d] += h / 6.0 * (k1[d] + 2.0 * k2[d] + 2.0 * k3[d] + k4[d]);
  }

  NoseHooverChain chain(3, freedom, relaxation_ps);
  double twice_kinetic = first;
  chain.act(freedom * kT, target_K, 0.0);  // begins at rest
  const double total = 0.5 * first + chain.energy();
  for (int n = 0; n < 50000; ++n) {
    const double factor = chain.act(twice_kinetic, target_K, 0.5 * time_step_ps);
    twice_kinetic *= factor * factor;
    if (n == 19) {
      EXPECT_NEAR(twice_kinetic / exact[0], 1.0, 1e-3);
    }
    ASSERT_NEAR(0.5 * twice_kinetic + chain.energy(), total, 2e-3 * total) << n;
  }
}

TEST(Ensembles, ANewProtocolStepKeepsTheState) {
  const Comm world = Comm::world();
  System system = make_system(world, cube, random_atoms(cube, 20, 500.0, 7));
  ElasticWells wells(system, 5.0);
  wells.cell_stiffness = 100.0;
  EnsembleSpec spec;
  spec.zero_momentum = false;
  spec.thermostat.kind = ThermostatKind::langevin;
  spec.barostat.kind = BarostatKind::mtk;
  {
    Integrator integrator(spec, system, wells);
    for (int n = 0; n < 30; ++n) integrator.step({500.0, {{5, 5, 5}}}, false);
  }
  const auto r = all_positions(system), v = all_velocities(system);
  const Box box = system.box;
  spec.thermostat.kind = ThermostatKind::nose_hoover;
  Integrator next(spec, system, wells);
  EXPECT_EQ(all_positions(system), r);
  EXPECT_EQ(all_velocities(system), v);
  EXPECT_EQ(system.box, box);
  EXPECT_EQ(system.step, 30);
  EXPECT_DOUBLE_EQ(system.time_ps, 0.06);
  // The cell starts at rest: its first strain is that of half a kick, d rate/dt = (V (P_aa - P) + 2K/N_f) /
  // W.
  const double volume = box.volume();
  const double kT = units::boltzmann_eV_per_K * 500.0, dt = spec.time_step_ps;
  const double mass = (60.0 + 3.0) / 3.0 * kT * spec.barostat.relaxation_ps * spec.barostat.relaxation_ps;
  const double drive = volume * (trace(next.pressure()) / 3.0 - 5.0 / units::GPa_per_eV_A3) +
                       2.0 * next.kinetic_energy() / 60.0;
  next.step({500.0, {{5, 5, 5}}}, true);
  const double strain = std::log(system.box.volume() / volume);
  EXPECT_NEAR(strain / (3.0 * dt * 0.5 * dt * drive / mass), 1.0, 1e-3);
  StateMap other;
  other["integrator/kinetic"] = std::vector<double>(9, 0.0);
  EXPECT_THROW(next.load(other), Error);
}

}  // namespace
}  // namespace patina
