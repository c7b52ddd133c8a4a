// SPDX-License-Identifier: BSD-3-Clause
// Truth: volumes whose distribution is known in closed form.
//   Ideal gas under pressure P: p(V) ~ V^M exp(-P V/kT), M = N, or N - 1 where the centre of mass stands
//   still. Elastic cell at P = 0: ln V (isotropic) and ln L_a (per axis) are Gaussian with variance s^2 =
//   kT/stiffness about the mean s^2; the mean tells the measure dV (dL_a) from d ln V, for which it would be
//   0.
// Correlated samples: standard errors from blocks, bounds of four of them.
#include <gtest/gtest.h>

#include <cmath>

#include "analytic_forces.hpp"
#include "core/units.hpp"
#include "md/integrate.hpp"
#include "md/kinetic.hpp"
#include "statistics.hpp"

namespace patina {
namespace {

using testing::block_mean;
using testing::ElasticWells;
using testing::IdealGas;
using testing::make_system;
using testing::random_atoms;

constexpr double temperature = 600.0;
const double kT = units::boltzmann_eV_per_K * temperature;
constexpr double standard_errors = 4.0;
const Box cube = Box::orthogonal({{12.0, 12.0, 12.0}});

struct Case {
  ThermostatKind thermostat;
  BarostatKind barostat;
  CellCoupling coupling;
  bool zero_momentum;
};

EnsembleSpec spec_of(const Case& c) {
  EnsembleSpec spec;
  spec.time_step_ps = 0.002;
  spec.zero_momentum = c.zero_momentum;
  spec.thermostat.kind = c.thermostat;
  spec.thermostat.relaxation_ps = 0.05;
  spec.barostat.kind = c.barostat;
  spec.barostat.coupling = c.coupling;
  spec.barostat.relaxation_ps = 0.1;
  return spec;
}

class Gas : public ::testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    Cell, Gas,
    ::testing::Values(
        Case{ThermostatKind::langevin, BarostatKind::mtk, CellCoupling::isotropic, false},
        Case{ThermostatKind::velocity_rescaling, BarostatKind::mtk, CellCoupling::isotropic, true},
        Case{ThermostatKind::langevin, BarostatKind::cell_rescaling, CellCoupling::isotropic, false},
        Case{ThermostatKind::velocity_rescaling, BarostatKind::cell_rescaling, CellCoupling::isotropic,
             true}));

TEST_P(Gas, VolumeFollowsTheGammaDistribution) {
  const Comm world = Comm::world();
  const int atoms = 6;
  System system = make_system(world, cube, random_atoms(cube, atoms, temperature, 3), 21);
  if (GetParam().zero_momentum) remove_momentum(system);
  IdealGas gas;
  EnsembleSpec spec = spec_of(GetParam());
  const double pressure = atoms * kT / cube.volume();  // eV/A^3
  spec.barostat.compressibility_per_GPa = 1.0 / (pressure * units::GPa_per_eV_A3);
  Integrator integrator(spec, system, gas);
  const double P = pressure * units::GPa_per_eV_A3;
  std::vector<double> x, x_sq;
  for (int n = 0; n < 1000000; ++n) {
    integrator.step({temperature, {{P, P, P}}}, false);
    if (n < 10000 || n % 10) continue;
    x.push_back(pressure * system.box.volume() / kT);
    x_sq.push_back(x.back() * x.back());
  }
  // Gamma distribution of shape M + 1: mean M + 1, second moment (M + 1)(M + 2).
  const double shape = atoms + (GetParam().zero_momentum ? 0.0 : 1.0);
  const auto mean = block_mean(x), square = block_mean(x_sq);
  EXPECT_NEAR(mean.mean, shape, standard_errors * mean.error);
  EXPECT_NEAR(square.mean, shape * (shape + 1.0), standard_errors * square.error);
  // The bound must be able to tell M from M + 1.
  EXPECT_LE(standard_errors * mean.error, 0.3);
}

class Elastic : public ::testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    Cell, Elastic,
    ::testing::Values(
        Case{ThermostatKind::langevin, BarostatKind::mtk, CellCoupling::isotropic, false},
        Case{ThermostatKind::langevin, BarostatKind::mtk, CellCoupling::per_axis, false},
        Case{ThermostatKind::langevin, BarostatKind::cell_rescaling, CellCoupling::isotropic, false},
        Case{ThermostatKind::langevin, BarostatKind::cell_rescaling, CellCoupling::per_axis, false}));

TEST_P(Elastic, LogarithmicStrainIsGaussianAboutItsVariance) {
  const Comm world = Comm::world();
  const int atoms = 4;
  System system = make_system(world, cube, random_atoms(cube, atoms, temperature, 4), 22);
  ElasticWells wells(system, 2.0);
  const double variance = 0.04;
  wells.cell_stiffness = kT / variance;
  wells.per_axis = GetParam().coupling == CellCoupling::per_axis;
  EnsembleSpec spec = spec_of(GetParam());
  // An axis alone moves a third as far as the volume.
  spec.barostat.compressibility_per_GPa =
      (wells.per_axis ? 3.0 : 1.0) * cube.volume() / wells.cell_stiffness / units::GPa_per_eV_A3;
  Integrator integrator(spec, system, wells);
  std::vector<double> strain, square;
  for (int n = 0; n < 800000; ++n) {
    integrator.step({temperature, {}}, false);
    if (n < 10000 || n % 10) continue;
    double x = std::log(system.box.volume() / cube.volume());
    if (wells.per_axis) x = std::log(system.box.edges()[1][1] / cube.edges()[1][1]);
    strain.push_back(x);
    square.push_back(x * x);
  }
  const auto mean = block_mean(strain), second = block_mean(square);
  EXPECT_NEAR(mean.mean, variance, standard_errors * mean.error);
  EXPECT_NEAR(second.mean, variance + variance * variance, standard_errors * second.error);
  EXPECT_LE(standard_errors * mean.error, 0.6 * variance);
}

}  // namespace
}  // namespace patina
