// SPDX-License-Identifier: BSD-3-Clause
// Truths, closed forms of known motions: a drift of the whole sample (F_s = 1), an affine growth of the cell
// (1: co-moving q), half the atoms of a species moved by +d and half by -d (mean of cos(q . d)), Gaussian
// displacements as of a harmonic or ballistic atom, F_s = exp(-q^2 <u_x^2> / 2).
#include "scattering/self_scattering.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "scattering/drift.hpp"
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

const Box cell({{{21.0, 0.0, 0.0}, {5.0, 19.0, 0.0}, {-4.0, 3.0, 24.0}}}, {{1.0, 1.0, 1.0}},
               {true, true, true});

SelfValue between(const Sample& before, const Sample& after, const QSet& set) {
  const auto block = [](const Sample& sample) {
    const Frame frame = frame_of(sample, world(), 0.0, true);
    return fractional_block(frame, fractional_mass_centre(frame));
  };
  return self_scattering(block(after), block(before).s, make_self_plan({set}), 2, world()).at(0);
}

TEST(SelfScattering, OfADriftingSampleStaysOne) {
  const Sample before = ideal_gas(cell, 500, 6);
  Sample after = before;
  for (Vec3& r : after.position) r += Vec3{{100.0, -33.3, 7.7}};
  const auto f = between(before, after, make_shell(cell, 2.7, 0.2, 60, 1, 0, "test"));
  for (int a = 0; a < 2; ++a) EXPECT_NEAR(f.mean[a], 1.0, 1e-11);
}

TEST(SelfScattering, OfAnAffineGrowthStaysOne) {
  const Sample before = ideal_gas(cell, 500, 6);
  Sample after = before;
  after.box = cell.with_edges(1.03 * cell.edges());
  for (Vec3& r : after.position) r = after.box.to_cartesian(before.box.to_fractional(r));
  const auto f = between(before, after, make_shell(cell, 2.7, 0.2, 60, 1, 0, "test"));
  for (int a = 0; a < 2; ++a) EXPECT_NEAR(f.mean[a], 1.0, 1e-11);
}

TEST(SelfScattering, OfOppositeDisplacements) {
  const Sample before = ideal_gas(cell, 600, 5);
  Sample after = before;
  const Vec3 d{{0.4, -0.3, 0.9}};
  // Only species 1 moves, 150 atoms each way: the centre of mass rests.
  for (std::size_t i = 0, moved = 0; i < after.position.size(); ++i)
    if (after.type[i] == 1) after.position[i] += (moved++ % 2 == 0 ? 1.0 : -1.0) * d;
  const QSet set = make_shell(cell, 2.7, 0.2, 60, 1, 0, "test");
  double mean = 0.0, square = 0.0;
  for (const auto& n : set.miller) {
    const double c = std::cos(dot(cell.wave_vector(n), d));
    mean += c / set.size();
    square += c * c / set.size();
  }
  const auto f = between(before, after, set);
  EXPECT_NEAR(f.mean[0], 1.0, 1e-11);
  EXPECT_NEAR(f.mean[1], mean, 1e-11);
  EXPECT_NEAR(f.error[1], std::sqrt((square - mean * mean) / (set.size() - 1)), 1e-9);
}

// Each vector a group of its own, as many as a run may have with each_vector, in one call.
TEST(SelfScattering, OfManyGroupsAtOnce) {
  const Sample before = ideal_gas(cell, 600, 5);
  Sample after = before;
  const Vec3 d{{0.4, -0.3, 0.9}};
  for (std::size_t i = 0, moved = 0; i < after.position.size(); ++i)
    if (after.type[i] == 1) after.position[i] += (moved++ % 2 == 0 ? 1.0 : -1.0) * d;
  const QSet low = make_shell(cell, 2.0, 0.2, 60, 1, 0, "test"), high = make_shell(cell, 2.05, 0.2, 60, 1, 1, "test");  // they overlap
  std::vector<QSet> groups = {high, low};
  for (const Miller& n : low.miller) groups.push_back({1.0, 0.0, 1, {n}, {1.0}});
  const auto block = [](const Sample& sample) {
    const Frame frame = frame_of(sample, world(), 0.0, true);
    return fractional_block(frame, fractional_mass_centre(frame));
  };
  const auto values = self_scattering(block(after), block(before).s, make_self_plan(groups), 2, world());
  ASSERT_EQ(values.size(), groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    double mean = 0.0;
    for (const Miller& n : groups[g].miller) mean += std::cos(dot(cell.wave_vector(n), d)) / groups[g].size();
    EXPECT_NEAR(values[g].mean[1], mean, 1e-11) << g;
    EXPECT_EQ(std::isnan(values[g].error[1]), g >= 2) << g;
  }
}

TEST(SelfScattering, OfGaussianDisplacements) {
  const int atoms = 6000;
  const Sample before = ideal_gas(cell, atoms, 5);
  Sample after = before;
  const double sigma[2] = {0.25, 0.5};  // of each Cartesian component
  for (int i = 0; i < atoms; ++i)
    for (int d = 0; d < 3; ++d)
      after.position[i][d] += sigma[after.type[i]] * random_block(3, Stream::test, d, i).normal(0);
  const QSet set = make_shell(cell, 2.7, 0.1, 60, 1, 0, "test");
  const auto f = between(before, after, set);
  for (int a = 0; a < 2; ++a) {
    double truth = 0.0, variance = 0.0;
    for (const double q : set.q_inv_A) {
      const double x = q * q * sigma[a] * sigma[a];
      truth += std::exp(-0.5 * x) / set.size();
      variance += (0.5 * (1.0 + std::exp(-2.0 * x)) - std::exp(-x)) / (0.5 * atoms) / set.size();
    }
    // As if all vectors saw the same noise (an upper bound); they are nearly independent.
    EXPECT_NEAR(f.mean[a], truth, 2.0 * std::sqrt(variance)) << a;
  }
}

TEST(SelfScattering, HasNoValueForASpeciesWithoutAtoms) {
  const Sample before = ideal_gas(cell, 50, 10);
  const auto f = between(before, before, make_shell(cell, 2.7, 0.2, 10, 1, 0, "test"));
  EXPECT_NEAR(f.mean[0], 1.0, 1e-14);
  EXPECT_TRUE(std::isnan(f.mean[1]));
}

}  // namespace
}  // namespace patina
