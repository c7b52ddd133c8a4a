// SPDX-License-Identifier: BSD-3-Clause
#include "md/kinetic.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {

Mat3 kinetic_tensor(const System& system) {
  const auto velocity = system.atoms.velocity;
  const auto type = system.atoms.type;
  const auto mass = system.mass;
  ExactSums<6> sums;
  Kokkos::parallel_reduce(
      "kinetic_tensor", Range(0, system.atoms.local),
      KOKKOS_LAMBDA(int i, ExactSums<6>& all) {
        const double m = mass(type(i));
        const double x = velocity(i, 0), y = velocity(i, 1), z = velocity(i, 2);
        all.add(0, m * x * x);
        all.add(1, m * y * y);
        all.add(2, m * z * z);
        all.add(3, m * x * y);
        all.add(4, m * x * z);
        all.add(5, m * y * z);
      },
      sums);
  double sum[6];
  system.comm->total(sums, sum);
  return units::eV_per_amu_velocity_sq *
         Mat3{{{sum[0], sum[3], sum[4]}, {sum[3], sum[1], sum[5]}, {sum[4], sum[5], sum[2]}}};
}

double kinetic_energy(const System& system) { return 0.5 * trace(kinetic_tensor(system)); }

Vec3 total_momentum(const System& system) {
  const auto velocity = system.atoms.velocity;
  const auto type = system.atoms.type;
  const auto mass = system.mass;
  ExactSums<3> sums;
  Kokkos::parallel_reduce(
      "total_momentum", Range(0, system.atoms.local),
      KOKKOS_LAMBDA(int i, ExactSums<3>& all) {
        for (int d = 0; d < 3; ++d) all.add(d, mass(type(i)) * velocity(i, d));
      },
      sums);
  Vec3 sum;
  system.comm->total(sums, sum.v);
  return sum;
}

double total_mass(const System& system) {
  double sum = 0.0;
  for (std::size_t t = 0; t < system.species.count.size(); ++t)
    sum += static_cast<double>(system.species.count[t]) * system.species.mass_amu[t];
  return sum;
}

double degrees_of_freedom(std::int64_t atoms, bool zero_momentum) {
  return 3.0 * static_cast<double>(atoms) - (zero_momentum ? 3.0 : 0.0);
}

double temperature_K(double kinetic_energy_eV, double degrees_of_freedom) {
  return degrees_of_freedom > 0.0 ? 2.0 * kinetic_energy_eV / (degrees_of_freedom * units::boltzmann_eV_per_K)
                                  : 0.0;
}

double thermal_energy(double temperature_K) {
  if (!(temperature_K > 0.0) || !std::isfinite(temperature_K))
    throw Error(ExitCode::bad_input,
                fmt::format("thermostat temperature is {} K; it must be above 0", temperature_K));
  return units::boltzmann_eV_per_K * temperature_K;
}

Mat3 pressure_tensor(const Mat3& kinetic_tensor, const Mat3& virial, double volume) {
  Mat3 pressure;
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) pressure[a][b] = (kinetic_tensor[a][b] + virial[a][b]) / volume;
  return pressure;
}

void scale_velocities(System& system, double factor) {
  const auto velocity = system.atoms.velocity;
  Kokkos::parallel_for(
      "scale_velocities", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i) {
        for (int d = 0; d < 3; ++d) velocity(i, d) *= factor;
      });
}

void shift_velocities(System& system, const Vec3& shift) {
  const auto velocity = system.atoms.velocity;
  Kokkos::parallel_for(
      "shift_velocities", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i) {
        for (int d = 0; d < 3; ++d) velocity(i, d) -= shift[d];
      });
}

void remove_momentum(System& system) {
  shift_velocities(system, (1.0 / total_mass(system)) * total_momentum(system));
}

}  // namespace patina
