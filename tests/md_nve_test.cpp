// SPDX-License-Identifier: BSD-3-Clause
// Truth: conservation and reversibility of velocity Verlet on a Cu64.5Zr35.5 glass at about 300 K
// (reliability catalogue P7 - P10).
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "analytic_forces.hpp"
#include "core/units.hpp"
#include "md/integrate.hpp"
#include "md/kinetic.hpp"
#include "md/lattice.hpp"
#include "md/velocity.hpp"
#include "metal_samples.hpp"

namespace patina {
namespace {

using test::make_sample;

EnsembleSpec nve(double time_step_ps) {
  EnsembleSpec spec;
  spec.time_step_ps = time_step_ps;
  return spec;
}

// A minimum with 600 K of kinetic energy, half of which has gone into the vibrations 2 ps later.
Structure glass(const Comm& comm, int atoms) {
  test::Sample sample =
      make_sample(comm, test::random_minimum(comm, {{"Cu", "Zr"}, {64.5, 35.5}}, 7.0, atoms, 600.0, 31), 31);
  Integrator integrator(nve(0.002), sample.system, *sample.engine);
  for (int n = 0; n < 1000; ++n) integrator.step({}, n % 100 == 99);
  EXPECT_NEAR(integrator.temperature(), 300.0, 30.0);
  return snapshot(sample.system);
}

std::vector<double> energies(const Comm& comm, const Structure& start, double time_step_ps,
                             double duration_ps, int every) {
  test::Sample sample = make_sample(comm, start, 1);
  Integrator integrator(nve(time_step_ps), sample.system, *sample.engine);
  std::vector<double> energy;
  const auto steps = static_cast<int>(std::lround(duration_ps / time_step_ps));
  for (int n = 1; n <= steps; ++n) {
    const bool tally = n % every == 0;
    integrator.step({}, tally);
    if (tally)
      energy.push_back(integrator.conserved_energy() / static_cast<double>(sample.system.atom_count));
  }
  return energy;
}

// P7: drift <= 1e-7 eV/atom/ps by a line through 10 ps at 1 fs, excursion <= 1e-6 eV/atom.
TEST(Nve, GlassKeepsItsEnergy) {
  const Comm world = Comm::world();
  const auto energy = energies(world, glass(world, 1372), 0.001, 10.0, 10);
  const double n = static_cast<double>(energy.size());
  const double mean = std::accumulate(energy.begin(), energy.end(), 0.0) / n;
  double te = 0.0, tt = 0.0, excursion = 0.0;
  for (std::size_t k = 0; k < energy.size(); ++k) {
    const double t = (static_cast<double>(k) - 0.5 * (n - 1.0)) * 0.01;
    te += t * (energy[k] - mean);
    tt += t * t;
    excursion = std::max(excursion, std::abs(energy[k] - mean));
  }
  RecordProperty("drift_eV_per_atom_ps", std::to_string(te / tt * 1e9) + "e-9");
  EXPECT_LE(std::abs(te / tt), 1e-7);
  EXPECT_LE(excursion, 1e-6);
}

// P8: the fluctuation of the energy over the same picosecond grows as dt^2, 4 within 5 % per doubling.
TEST(Nve, EnergyErrorIsSecondOrder) {
  const Comm world = Comm::world();
  const Structure start = glass(world, 500);
  std::vector<double> fluctuation;
  for (const int fs2 : {1, 2, 4, 8}) {
    // The same instants for every time step.
    const auto energy = energies(world, start, 0.0005 * fs2, 2.0, 8 / fs2);
    const double n = static_cast<double>(energy.size());
    const double mean = std::accumulate(energy.begin(), energy.end(), 0.0) / n;
    double sum = 0.0;
    for (const double e : energy) sum += (e - mean) * (e - mean);
    fluctuation.push_back(std::sqrt(sum / n));
  }
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(fluctuation[k + 1] / fluctuation[k], 4.0, 0.2) << k;
}

// P9: 500 steps, velocities turned, 500 steps: back within 1e-8 A.
TEST(Nve, GlassRunsBackwards) {
  const Comm world = Comm::world();
  const Structure start = glass(world, 500);
  test::Sample sample = make_sample(world, start, 1);
  Integrator integrator(nve(0.002), sample.system, *sample.engine);
  for (int n = 0; n < 500; ++n) integrator.step({}, false);
  testing::reverse_velocities(sample.system);
  for (int n = 0; n < 500; ++n) integrator.step({}, false);
  const IdBlock end = id_ordered(frame_of(sample.system));
  for (std::size_t k = 0; k < end.unwrapped.size(); ++k) {
    const auto& image = start.image[k];
    const Vec3 unwrapped = start.position[k] + start.box.translation(image.data());
    EXPECT_LE(norm(end.unwrapped[k] - unwrapped), 1e-8);
  }
}

// P10: |P| / N <= 1e-13 after 1e5 steps, in units of the thermal momentum of an atom, sqrt(m kT). Velocities
// rounded to double precision let the sum walk to about 1e-15.
TEST(Nve, MomentumStaysZero) {
  const Comm world = Comm::world();
  const Structure crystal = make_compound({"fcc", 3.64, 1.0, {3, 3, 3}}, {"Cu"});
  test::Sample sample = make_sample(world, crystal, 1);
  draw_velocities(sample.system, 600.0);
  Integrator integrator(nve(0.002), sample.system, *sample.engine);
  for (int n = 1; n <= 100000; ++n) integrator.step({}, n % 1000 == 0);
  const double thermal =
      std::sqrt(crystal.mass[0] * thermal_energy(300.0) * units::accel_per_force_over_mass);
  EXPECT_LE(norm(total_momentum(sample.system)) / static_cast<double>(sample.system.atom_count),
            1e-13 * thermal);
}

}  // namespace
}  // namespace patina
