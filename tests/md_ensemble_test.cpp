// SPDX-License-Identifier: BSD-3-Clause
// Truth: statistical mechanics of liquid Cu and, for equipartition, Cu64.5Zr35.5 (reliability catalogue P11 -
// P14).
//   kinetic energy: Gamma(N_f/2, kT), by Kolmogorov and Smirnov; weak coupling after Berendsen must fail
//   two temperatures, NVT:  ln p_2(U)/p_1(U) = const - (1/kT_2 - 1/kT_1) U
//   two pressures, NPT:     ln p_2(V)/p_1(V) = const - (P_2 - P_1) V / kT
//   two temperatures, NPT:  the same as in NVT with U + P V
//     [Shirts, J. Chem. Theory Comput. 9, 909 (2013), doi 10.1021/ct300688p]
//   volume: var(V) / kT = -dV/dP
//   equipartition: each species and each half of the box at the temperature of the bath
// Bounds are three standard errors of the correlated samples; seeds are fixed.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <set>

#include "core/units.hpp"
#include "md/integrate.hpp"
#include "md/kinetic.hpp"
#include "md/velocity.hpp"
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
  spec.thermostat.relaxation_ps = 0.05;
  spec.barostat.kind = barostat;
  spec.barostat.relaxation_ps = 0.2;
  return spec;
}

// Melted from a random sample at no pressure.
Structure melt(const Composition& composition, double density_g_per_cm3) {
  const Comm world = Comm::world();
  const Structure start = test::random_minimum(world, composition, density_g_per_cm3, atoms, 2.0 * hot, 41);
  test::Sample sample = test::make_sample(world, start, 41);
  Integrator integrator(spec_of(ThermostatKind::langevin, BarostatKind::cell_rescaling), sample.system,
                        *sample.engine);
  for (int n = 0; n < 3000; ++n) integrator.step({hot, {}}, false);
  return snapshot(sample.system);
}

// Its interactions are shorter than those of Zr, which makes so small a box four times as fast.
const Structure& copper() {
  static const Structure structure = melt({{"Cu"}, {1.0}}, 7.5);
  return structure;
}

// A liquid at a temperature and pressure, and what it shows each time it is looked at.
class Liquid {
 public:
  Liquid(const EnsembleSpec& spec, const Targets& targets, std::uint64_t seed,
         const Structure& start = copper())
      : sample_(with_velocities(test::make_sample(world_, start, seed), targets.temperature_K)),
        targets_(targets),
        integrator_(spec, sample_.system, *sample_.engine) {
    run(1000);
  }
  void run(int steps) {
    for (int n = 1; n <= steps; ++n) integrator_.step(targets_, n == steps);
  }
  const System& system() const { return sample_.system; }
  System& system() { return sample_.system; }
  Engine& engine() { return *sample_.engine; }
  const Integrator& look() const { return integrator_; }

 private:
  // The seed acts through them where the thermostat draws no numbers.
  static test::Sample with_velocities(test::Sample sample, double temperature) {
    draw_velocities(sample.system, temperature);
    return sample;
  }
  Comm world_ = Comm::world();
  test::Sample sample_;
  Targets targets_;
  Integrator integrator_;
};

// Kinetic energies 0.3 ps apart are independent to within a few per cent under every thermostat here
// (measured over 0.8 ns each: correlations of at most 0.07 there). Chains oscillate at sqrt(2)/tau and
// decay within 0.4 ps.
constexpr int seeds = 5;
constexpr int samples = 100;  // of the kinetic energy per seed
constexpr int spacing = 150;  // time steps
constexpr double degrees_of_freedom = 3.0 * atoms - 3.0;

