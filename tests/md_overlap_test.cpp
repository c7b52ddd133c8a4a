// SPDX-License-Identifier: BSD-3-Clause
// Which atoms are said to stand too close. Truths: all pairs and images by brute force; where each atom was put by hand; the
// same for any ranks, kinds of lists and precision.
#include "md/overlap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "engine_result.hpp"
#include "random_numbers.hpp"
#include "small_sample.hpp"

namespace patina::test {
namespace {

// Ids of an input: no row, no order, gaps.
constexpr std::int64_t id_of_row(std::size_t row) { return 1000 - 7 * static_cast<std::int64_t>(row); }

// The small sample, with atom `moved` put `apart` from atom `at`.
Structure with_a_close_pair(std::size_t at, std::size_t moved, const Vec3& apart) {
  Structure sample = small_sample();
  for (std::size_t k = 0; k < sample.size(); ++k) sample.id[k] = id_of_row(k);
  sample.position[moved] = sample.position[at] + apart;
  return sample;
}

struct Pair {
  std::size_t row[2] = {};
  double distance = 1e300;
};

Pair nearest_pair(const Structure& sample) {
  Pair nearest;
  for (std::size_t a = 0; a < sample.size(); ++a)
    for (std::size_t b = 0; b <= a; ++b)
      for (int image = 0; image < 27; ++image) {
        if (a == b && image == 13) continue;
        const Vec3 n{{image % 3 - 1.0, image / 3 % 3 - 1.0, image / 9 - 1.0}};
        const double distance = norm(sample.position[a] - sample.position[b] + n * sample.box.edges());
        // Ids fall with the row: the first of the two is the later one.
        if (distance < nearest.distance) nearest = {{a, b}, distance};
      }
  return nearest;
}

void expect_pair(const Overlap& found, const Structure& sample, const Pair& truth, double tolerance) {
  for (int k = 0; k < 2; ++k) {
    EXPECT_EQ(found.id[k], id_of_row(truth.row[k]));
    EXPECT_EQ(found.type[k], sample.type[truth.row[k]]);
  }
  EXPECT_NEAR(found.distance_A, truth.distance, tolerance);
}

TEST(Overlap, NamesTheNearestOfAllPairs) {
  const Comm world = Comm::world();
  const double least[2] = {make_eam_tables(cu_zr()).closest, make_eam_tables(cu_zr()).mixed_closest};
  // Within the cell, through faces, onto one place.
  const Structure samples[] = {with_a_close_pair(21, 50, {{0.3, -0.2, 0.1}}), with_a_close_pair(0, 63, {{-0.2, -0.3, -0.4}}),
                               with_a_close_pair(0, 3, {{0.0, 0.0, 0.0}})};
  for (const Structure& sample : samples)
    for (const Precision precision : {Precision::full, Precision::mixed})
      for (const bool chunks : {true, false}) {
        System system = make_system(world, sample, 1);
        system.step = 17;
        Engine engine = make_engine(system, cu_zr(), {.chunks = chunks}, precision);
        const auto overlap = engine.compute(system, Tally::energy).overlap;
        ASSERT_TRUE(overlap);
        // Places on a grid of 2^-45 A or so; in mixed precision of the steps of 32 bits.
        expect_pair(*overlap, sample, nearest_pair(sample), precision == Precision::full ? 1e-12 : 2e-8);
        EXPECT_EQ(overlap->step, 17);
        EXPECT_EQ(overlap->least_A, least[precision == Precision::mixed]);
      }
}

// Many pairs of one distance: each atom has a twin.
TEST(Overlap, OfEqualsNamesTheLowestIds) {
  const Comm world = Comm::world();
  Structure twins = small_sample();
  twins.box = Box::orthogonal({{16.0, 16.0, 16.0}});
  for (std::size_t k = 0; k < twins.size(); ++k) {
    const int number = static_cast<int>(k) * 37 % 64, site = number / 2;
    twins.position[k] = {{4.0 * (site % 4) + 0.5 * (number % 2), 4.0 * (site / 4 % 4), 8.0 * (site / 16)}};
  }
  System system = make_system(world, twins, 1);
  Engine engine = make_engine(system, cu_zr());
  const auto overlap = engine.compute(system, Tally::virial).overlap;
  ASSERT_TRUE(overlap);
  EXPECT_EQ(overlap->distance_A, 0.5);
  // Row 0 is number 0, whose twin is number 1 = 37 k mod 64 for k = 45.
  EXPECT_EQ(overlap->id[0], 1);
  EXPECT_EQ(overlap->id[1], 46);
}

TEST(Overlap, AnAtomMayMeetItsOwnImage) {
  const Comm world = Comm::world();
  Structure wire = small_sample();
  wire.id.resize(1);
  wire.type.resize(1);
  wire.position.resize(1);
  wire.box = Box::orthogonal({{0.5, 30.0, 30.0}});
  System system = make_system(world, wire, 1);
  Engine engine = make_engine(system, cu_zr());
  const auto overlap = engine.compute(system, Tally::virial).overlap;
  ASSERT_TRUE(overlap);
  EXPECT_EQ(overlap->id[0], 1);
  EXPECT_EQ(overlap->id[1], 1);
  EXPECT_DOUBLE_EQ(overlap->distance_A, 0.5);
  EXPECT_NE(describe(*overlap, system).find("its own periodic image"), std::string::npos);
}

// Seen between two virials, and told with the next: when it was, and where the atoms were then.
TEST(Overlap, IsRememberedUntilTheNextVirial) {
  const Comm world = Comm::world();
  const Structure sample = small_sample();
  const Vec3 there = sample.position[21] - sample.position[50] + Vec3{{0.3, 0.2, 0.1}};
  std::vector<Vec3> approach(sample.size()), retreat(sample.size());
  approach[50] = there;
  retreat[50] = -1.0 * there;
  System system = make_system(world, sample, 1);
  Engine engine = make_engine(system, cu_zr());
  EXPECT_FALSE(engine.compute(system, Tally::energy).overlap);
  system.step = 4;
  displace(system, approach);
  EXPECT_FALSE(engine.compute(system, Tally::forces).overlap);
  system.step = 5;
  displace(system, retreat);
  EXPECT_FALSE(engine.compute(system, Tally::forces).overlap);
  system.step = 6;
  const auto overlap = engine.compute(system, Tally::virial).overlap;
  ASSERT_TRUE(overlap);
  EXPECT_EQ(overlap->step, 4);
  EXPECT_EQ(overlap->id[0], 22);
  EXPECT_EQ(overlap->id[1], 51);
  EXPECT_NEAR(overlap->distance_A, std::sqrt(0.14), 1e-12);
  EXPECT_FALSE(engine.compute(system, Tally::virial).overlap);
}

// F of copper as steep as a wall beyond half the density that two copper atoms have at 1.3 A. Two zirconium atoms are nearer
// to each other, but no harm is in that.
TEST(Overlap, NamesTheAtomsOfTooHighADensity) {
  const Comm world = Comm::world();
  EamFunctions wall = cu_zr();
  const auto near = static_cast<std::size_t>(1.3 / wall.r_step);
  const double limit = 0.5 * wall.density[0][0][near];
  for (std::size_t k = 0; k < wall.embedding[0].size(); ++k)
    wall.embedding[0][k] += 1e6 * std::max(0.0, static_cast<double>(k) * wall.rho_step - limit);
  Structure sample = small_sample();
  sample.box = Box::orthogonal({{40.0, 40.0, 40.0}});
  sample.type = {1, 0, 1, 0, 0, 0};
  sample.id = {1, 2, 3, 4, 5, 6};
  sample.position = {{{1, 1, 1}}, {{20, 20, 20}}, {{1, 1, 2.2}}, {{20, 21.3, 20}}, {{30, 5, 5}}, {{30, 7.5, 5}}};
  System system = make_system(world, sample, 1);
  Engine engine = make_engine(system, wall);
  const auto overlap = engine.compute(system, Tally::energy).overlap;
  ASSERT_TRUE(overlap);
  EXPECT_EQ(overlap->id[0], 2);
  EXPECT_EQ(overlap->id[1], 4);
  EXPECT_LT(overlap->least_A, 1.2);
  EXPECT_NE(describe(*overlap, system).find("electron density"), std::string::npos);
}

}  // namespace
}  // namespace patina::test
