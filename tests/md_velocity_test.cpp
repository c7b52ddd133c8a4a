// SPDX-License-Identifier: BSD-3-Clause
// Truth: Maxwell-Boltzmann moments per species (equipartition and fourth moment) within five standard errors;
// exact temperature; zero momentum; one kinetic energy worked out by hand.
#include "md/velocity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"
#include "md/kinetic.hpp"
#include "md/lattice.hpp"

namespace patina {
namespace {

Structure solution(int cells) {
  return make_solid_solution({"fcc", 4.0, 1.0, {cells, cells, cells}}, {{"Cu", "Zr"}, {60, 40}}, 3);
}

System at_temperature(const Comm& comm, const Structure& structure, double temperature, std::uint64_t seed) {
  System system = make_system(comm, structure, seed);
  draw_velocities(system, temperature);
  return system;
}

double measured_temperature(const System& system) {
  return temperature_K(kinetic_energy(system), degrees_of_freedom(system.atom_count, true));
}

TEST(Velocity, TemperatureIsExactAndMomentumZero) {
  const Comm world = Comm::world();
  const Structure s = solution(6);
  const System system = at_temperature(world, s, 1234.5, 9);
  EXPECT_NEAR(measured_temperature(system), 1234.5, 1e-9);
  Vec3 momentum;
  const IdBlock block = id_ordered(frame_of(system));
  for (std::size_t k = 0; k < block.type.size(); ++k) momentum += s.mass[block.type[k]] * block.velocity[k];
  EXPECT_LT(norm(momentum), 1e-10);
}

TEST(Velocity, MomentsOfEachSpecies) {
  const Comm world = Comm::world();
  const Structure s = solution(16);
  const double temperature = 1000.0;
  const System system = at_temperature(world, s, temperature, 2);
  const IdBlock block = id_ordered(frame_of(system));
  for (int t : {0, 1}) {
    const double scale = s.mass[t] * units::eV_per_amu_velocity_sq / (units::boltzmann_eV_per_K * temperature);
    double n = 0, mean_sq = 0, mean_4 = 0;
    Vec3 mean;
    for (std::size_t i = 0; i < block.type.size(); ++i) {
      if (block.type[i] != t) continue;
      for (int d = 0; d < 3; ++d) {
        const double x_sq = scale * block.velocity[i][d] * block.velocity[i][d];
        mean_sq += x_sq;
        mean_4 += x_sq * x_sq;
        mean[d] += std::sqrt(scale) * block.velocity[i][d];
      }
      n += 3;
    }
    EXPECT_NEAR(mean_sq / n, 1.0, 5 * std::sqrt(2.0 / n));
    EXPECT_NEAR(mean_4 / n, 3.0, 5 * std::sqrt(96.0 / n));
    for (int d = 0; d < 3; ++d) EXPECT_NEAR(mean[d] / n * 3, 0.0, 5 / std::sqrt(n / 3));
  }
}

TEST(Velocity, DrawBelongsToTheAtomNotToItsPlace) {
  const Comm world = Comm::world();
  const Structure s = solution(3);
  Structure reversed = s;
  std::reverse(reversed.id.begin(), reversed.id.end());
  std::reverse(reversed.type.begin(), reversed.type.end());
  const IdBlock a = id_ordered(frame_of(at_temperature(world, s, 300.0, 5)));
  const IdBlock b = id_ordered(frame_of(at_temperature(world, reversed, 300.0, 5)));
  EXPECT_EQ(a.velocity, b.velocity);
  EXPECT_NE(id_ordered(frame_of(at_temperature(world, s, 300.0, 6))).velocity[0], a.velocity[0]);
}

TEST(Velocity, TemperatureByHand) {
  // Two copper atoms at +-1 A/ps: 2 * 63.546 amu * 1e4 m^2/s^2 over 3 k_B.
  const Comm world = Comm::world();
  const Structure s{Box::orthogonal({{9, 9, 9}}), {"Cu"}, {63.546}, {1, 2}, {0, 0}, {{}, {}}, {},
                    {{{1, 0, 0}}, {{-1, 0, 0}}}};
  EXPECT_NEAR(measured_temperature(make_system(world, s, 1)),
              2 * 63.546 * 1.66053906660e-27 * 1e4 / (3 * 1.380649e-23), 1e-9);
}

TEST(Velocity, BadRequests) {
  const Comm world = Comm::world();
  System system = make_system(world, solution(1), 1);
  EXPECT_THROW(draw_velocities(system, -1.0), Error);
  EXPECT_THROW(draw_velocities(system, NAN), Error);
  draw_velocities(system, 0.0);
  EXPECT_EQ(kinetic_energy(system), 0.0);
  const Structure one{Box::orthogonal({{9, 9, 9}}), {"Cu"}, {63.546}, {1}, {0}, {{}}, {}, {}};
  System alone = make_system(world, one, 1);
  EXPECT_THROW(draw_velocities(alone, 300.0), Error);
}

// Of one state at one time: as independent of each other as two seeds are, within five standard errors.
TEST(Velocity, DrawsAreIndependent) {
  const Comm world = Comm::world();
  const Structure s = solution(10);
  std::vector<IdBlock> draws;
  for (const std::uint32_t draw : {0u, 1u, 2u, most_draws}) {
    System system = make_system(world, s, 9);
    draw_velocities(system, 700.0, draw);
    EXPECT_NEAR(measured_temperature(system), 700.0, 1e-9);
    draws.push_back(id_ordered(frame_of(system)));
  }
  for (std::size_t a = 0; a < draws.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      double product = 0.0, squares = 0.0;
      for (std::size_t i = 0; i < s.size(); ++i)
        for (int d = 0; d < 3; ++d) {
          const double mass = s.mass[static_cast<std::size_t>(draws[a].type[i])];
          product += mass * draws[a].velocity[i][d] * draws[b].velocity[i][d];
          squares += mass * draws[a].velocity[i][d] * draws[a].velocity[i][d];
        }
      EXPECT_LT(std::abs(product / squares), 5.0 / std::sqrt(3.0 * static_cast<double>(s.size()))) << a << " " << b;
    }
}

}  // namespace
}  // namespace patina
