// SPDX-License-Identifier: BSD-3-Clause
// Truth: statistical mechanics of a liquid Cu64.5Zr35.5 (reliability catalogue P11 - P14).
//   kinetic energy: Gamma(N_f/2, kT), by Kolmogorov and Smirnov; weak coupling after Berendsen must fail
//   two temperatures, NVT:  ln p_2(U)/p_1(U) = const - (1/kT_2 - 1/kT_1) U
//   two pressures, NPT:     ln p_2(V)/p_1(V) = const - (P_2 - P_1) V / kT
//   two temperatures, NPT:  the same as NVT with U + P V
//     [Shirts, J. Chem. Theory Comput. 9, 909 (2013), doi 10.1021/ct300688p]
//   volume: var(V) / kT = -dV/dP
//   equipartition: each species and each half of the box at the temperature of the bath
// Bounds are three standard errors of the correlated samples; seeds are fixed.
#include <gtest/gtest.h>

#include <cmath>

#include "core/units.hpp"
#include "md/integrate.hpp"
#include "md/kinetic.hpp"
#include "metal_samples.hpp"
#include "statistics.hpp"

namespace patina {
namespace {

using testing::block_mean;
using testing::correlation_length;
using testing::kolmogorov_smirnov_p;
using testing::log_ratio_slope;

constexpr int atoms = 108;
constexpr double hot = 1800.0;  // K: above the liquidus, correlation times of a few tenths of a ps
constexpr double standard_errors = 3.0;
double kT(double temperature_K) { return units::boltzmann_eV_per_K * temperature_K; }

EnsembleSpec spec_of(ThermostatKind thermostat, BarostatKind barostat = BarostatKind::none) {
  EnsembleSpec spec;
  spec.thermostat.kind = thermostat;
  spec.thermostat.relaxation_ps = thermostat == ThermostatKind::nose_hoover ? 0.05 : 0.1;
  spec.barostat.kind = barostat;
  spec.barostat.relaxation_ps = 0.2;
  return spec;
}

// A liquid of zero pressure, and what it shows each time it is looked at.
class Liquid {
 public:
  Liquid(const EnsembleSpec& spec, const Targets& targets, std::uint64_t seed)
      : sample_(test::make_sample(world_, start(), seed)),
        targets_(targets),
        integrator_(spec, sample_.system, *sample_.engine) {
    run(2000);
  }
  void run(int steps) {
    for (int n = 1; n <= steps; ++n) integrator_.step(targets_, n == steps);
  }
  const System& system() const { return sample_.system; }
  System& system() { return sample_.system; }
  Engine& engine() { return *sample_.engine; }
  const Integrator& look() const { return integrator_; }

 private:
  // Melted once for all.
  static const Structure& start() {
    static const Structure structure = [] {
      const Comm world = Comm::world();
      test::Sample sample = test::make_sample(world, test::random_cuzr(world, atoms, 2.0 * hot, 41), 41);
      Integrator melt(spec_of(ThermostatKind::langevin, BarostatKind::cell_rescaling), sample.system, *sample.engine);
      for (int n = 0; n < 5000; ++n) melt.step({hot, {}}, false);
      return test::snapshot(sample.system);
    }();
    return structure;
  }
  Comm world_ = Comm::world();
  test::Sample sample_;
  Targets targets_;
  Integrator integrator_;
};

double kinetic_p(const std::vector<double>& kinetic) {
  const double shape = 0.5 * (3.0 * atoms - 3.0);
  return kolmogorov_smirnov_p(kinetic, [&](double k) { return testing::gamma_cdf(shape, k / kT(hot)); });
}

class KineticEnergy : public ::testing::TestWithParam<ThermostatKind> {};
INSTANTIATE_TEST_SUITE_P(Thermostats, KineticEnergy,
                         ::testing::Values(ThermostatKind::langevin, ThermostatKind::velocity_rescaling,
                                           ThermostatKind::nose_hoover));

// P11 over five seeds.
TEST_P(KineticEnergy, IsMaxwellBoltzmann) {
  std::vector<double> kinetic;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Liquid liquid(spec_of(GetParam()), {hot, {}}, seed);
    for (int n = 0; n < 120; ++n) {
      liquid.run(200);
      kinetic.push_back(liquid.look().kinetic_energy());
    }
  }
  EXPECT_LE(correlation_length(kinetic), 1.5);
  EXPECT_GE(kinetic_p(kinetic), 0.01);
}

// The control: velocities scaled towards the target by sqrt(1 + dt/tau (T_0/T - 1)) [Berendsen et al., J. Chem. Phys.
// 81, 3684 (1984)] have the right mean and too narrow a distribution. The test must see it with as many samples.
TEST(KineticEnergyControl, WeakCouplingFails) {
  std::vector<double> kinetic;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Liquid liquid(spec_of(ThermostatKind::velocity_rescaling), {hot, {}}, seed);
    Integrator free(spec_of(ThermostatKind::none), liquid.system(), liquid.engine());
    for (int n = 0; n < 120 * 200; ++n) {
      free.step({}, true);
      if (n % 200 == 199) kinetic.push_back(free.kinetic_energy());
      scale_velocities(liquid.system(), std::sqrt(1.0 + 0.002 / 0.1 * (hot / free.temperature() - 1.0)));
    }
  }
  EXPECT_NEAR(block_mean(kinetic).mean / (0.5 * (3.0 * atoms - 3.0) * kT(hot)), 1.0, 0.02);
  EXPECT_LT(kinetic_p(kinetic), 1e-4);
}

