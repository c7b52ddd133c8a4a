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
Vec3 thermal_direction(std::uint64_t seed, std::int64_t step, std::int64_t id, std::uint32_t draw, double mass) {
  const RandomBlock xy = random_block(seed, Stream::initial_velocity, step, id, 2 * draw);
  const RandomBlock z = random_block(seed, Stream::initial_velocity, step, id, 2 * draw + 1);
  return (1.0 / std::sqrt(mass)) * Vec3{{xy.normal(0), xy.normal(1), z.normal(0)}};
}

}  // namespace

void draw_velocities(System& system, double temperature_K, std::uint32_t draw) {
  require(draw <= most_draws, "more draws of velocities than there are numbers for");
  if (!(temperature_K >= 0.0) || !std::isfinite(temperature_K))
    throw Error(ExitCode::bad_input, fmt::format("temperature is {} K, must be finite and >= 0", temperature_K));
  if (temperature_K > 0.0 && system.atom_count < 2)
    throw Error(ExitCode::bad_input, fmt::format("a temperature of {} K needs at least 2 atoms, there are {}",
                                                 temperature_K, system.atom_count));
  const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.type);
  const auto velocity = Kokkos::create_mirror_view(HostSpace{}, system.atoms.velocity);
  for (int i = 0; i < system.atoms.local; ++i) {
    const Vec3 v = thermal_direction(system.seed, system.step, id(i), draw, system.species.mass_amu[type(i)]);
    for (int d = 0; d < 3; ++d) velocity(i, d) = v[d];
  }
  Kokkos::deep_copy(system.atoms.velocity, velocity);
  remove_momentum(system);
  if (temperature_K == 0.0) return scale_velocities(system, 0.0);
  const double freedoms = degrees_of_freedom(system.atom_count, true);
  scale_velocities(system, std::sqrt(temperature_K / patina::temperature_K(kinetic_energy(system), freedoms)));
}

}  // namespace patina
