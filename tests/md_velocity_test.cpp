// SPDX-License-Identifier: BSD-3-Clause
// Truth: Maxwell-Boltzmann moments per species (equipartition and fourth moment) within five standard errors;
// exact temperature; zero momentum; one kinetic energy worked out by hand.
#include "md/velocity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"
#include "md/lattice.hpp"

namespace patina {
namespace {

Structure sample(int cells) {
  return make_solid_solution({"fcc", 4.0, 1.0, {cells, cells, cells}}, {{"Cu", "Zr"}, {60, 40}}, 3);
}

TEST(Velocity, TemperatureIsExactAndMomentumZero) {
  Structure s = sample(6);
  draw_velocities(s, 1234.5, 9);
  EXPECT_NEAR(kinetic_temperature_K(s), 1234.5, 1e-9);
  Vec3 momentum;
  for (std::size_t i = 0; i < s.size(); ++i) momentum += s.mass[s.type[i]] * s.velocity[i];
  EXPECT_LT(norm(momentum), 1e-10);
}

TEST(Velocity, MomentsOfEachSpecies) {
  Structure s = sample(16);
  const double temperature = 1000.0;
  draw_velocities(s, temperature, 2);
  for (int t : {0, 1}) {
    const double scale =
        s.mass[t] * units::eV_per_amu_velocity_sq / (units::boltzmann_eV_per_K * temperature);
    double n = 0, mean_sq = 0, mean_4 = 0;
    Vec3 mean;
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (s.type[i] != t) continue;
      for (int d = 0; d < 3; ++d) {
        const double x_sq = scale * s.velocity[i][d] * s.velocity[i][d];
        mean_sq += x_sq;
        mean_4 += x_sq * x_sq;
        mean[d] += std::sqrt(scale) * s.velocity[i][d];
      }
      n += 3;
    }
    EXPECT_NEAR(mean_sq / n, 1.0, 5 * std::sqrt(2.0 / n));
    EXPECT_NEAR(mean_4 / n, 3.0, 5 * std::sqrt(96.0 / n));
    for (int d = 0; d < 3; ++d) EXPECT_NEAR(mean[d] / n * 3, 0.0, 5 / std::sqrt(n / 3));
  }
}

TEST(Velocity, DrawBelongsToTheAtomNotToItsPlace) {
  Structure s = sample(3), reversed = s;
  for (auto* ids : {&reversed.id}) std::reverse(ids->begin(), ids->end());
  std::reverse(reversed.type.begin(), reversed.type.end());
  draw_velocities(s, 300.0, 5);
  draw_velocities(reversed, 300.0, 5);
  for (std::size_t i = 0; i < s.size(); ++i)
    EXPECT_LT(norm(s.velocity[i] - reversed.velocity[s.size() - 1 - i]), 1e-12);
  Structure other = sample(3);
  draw_velocities(other, 300.0, 6);
  EXPECT_NE(other.velocity[0], s.velocity[0]);
}

TEST(Velocity, TemperatureByHand) {
  // Two copper atoms at +-1 A/ps: 2 * 63.546 amu * 1e4 m^2/s^2 over 3 k_B.
  Structure s{Box::orthogonal({{9, 9, 9}}), {"Cu"}, {63.546}, {1, 2}, {0, 0}, {{}, {}}, {},
              {{{1, 0, 0}}, {{-1, 0, 0}}}};
  EXPECT_NEAR(kinetic_temperature_K(s), 2 * 63.546 * 1.66053906660e-27 * 1e4 / (3 * 1.380649e-23), 1e-9);
}

TEST(Velocity, BadRequests) {
  Structure s = sample(1);
  EXPECT_THROW(draw_velocities(s, -1.0, 1), Error);
  EXPECT_THROW(draw_velocities(s, NAN, 1), Error);
  draw_velocities(s, 0.0, 1);
  EXPECT_EQ(kinetic_temperature_K(s), 0.0);
  Structure one{Box::orthogonal({{9, 9, 9}}), {"Cu"}, {63.546}, {1}, {0}, {{}}, {}, {}};
  EXPECT_THROW(draw_velocities(one, 300.0, 1), Error);
}

}  // namespace
}  // namespace patina
