// SPDX-License-Identifier: BSD-3-Clause
// Truth: one rank that has all atoms, in one order. Ranks among which the atoms are dealt at random, in any order, must
// find the same bits.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "scattering/density_modes.hpp"
#include "scattering/drift.hpp"
#include "scattering/self_scattering.hpp"
#include "tests/scattering_frames.hpp"

namespace patina {
namespace {

using test::frame_of;
using test::ideal_gas;
using test::Sample;

const Comm& world() {
  static const Comm comm = Comm::world();
  return comm;
}

// This rank without the others.
const Comm& alone() {
  static const Comm comm = Comm::split(world(), world().rank());
  return comm;
}

const Box triclinic({{{31.0, 0.0, 0.0}, {7.5, 29.0, 0.0}, {-4.0, 9.0, 35.0}}}, {{-3.0, 1.5, 8.0}},
                    {true, true, true});

// 2803 atoms: no multiple of any block.
Sample gas() { return ideal_gas(triclinic, 2803, 6); }

// Atoms on planes: powers of X that are exactly 1, i, -1, where products have few digits and could lie half way between
// two numbers of the grid on which they are summed.
Sample planes(int axis) {
  Sample sample = ideal_gas(Box::orthogonal({{32.0, 64.0, 32.0}}), 2803, 6);
  for (std::size_t i = 0; i < sample.position.size(); ++i)
    sample.position[i][axis] = 0.25 * sample.box.edges()[axis][axis] * static_cast<double>(i % 4);
  return sample;
}

Sample lattice() {
  Sample sample = planes(0);
  for (std::size_t i = 0; i < sample.position.size(); ++i)
    sample.position[i] = {{4.0 * static_cast<double>(i % 8), 8.0 * static_cast<double>(i / 8 % 8),
                           0.5 * static_cast<double>(i / 64 % 64)}};
  return sample;
}

void expect_same_modes(const Sample& sample, const char* name) {
  const QSet set = make_shell(sample.box, 2.7, 0.3, 300, 3, 0, "test");
  const auto truth = density_modes(frame_of(sample, alone()), set);
  for (int shuffle = 1; shuffle <= 4; ++shuffle) {
    const auto modes = density_modes(frame_of(sample, world(), 0.0, false, shuffle), set);
    EXPECT_EQ(modes.rho, truth.rho) << name << ", shuffle " << shuffle;
  }
}

TEST(SameBits, DensityModesOfAnyOrderAndDivisionOfTheAtoms) {
  expect_same_modes(gas(), "gas");
  expect_same_modes(lattice(), "lattice");
  for (int axis = 0; axis < 3; ++axis) expect_same_modes(planes(axis), "planes");
}

TEST(SameBits, CentreOfMass) {
  const Sample sample = gas();
  const Vec3 truth = fractional_mass_centre(frame_of(sample, alone(), 0.0, true));
  for (int shuffle = 1; shuffle <= 4; ++shuffle)
    EXPECT_EQ(fractional_mass_centre(frame_of(sample, world(), 0.0, true, shuffle)), truth) << shuffle;
}

TEST(SameBits, SelfScattering) {
  const Sample before = gas();
  Sample after = before;
  for (std::size_t i = 0; i < after.position.size(); ++i)
    for (int d = 0; d < 3; ++d)
      after.position[i][d] += 0.4 * random_block(3, Stream::test, d, i).normal(0);
  const SelfPlan plan = make_self_plan({make_shell(triclinic, 2.7, 0.2, 60, 1, 0, "test")});
  const auto between = [&](const Comm& comm, int shuffle) {
    const auto block = [&](const Sample& sample) {
      const Frame frame = frame_of(sample, comm, 0.0, true, shuffle);
      return fractional_block(frame, fractional_mass_centre(frame));
    };
    return self_scattering(block(after), block(before).s, plan, 2, comm).at(0);
  };
  const SelfValue truth = between(alone(), 0);
  for (int shuffle = 1; shuffle <= 4; ++shuffle) {
    const SelfValue value = between(world(), shuffle);
    EXPECT_EQ(value.mean, truth.mean) << shuffle;
    EXPECT_EQ(value.error, truth.error) << shuffle;
  }
}

TEST(SameBits, NoPhaseOfAPositionThatIsNotANumber) {
  Sample sample = gas();
  const QSet set = make_shell(sample.box, 2.7, 0.2, 10, 3, 0, "test");
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    sample.position[1234][1] = bad;
    EXPECT_THROW(density_modes(frame_of(sample, world()), set), Error) << bad;
  }
}

}  // namespace
}  // namespace patina