// P12, NVT.
TEST(Ensemble, EnergiesOfTwoTemperaturesDifferByTheirBoltzmannFactors) {
  const double temperature[2] = {1800.0, 1950.0};
  std::vector<double> energy[2];
  double correlation = 1.0;
  for (int k = 0; k < 2; ++k) {
    Liquid liquid(spec_of(ThermostatKind::velocity_rescaling), {temperature[k], {}}, 7);
    for (int n = 0; n < 2500; ++n) {
      liquid.run(20);
      energy[k].push_back(liquid.look().totals().potential_energy);
    }
    correlation = std::max(correlation, correlation_length(energy[k]));
  }
  const auto slope = log_ratio_slope(energy[0], energy[1], correlation);
  const double expected = 1.0 / kT(temperature[0]) - 1.0 / kT(temperature[1]);
  EXPECT_NEAR(slope.mean, expected, standard_errors * slope.error);
  // A test that cannot tell the slope from 0 would be none.
  EXPECT_LE(standard_errors * slope.error, 0.6 * expected);
}

struct Pressures {
  ThermostatKind thermostat;
  BarostatKind barostat;
};
class Volumes : public ::testing::TestWithParam<Pressures> {};
INSTANTIATE_TEST_SUITE_P(Barostats, Volumes,
                         ::testing::Values(Pressures{ThermostatKind::nose_hoover, BarostatKind::mtk},
                                           Pressures{ThermostatKind::velocity_rescaling,
                                                     BarostatKind::cell_rescaling}));

// P12, NPT, and P14.
TEST_P(Volumes, OfTwoPressuresDifferByTheirBoltzmannFactors) {
  const double pressure_GPa[2] = {0.0, 2.0};
  std::vector<double> volume[2];
  testing::Estimate mean[2], compliance[2];  // A^3; -dV/dP by fluctuation, A^6/eV
  double correlation = 1.0;
  for (int k = 0; k < 2; ++k) {
    const double p = pressure_GPa[k];
    Liquid liquid(spec_of(GetParam().thermostat, GetParam().barostat), {hot, {{p, p, p}}}, 8);
    for (int n = 0; n < 2500; ++n) {
      liquid.run(20);
      volume[k].push_back(liquid.system().box.volume());
    }
    correlation = std::max(correlation, correlation_length(volume[k]));
    mean[k] = block_mean(volume[k]);
    std::vector<double> square;
    for (const double v : volume[k]) square.push_back((v - mean[k].mean) * (v - mean[k].mean) / kT(hot));
    compliance[k] = block_mean(square);
  }
  const double dp = (pressure_GPa[1] - pressure_GPa[0]) / units::GPa_per_eV_A3;
  const auto slope = log_ratio_slope(volume[0], volume[1], correlation);
  EXPECT_NEAR(slope.mean, -dp / kT(hot), standard_errors * slope.error);
  EXPECT_LE(standard_errors * slope.error, 0.6 * dp / kT(hot));

  const double by_fluctuation = 0.5 * (compliance[0].mean + compliance[1].mean);
  const double by_difference = (mean[0].mean - mean[1].mean) / dp;
  const double error = std::hypot(0.5 * std::hypot(compliance[0].error, compliance[1].error),
                                  std::hypot(mean[0].error, mean[1].error) / dp);
  EXPECT_NEAR(by_fluctuation, by_difference, standard_errors * error);
  EXPECT_LE(standard_errors * error, 0.6 * by_difference);
}

// P13. Of the three degrees of freedom that the resting centre of mass takes, a group of atoms loses its share by mass.
TEST_P(Volumes, SpeciesAndHalvesHaveOneTemperature) {
  Liquid liquid(spec_of(GetParam().thermostat, GetParam().barostat), {hot, {}}, 9);
  std::vector<double> temperature[4];  // Cu, Zr, lower half, upper half
  for (int n = 0; n < 1000; ++n) {
    liquid.run(50);
    const IdBlock block = id_ordered(frame_of(liquid.system()));
    double kinetic[4] = {}, mass[4] = {}, count[4] = {};
    for (std::size_t i = 0; i < block.type.size(); ++i) {
      const double m = liquid.system().species.mass_amu[static_cast<std::size_t>(block.type[i])];
      const double s = liquid.system().box.to_fractional(block.position[i])[2];
      for (const int group : {block.type[i], s - std::floor(s) < 0.5 ? 2 : 3}) {
        kinetic[group] += 0.5 * m * dot(block.velocity[i], block.velocity[i]) * units::eV_per_amu_velocity_sq;
        mass[group] += m;
        count[group] += 1.0;
      }
    }
    const double total = total_mass(liquid.system());
    for (int g = 0; g < 4; ++g)
      temperature[g].push_back(temperature_K(kinetic[g], 3.0 * count[g] - 3.0 * mass[g] / total));
  }
  for (const auto& group : temperature) {
    const auto mean = block_mean(group);
    EXPECT_NEAR(mean.mean, hot, standard_errors * mean.error);
    EXPECT_LE(standard_errors * mean.error, 0.02 * hot);
  }
}

}  // namespace
}  // namespace patina
