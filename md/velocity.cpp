// SPDX-License-Identifier: BSD-3-Clause
#include "md/velocity.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"
#include "md/kinetic.hpp"

namespace patina {

namespace {

// In units of sqrt(k_B T / m): the unit Gaussian divided by sqrt(m).
Vec3 thermal_direction(std::uint64_t seed, std::int64_t step, std::int64_t id, double mass) {
  const RandomBlock xy = random_block(seed, Stream::initial_velocity, step, id, 0);
  const RandomBlock z = random_block(seed, Stream::initial_velocity, step, id, 1);
  return (1.0 / std::sqrt(mass)) * Vec3{{xy.normal(0), xy.normal(1), z.normal(0)}};
}

void remove_total_momentum(Structure& structure) {
  Vec3 momentum;
  double mass = 0.0;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    momentum += structure.mass[structure.type[i]] * structure.velocity[i];
    mass += structure.mass[structure.type[i]];
  }
  for (Vec3& v : structure.velocity) v = v - (1.0 / mass) * momentum;
}

}  // namespace

double kinetic_temperature_K(const Structure& structure) {
  if (structure.velocity.empty() || structure.size() < 2) return 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < structure.size(); ++i)
    sum += structure.mass[structure.type[i]] * dot(structure.velocity[i], structure.velocity[i]);
  const double freedoms = 3.0 * static_cast<double>(structure.size()) - 3.0;
  return sum * units::eV_per_amu_velocity_sq / (freedoms * units::boltzmann_eV_per_K);
}

void draw_velocities(Structure& structure, double temperature_K, std::uint64_t seed) {
  if (!(temperature_K >= 0.0) || !std::isfinite(temperature_K))
    throw Error(ExitCode::bad_input,
                fmt::format("temperature is {} K, must be finite and >= 0", temperature_K));
  structure.velocity.assign(structure.size(), Vec3{});
  if (temperature_K == 0.0) return;
  if (structure.size() < 2)
    throw Error(ExitCode::bad_input, fmt::format("a temperature of {} K needs at least 2 atoms, there are {}",
                                                 temperature_K, structure.size()));
  for (std::size_t i = 0; i < structure.size(); ++i)
    structure.velocity[i] = thermal_direction(seed, 0, structure.id[i], structure.mass[structure.type[i]]);
  remove_total_momentum(structure);
  const double scale = std::sqrt(temperature_K / kinetic_temperature_K(structure));
  for (Vec3& v : structure.velocity) v = scale * v;
}

void draw_velocities(System& system, double temperature_K) {
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.type);
  const auto velocity = Kokkos::create_mirror_view(HostSpace{}, system.atoms.velocity);
  for (int i = 0; i < system.atoms.local; ++i) {
    const Vec3 v = thermal_direction(system.seed, system.step, id(i), system.species.mass_amu[type(i)]);
    for (int d = 0; d < 3; ++d) velocity(i, d) = v[d];
  }
  Kokkos::deep_copy(system.atoms.velocity, velocity);
  remove_momentum(system);
  const double freedoms = degrees_of_freedom(system.atom_count, true);
  scale_velocities(system, std::sqrt(temperature_K / patina::temperature_K(kinetic_energy(system), freedoms)));
}

}  // namespace patina
