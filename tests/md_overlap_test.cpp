// SPDX-License-Identifier: BSD-3-Clause
// Which atoms are said to stand too close, or in too steep a density. Truths: all pairs and images by brute force; where each atom was
// put by hand; the same for any ranks, skins, kinds of lists and precision.
#include "md/overlap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "engine_result.hpp"
#include "random_numbers.hpp"
#include "reference_eam.hpp"
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
  const double least = make_eam_tables(cu_zr()).closest;
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
        EXPECT_EQ(overlap->least_A, least);
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

// CuZr_mm with 1e6 eV more per unit of density in F of copper, beyond `limit` or short of it.
EamFunctions with_wall(double limit, bool beyond) {
  EamFunctions wall = cu_zr();
  for (std::size_t k = 0; k < wall.embedding[0].size(); ++k) {
    const double rho = static_cast<double>(k) * wall.rho_step;
    wall.embedding[0][k] += 1e6 * std::max(0.0, beyond ? rho - limit : limit - rho);
  }
  return wall;
}

// Halfway between the n-th and the next highest density of copper atoms.
double limit_of_highest(std::size_t n, const Structure& sample) {
  const auto density = reference_eam(cu_zr(), sample.box, sample.position, sample.type).density;
  std::vector<double> of_copper;
  for (std::size_t k = 0; k < sample.size(); ++k)
    if (sample.type[k] == 0) of_copper.push_back(density[k]);
  std::sort(of_copper.rbegin(), of_copper.rend());
  return 0.5 * (of_copper[n - 1] + of_copper[n]);
}

// By brute force: the atom of the steepest F', its density, and its nearest neighbour.
struct Culprit {
  std::size_t row = 0, neighbour = 0;
  double slope = 0.0, density = 0.0, distance = 1e300;
};
Culprit steepest_atom(const EamFunctions& functions, const Structure& sample) {
  const auto density = reference_eam(functions, sample.box, sample.position, sample.type).density;
  Culprit worst;
  for (std::size_t k = 0; k < sample.size(); ++k) {
    const double slope = reference_embedding(functions, sample.type[k], density[k]).slope;
    if (std::abs(slope) > std::abs(worst.slope)) worst = {k, 0, slope, density[k], 1e300};
  }
  for (std::size_t b = 0; b < sample.size(); ++b)
    for (int image = 0; image < 27; ++image) {
      const Vec3 n{{image % 3 - 1.0, image / 3 % 3 - 1.0, image / 9 - 1.0}};
      const double distance = norm(sample.position[worst.row] - sample.position[b] + n * sample.box.edges());
      if (distance == 0.0 || distance >= worst.distance) continue;
      worst.neighbour = b;
      worst.distance = distance;
    }
  return worst;
}

// Four of the atoms of copper stand where F is too steep; the one where it is steepest is told, with its nearest neighbour,
// which need not be the nearest two of those that are concerned.
TEST(Overlap, NamesTheAtomOfTheSteepestDensity) {
  const Comm world = Comm::world();
  Structure sample = small_sample();
  for (std::size_t k = 0; k < sample.size(); ++k) sample.id[k] = id_of_row(k);
  const EamFunctions wall = with_wall(limit_of_highest(4, sample), true);
  const Culprit truth = steepest_atom(wall, sample);
  ASSERT_GT(std::abs(truth.slope), 9e5);
  for (const double skin : {0.1, 0.6, 3.0})
    for (const Precision precision : {Precision::full, Precision::mixed})
      for (const bool chunks : {true, false}) {
        System system = make_system(world, sample, 1);
        Engine engine = make_engine(system, wall, {.skin_A = skin, .chunks = chunks}, precision);
        const auto overlap = engine.compute(system, Tally::energy).overlap;
        ASSERT_TRUE(overlap);
        EXPECT_EQ(overlap->cause, OverlapCause::density);
        EXPECT_EQ(overlap->id[0], id_of_row(truth.row));
        EXPECT_EQ(overlap->id[1], id_of_row(truth.neighbour));
        EXPECT_EQ(overlap->type[0], sample.type[truth.row]);
        EXPECT_EQ(overlap->type[1], sample.type[truth.neighbour]);
        const bool full = precision == Precision::full;
        EXPECT_NEAR(overlap->distance_A, truth.distance, full ? 1e-12 : 2e-8);
        EXPECT_NEAR(overlap->density, truth.density, (full ? 1e-10 : 1e-6) * truth.density);
        const double slope = reference_embedding(wall, 0, overlap->density).slope;
        EXPECT_NEAR(overlap->slope, slope, 1e-9 * std::abs(slope));
        EXPECT_LT(overlap->steepest, std::abs(truth.slope));
        const std::string message = describe(*overlap, system);
        EXPECT_NE(message.find(std::to_string(id_of_row(truth.row)) + " (Cu), "), std::string::npos) << message;
        EXPECT_NE(message.find("electron density"), std::string::npos) << message;
        EXPECT_EQ(message.find(" apart"), std::string::npos) << message;
        EXPECT_EQ(advice(*overlap, 0.001).find("exploding"), std::string::npos);
      }
}

// Wherever pairs are too close, that is told, and not the density of others, nor their own.
TEST(Overlap, TellsOfDistancesBeforeDensities) {
  const Comm world = Comm::world();
  const Structure sample = with_a_close_pair(21, 50, {{0.3, -0.2, 0.1}});
  System system = make_system(world, sample, 1);
  Engine engine = make_engine(system, with_wall(limit_of_highest(6, sample), true));
  const auto overlap = engine.compute(system, Tally::virial).overlap;
  ASSERT_TRUE(overlap);
  EXPECT_EQ(overlap->cause, OverlapCause::distance);
  expect_pair(*overlap, sample, nearest_pair(sample), 1e-12);
  EXPECT_NE(describe(*overlap, system).find(" apart"), std::string::npos);
}

// An atom of copper whose one neighbour is beyond the reach of densities, whatever lists a skin makes: F is too steep where there is
// next to no density. Neither its neighbour nor a distance has to do with it.
TEST(Overlap, AnAtomByItselfIsNamedAlone) {
  const Comm world = Comm::world();
  const EamFunctions wall = with_wall(1.0, false);
  const double reach = make_eam_tables(wall).max_density_cutoff;
  Structure sample = small_sample();
  sample.box = Box::orthogonal({{60.0, 60.0, 60.0}});
  sample.type = {1, 1, 0, 1};
  sample.id = {4, 7, 9, 5};
  sample.position = {{{1, 1, 1}}, {{1, 1, 3.5}}, {{30, 30, 30}}, {{30, 30 + reach + 0.05, 30}}};
  for (const double skin : {0.01, 0.3, 2.0, 5.0})
    for (const Precision precision : {Precision::full, Precision::mixed})
      for (const bool chunks : {true, false}) {
        System system = make_system(world, sample, 1);
        Engine engine = make_engine(system, wall, {.skin_A = skin, .chunks = chunks}, precision);
        const auto overlap = engine.compute(system, Tally::virial).overlap;
        ASSERT_TRUE(overlap);
        EXPECT_EQ(overlap->cause, OverlapCause::density);
        EXPECT_EQ(overlap->id[0], 9);
        EXPECT_EQ(overlap->id[1], 0);
        EXPECT_EQ(overlap->density, 0.0);
        const std::string message = describe(*overlap, system);
        EXPECT_NE(message.find("atom 9 (Cu), without any neighbour, has an electron density of 0,"), std::string::npos) << message;
      }
}

}  // namespace
}  // namespace patina::test
