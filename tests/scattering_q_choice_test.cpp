// SPDX-License-Identifier: BSD-3-Clause
// Truths: every integer vector tried; arithmetic on integer vectors worked out by hand; round trips.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/error.hpp"
#include "scattering/q_choice.hpp"

namespace patina {
namespace {

const Box skewed({{{21.0, 0.0, 0.0}, {3.0, 19.0, 0.0}, {-2.0, 4.0, 23.0}}}, {}, {true, true, true});
const Box cubic = Box::orthogonal({{20.0, 20.0, 20.0}});

std::string message_of(const Box& box, const QChoice& choice) {
  try {
    choose_vectors(box, choice, 1, "/protocol/0/observers/1");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

QChoice list_of(const std::vector<Miller>& list, bool each_vector = false) {
  QChoice choice;
  choice.list = list;
  choice.each_vector = each_vector;
  return choice;
}

TEST(QChoice, TakesAShellForEachCentre) {
  QChoice choice;
  choice.q_inv_A = {1.5, 2.0};
  choice.width_inv_A = 0.4;
  choice.max_vectors = 40;
  const auto groups = choose_vectors(skewed, choice, 7, "test");
  ASSERT_EQ(groups.size(), 2u);
  for (std::size_t s = 0; s < 2; ++s) EXPECT_EQ(groups[s].miller, make_shell(skewed, choice.q_inv_A[s], 0.4, 40, 7, s, "test").miller);
}

// A shell of centre q / 2 and width q holds every vector up to q.
TEST(QChoice, TakesAllVectorsUpToQ) {
  QChoice choice;
  choice.q_inv_A = {0.75};
  choice.width_inv_A = 1.5;
  choice.max_vectors = 1000000;
  const auto groups = choose_vectors(skewed, choice, 1, "test");
  int expected = 0;
  for (int x = -9; x <= 9; ++x)
    for (int y = -9; y <= 9; ++y)
      for (int z = -9; z <= 9; ++z) {
        const double q = norm(skewed.wave_vector({x, y, z}));
        if (q > 0.0 && q < 1.5) ++expected;
      }
  EXPECT_EQ(2 * groups.at(0).size(), expected);
  EXPECT_GT(expected, 100);
}

// On a line: multiples of the shortest vector of its direction, whichever multiple was given. In a plane: n . (a x b) = 0.
TEST(QChoice, TakesLinesAndPlanesOfTheLattice) {
  QChoice choice;
  choice.q_inv_A = {1.5};
  choice.width_inv_A = 3.0;
  choice.max_vectors = 1000000;
  choice.direction.along = {{2, -4, 6}};
  const QSet line = choose_vectors(skewed, choice, 1, "test").at(0);
  const double step = norm(skewed.wave_vector({1, -2, 3}));
  ASSERT_EQ(line.size(), static_cast<int>(3.0 / step));
  for (int k = 0; k < line.size(); ++k) EXPECT_EQ(line.miller[k], (Miller{k + 1, -2 * (k + 1), 3 * (k + 1)}));

  choice.direction.along = {{1, 0, 1}, {0, 2, 0}};
  const QSet plane = choose_vectors(skewed, choice, 1, "test").at(0);
  std::set<Miller> found(plane.miller.begin(), plane.miller.end());
  int expected = 0;
  for (int x = -20; x <= 20; ++x)
    for (int y = -20; y <= 20; ++y) {
      const Miller n = {x, y, x};
      const double q = norm(skewed.wave_vector(n));
      if (q == 0.0 || q >= 3.0) continue;
      ++expected;
      EXPECT_EQ(found.count(n) + found.count({-x, -y, -x}), 1u);
    }
  EXPECT_EQ(2 * plane.size(), expected);
  // With angles too: nothing of the line lies near an axis across it.
  choice.direction = {{{0.0, 0.0, 1.0}}, 0.0, 5.0, {{1, 0, 0}}};
  EXPECT_NE(message_of(cubic, choice).find("on the line (1, 0, 0) lies 0 to 5 degrees"), std::string::npos) << message_of(cubic, choice);
}

TEST(QChoice, TakesAListAsOneGroupOrEachByItself) {
  const std::vector<Miller> list = {{4, 0, 0}, {0, 0, -2}, {-1, 2, 0}};
  const QSet all = choose_vectors(cubic, list_of(list), 1, "test").at(0);
  EXPECT_EQ(all.miller, (std::vector<Miller>{{4, 0, 0}, {-1, 2, 0}, {0, 0, 2}}));
  const double unit = 2.0 * 3.14159265358979323846 / 20.0;
  EXPECT_NEAR(all.q_inv_A[1], std::sqrt(5.0) * unit, 1e-14);
  EXPECT_NEAR(all.q0_inv_A, (4.0 + std::sqrt(5.0) + 2.0) / 3.0 * unit, 1e-14);
  EXPECT_NEAR(all.width_inv_A, 2.0 * unit, 1e-14);
  const auto each = choose_vectors(cubic, list_of(list, true), 1, "test");
  ASSERT_EQ(each.size(), 3u);  // in the order of the list
  EXPECT_EQ(each[0].miller, (std::vector<Miller>{{4, 0, 0}}));
  EXPECT_EQ(each[1].miller, (std::vector<Miller>{{0, 0, 2}}));
  EXPECT_EQ(each[2].miller, (std::vector<Miller>{{-1, 2, 0}}));
}

TEST(QChoice, GivesEachVectorOfAShellItsOwnGroup) {
  QChoice choice;
  choice.q_inv_A = {1.0, 1.05};  // these overlap
  choice.width_inv_A = 0.3;
  choice.max_vectors = 1000;
  choice.each_vector = true;
  std::set<Miller> expected;
  for (const double q : choice.q_inv_A)
    for (const Miller& n : make_shell(skewed, q, 0.3, 1000, 1, 0, "test").miller) expected.insert(n);
  const auto groups = choose_vectors(skewed, choice, 1, "test");
  ASSERT_EQ(groups.size(), expected.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    ASSERT_EQ(groups[g].size(), 1);
    EXPECT_EQ(expected.count(groups[g].miller[0]), 1u);
    EXPECT_NEAR(groups[g].q0_inv_A, norm(skewed.wave_vector(groups[g].miller[0])), 1e-14);
    EXPECT_GE(groups[g].q0_inv_A, groups[g == 0 ? 0 : g - 1].q0_inv_A - 1e-9);
  }
}

TEST(QChoice, RefusesListsThatSayNothing) {
  EXPECT_EQ(message_of(cubic, list_of({{1, 0, 0}, {0, 0, 0}})),
            "/protocol/0/observers/1/miller/1: (0, 0, 0) is no direction: a vector other than 0 is wanted");
  EXPECT_EQ(message_of(cubic, list_of({{1, 0, 2}, {3, 0, 0}, {-1, 0, -2}})),
            "/protocol/0/observers/1/miller/2: (-1, 0, -2) is the same as (1, 0, 2) at miller/0: q and -q are one speckle");
  // All of a list at once, each at its place.
  EXPECT_EQ(message_of(cubic, list_of({{0, 0, 0}, {3, 0, 0}, {0, 0, 0}})),
            "/protocol/0/observers/1/miller/0: (0, 0, 0) is no direction: a vector other than 0 is wanted\n"
            "/protocol/0/observers/1/miller/2: (0, 0, 0) is no direction: a vector other than 0 is wanted");
  QChoice shells;
  shells.q_inv_A = {0.1, 3.0, 0.2};
  const std::string two = message_of(cubic, shells);
  EXPECT_EQ(two.find("/protocol/0/observers/1/q_inv_A/0: no wave vector of the cell has |q| within 0.1 +- 0.05"), 0u) << two;
  EXPECT_NE(two.find("\n/protocol/0/observers/1/q_inv_A/2: no wave vector of the cell has |q| within 0.2 +- 0.05"), std::string::npos) << two;
  const Box slab = Box::orthogonal({{20.0, 20.0, 20.0}}, {true, true, false});
  EXPECT_EQ(message_of(slab, list_of({{1, 0, 0}, {0, 1, 3}})),
            "/protocol/0/observers/1/miller/1: (0, 1, 3) must have 0 along axis z, which is not periodic");
  QChoice many;
  many.q_inv_A = {3.0};
  many.width_inv_A = 6.0;
  many.max_vectors = 1000000;
  many.each_vector = true;
  EXPECT_NE(message_of(cubic, many).find("/each_vector: there are "), std::string::npos);
}

TEST(QChoice, ComesBackFromACheckpoint) {
  for (const bool each : {false, true}) {
    const auto groups = choose_vectors(cubic, list_of({{4, 0, 0}, {0, 0, -2}, {-1, 2, 0}}, each), 1, "test");
    StateMap state;
    save(groups, state);
    const auto again = load_groups({}, state);
    ASSERT_EQ(again.size(), groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
      EXPECT_EQ(again[g].miller, groups[g].miller);
      EXPECT_EQ(again[g].q_inv_A, groups[g].q_inv_A);
      EXPECT_EQ(again[g].q0_inv_A, groups[g].q0_inv_A);
      EXPECT_EQ(again[g].width_inv_A, groups[g].width_inv_A);
    }
  }
  // As older checkpoints have them: shells without their number, one shell without a prefix.
  QChoice shells;
  shells.q_inv_A = {1.5, 2.0};
  StateMap two, one;
  save(make_shell(cubic, 1.5, 0.1, 10, 1, 0, ""), "shell0_", two);
  save(make_shell(cubic, 2.0, 0.1, 12, 1, 0, ""), "shell1_", two);
  EXPECT_EQ(load_groups(shells, two).at(1).size(), 12);
  EXPECT_EQ(load_groups(shells, two).at(1).q0_inv_A, 2.0);
  save(make_shell(cubic, 2.0, 0.1, 12, 1, 0, ""), "", one);
  shells.q_inv_A = {2.0};
  EXPECT_EQ(load_groups(shells, one).at(0).size(), 12);
}

}  // namespace
}  // namespace patina