// In units of its mean, 1 +- sqrt(2 / N_f).
double kinetic_p(const std::vector<double>& kinetic) {
  const double shape = 0.5 * degrees_of_freedom;
  return kolmogorov_smirnov_p(kinetic, [&](double k) { return testing::gamma_cdf(shape, shape * k); });
}
double variance_ratio(const std::vector<double>& kinetic) {
  double sum = 0.0;
  for (const double k : kinetic) sum += (k - 1.0) * (k - 1.0);
  return sum / static_cast<double>(kinetic.size()) * 0.5 * degrees_of_freedom;
}
// Of each sample with the next.
double neighbour_correlation(const std::vector<double>& kinetic) {
  double sum = 0.0;
  for (std::size_t k = 0; k + 1 < kinetic.size(); ++k) sum += (kinetic[k] - 1.0) * (kinetic[k + 1] - 1.0);
  return sum / static_cast<double>(kinetic.size()) * 0.5 * degrees_of_freedom;
}
double reduced(double kinetic_energy) { return kinetic_energy / (0.5 * degrees_of_freedom * kT(hot)); }

class Thermostatted : public ::testing::TestWithParam<ThermostatKind> {};
INSTANTIATE_TEST_SUITE_P(Thermostats, Thermostatted,
                         ::testing::Values(ThermostatKind::langevin, ThermostatKind::velocity_rescaling,
                                           ThermostatKind::nose_hoover));

// P11 over five seeds: Kolmogorov-Smirnov, mean and variance.
TEST_P(Thermostatted, KineticEnergyIsMaxwellBoltzmann) {
  std::vector<double> kinetic;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Liquid liquid(spec_of(GetParam()), {hot, {}}, seed);
    for (int n = 0; n < samples; ++n) {
      liquid.run(spacing);
      kinetic.push_back(reduced(liquid.look().kinetic_energy()));
    }
  }
  // Runs that repeat each other, as a deterministic thermostat's would from one start, are no independent
  // samples.
  ASSERT_EQ(std::set<double>(kinetic.begin(), kinetic.end()).size(), kinetic.size());
  const double n = static_cast<double>(kinetic.size());
  EXPECT_NEAR(neighbour_correlation(kinetic), 0.0, 0.07 + standard_errors / std::sqrt(n));
  const double mean = block_mean(kinetic).mean, width = variance_ratio(kinetic), p = kinetic_p(kinetic);
  EXPECT_GE(p, 0.01);
  EXPECT_NEAR(mean, 1.0, standard_errors * std::sqrt(2.0 / degrees_of_freedom / n));
  EXPECT_NEAR(width, 1.0, standard_errors * std::sqrt(2.0 / n));
  std::printf("K / (N_f kT/2): mean %.5f, variance / Gamma's %.3f, Kolmogorov-Smirnov p %.3f\n", mean, width,
              p);
}

// The control: velocities scaled towards the target by sqrt(1 + dt/tau (T_0/T - 1)) [Berendsen et al., J.
// Chem. Phys. 81, 3684 (1984)] have the right mean and too narrow a distribution. The test must see it with
// as many samples.
TEST(KineticEnergyControl, WeakCouplingFails) {
  std::vector<double> kinetic;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Liquid liquid(spec_of(ThermostatKind::velocity_rescaling), {hot, {}}, seed);
    Integrator free(spec_of(ThermostatKind::none), liquid.system(), liquid.engine());
    for (int n = 0; n < samples * spacing; ++n) {
      free.step({}, true);
      if (n % spacing == spacing - 1) kinetic.push_back(reduced(free.kinetic_energy()));
      scale_velocities(liquid.system(), std::sqrt(1.0 + 0.002 / 0.1 * (hot / free.temperature() - 1.0)));
    }
  }
  const double mean = block_mean(kinetic).mean, width = variance_ratio(kinetic), p = kinetic_p(kinetic);
  EXPECT_NEAR(mean, 1.0, 0.02);
  EXPECT_LT(p, 1e-4);
  EXPECT_LT(width, 1.0 - 2.0 * standard_errors * std::sqrt(2.0 / static_cast<double>(kinetic.size())));
  std::printf("weak coupling: mean %.5f, variance / Gamma's %.3f, Kolmogorov-Smirnov p %.2g\n", mean, width,
              p);
}

// Energies (or, under pressure, enthalpies) at two temperatures: slope of ln p_2/p_1 is 1/kT_1 - 1/kT_2.
void expect_boltzmann_slope(const std::vector<double> (&energy)[2], const double (&temperature)[2]) {
  const double correlation = std::max(correlation_length(energy[0]), correlation_length(energy[1]));
  const auto slope = log_ratio_slope(energy[0], energy[1], correlation);
  const double expected = 1.0 / kT(temperature[0]) - 1.0 / kT(temperature[1]);
  EXPECT_NEAR(slope.mean, expected, standard_errors * slope.error);
  // A test that cannot tell the slope from 0 would be none.
  EXPECT_LE(standard_errors * slope.error, 0.6 * expected);
  std::printf("two temperatures: slope / expected %.3f +- %.3f\n", slope.mean / expected,
              slope.error / expected);
}

// P12, NVT.
TEST_P(Thermostatted, EnergiesOfTwoTemperaturesDifferByTheirBoltzmannFactors) {
  const double temperature[2] = {1800.0, 2050.0};
  std::vector<double> energy[2];
  for (int k = 0; k < 2; ++k) {
    Liquid liquid(spec_of(GetParam()), {temperature[k], {}}, 7 + static_cast<std::uint64_t>(k));
    for (int n = 0; n < 2000; ++n) {
      liquid.run(15);
      energy[k].push_back(liquid.look().totals().potential_energy);
    }
  }
  expect_boltzmann_slope(energy, temperature);
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

// P12, NPT.
TEST_P(Volumes, EnthalpiesOfTwoTemperaturesDifferByTheirBoltzmannFactors) {
  const double temperature[2] = {1800.0, 2050.0}, pressure_GPa = 1.0;
  std::vector<double> enthalpy[2];
  for (int k = 0; k < 2; ++k) {
    Liquid liquid(spec_of(GetParam().thermostat, GetParam().barostat),
                  {temperature[k], {{pressure_GPa, pressure_GPa, pressure_GPa}}},
                  17 + static_cast<std::uint64_t>(k));
    for (int n = 0; n < 2000; ++n) {
      liquid.run(15);
      enthalpy[k].push_back(liquid.look().totals().potential_energy +
                            pressure_GPa / units::GPa_per_eV_A3 * liquid.system().box.volume());
    }
  }
  expect_boltzmann_slope(enthalpy, temperature);
}

// P12, NPT, and P14.
TEST_P(Volumes, OfTwoPressuresDifferByTheirBoltzmannFactors) {
  const double pressure_GPa[2] = {0.0, 2.0};
  std::vector<double> volume[2];
  testing::Estimate mean[2], compliance[2];  // A^3; -dV/dP by fluctuation, A^6/eV
  double correlation = 1.0;
  for (int k = 0; k < 2; ++k) {
    const double p = pressure_GPa[k];
    Liquid liquid(spec_of(GetParam().thermostat, GetParam().barostat), {hot, {{p, p, p}}},
                  8 + static_cast<std::uint64_t>(k));
    for (int n = 0; n < 2000; ++n) {
      liquid.run(15);
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
  std::printf("two pressures: slope / expected %.3f +- %.3f; var(V)/kT over -dV/dP %.3f +- %.3f\n",
              -slope.mean * kT(hot) / dp, slope.error * kT(hot) / dp, by_fluctuation / by_difference,
              error / by_difference);
}

// P13. Of the three degrees of freedom that the resting centre of mass takes, a group of atoms loses its
// share by mass.
TEST_P(Volumes, SpeciesAndHalvesHaveOneTemperature) {
  Liquid liquid(spec_of(GetParam().thermostat, GetParam().barostat), {hot, {}}, 9,
                melt({{"Cu", "Zr"}, {64.5, 35.5}}, 7.0));
  std::vector<double> temperature[4];  // Cu, Zr, lower half, upper half
  for (int n = 0; n < 1500; ++n) {
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
    std::printf("temperature of a group: %.1f +- %.1f K\n", mean.mean, mean.error);
  }
}

}  // namespace
}  // namespace patina
