// SPDX-License-Identifier: BSD-3-Clause
// Truths: the shell's definition by trying every integer vector; the number of lattice vectors per volume of
// reciprocal space, P = (1/2) 4 pi q^2 dq V / (2 pi)^3 [physics.md 3.3].
#include "scattering/q_set.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

const Box skewed({{{14.0, 0.0, 0.0}, {3.5, 12.0, 0.0}, {-4.0, 5.0, 13.0}}}, {{1.0, 2.0, 3.0}},
                 {true, true, true});

TEST(QSet, HoldsEveryVectorOfTheShellOnce) {
  for (const double q0 : {0.4, 1.0, 3.0}) {
    const QSet set = make_shell(skewed, q0, 0.5, 1000000, 1, 0, "test");
    std::set<std::array<int, 3>> found(set.miller.begin(), set.miller.end());
    EXPECT_EQ(found.size(), set.miller.size());
    EXPECT_EQ(set.available, set.size());
    int expected = 0;
    for (int x = -20; x <= 20; ++x)
      for (int y = -20; y <= 20; ++y)
        for (int z = -20; z <= 20; ++z) {
          // By the definition: q . a_d = 2 pi n_d, solved with the inverse of the edges.
          const Vec3 n{{double(x), double(y), double(z)}};
          const Vec3 q = 2.0 * units::pi * (n * transpose(skewed.inverse_edges()));
          if (norm(n) == 0.0 || std::abs(norm(q) - q0) >= 0.25) continue;
          ++expected;
          EXPECT_EQ(found.count({x, y, z}) + found.count({-x, -y, -z}), 1u) << x << y << z;
        }
    EXPECT_EQ(expected, 2 * set.size());
    for (int k = 0; k < set.size(); ++k)
      EXPECT_NEAR(set.q_inv_A[k], norm(skewed.wave_vector(set.miller[k])), 1e-14);
  }
}

// Truth: every integer vector tried; and symmetry: of a cubic cell as many within 30 degrees of x as of z.
TEST(QSet, TakesTheWantedDirections) {
  const Vec3 axis{{1.0, -2.0, 0.5}};
  const QSet all = make_shell(skewed, 2.0, 0.4, 1000000, 1, 0, "test");
  for (const auto& [from, to] : {std::pair(0.0, 20.0), {40.0, 60.0}, {85.0, 90.0}}) {
    const QSet some = make_shell(skewed, 2.0, 0.4, 1000000, 1, 0, "test", {axis, from, to, {}});
    std::set<std::array<int, 3>> found(some.miller.begin(), some.miller.end());
    EXPECT_EQ(some.available, some.size());
    for (const auto& n : all.miller) {
      const Vec3 q = skewed.wave_vector(n);
      const Vec3 across{{q[1] * axis[2] - q[2] * axis[1], q[2] * axis[0] - q[0] * axis[2], q[0] * axis[1] - q[1] * axis[0]}};
      const double angle = std::atan2(norm(across), std::abs(dot(q, axis))) * 180.0 / units::pi;
      EXPECT_EQ(found.count(n), angle >= from && angle <= to ? 1u : 0u) << angle;
    }
  }
  const Box cubic = Box::orthogonal({{20.0, 20.0, 20.0}});
  EXPECT_EQ(make_shell(cubic, 3.0, 0.3, 1000000, 1, 0, "test", {{{1.0, 0.0, 0.0}}, 0.0, 30.0, {}}).size(),
            make_shell(cubic, 3.0, 0.3, 1000000, 1, 0, "test", {{{0.0, 0.0, 7.0}}, 0.0, 30.0, {}}).size());
  // A line of the lattice, and the plane across it.
  for (const auto& n : make_shell(cubic, 3.0, 0.5, 1000000, 1, 0, "test", {{{0.0, 1.0, 0.0}}, 0.0, 0.0, {}}).miller)
    EXPECT_TRUE(n[0] == 0 && n[2] == 0);
  for (const auto& n : make_shell(cubic, 3.0, 0.5, 1000000, 1, 0, "test", {{{0.0, 1.0, 0.0}}, 90.0, 90.0, {}}).miller)
    EXPECT_EQ(n[1], 0);
  EXPECT_THROW(make_shell(cubic, 0.32, 0.05, 10, 1, 0, "test", {{{1.0, 1.0, 1.0}}, 0.0, 10.0, {}}), Error);
}

// The definition: every integer vector tried, in line order, and selection sampling with a number for each.
QSet tried_one_by_one(const Box& box, double q0, double width, int wanted, std::uint64_t seed, std::uint64_t draw, const QDirection& direction) {
  QSet all{q0, width, 0, {}, {}}, some = all;
  const double low = std::max(0.0, q0 - 0.5 * width), high = q0 + 0.5 * width;
  int most[3];
  for (int d = 0; d < 3; ++d) most[d] = box.periodic(d) ? static_cast<int>(high * norm(box.edges().row(d)) / (2.0 * units::pi)) + 1 : 0;
  for (int z = 0; z <= most[2]; ++z)
    for (int y = -most[1]; y <= most[1]; ++y)
      for (int x = -most[0]; x <= most[0]; ++x) {
        if (z == 0 && (y < 0 || (y == 0 && x <= 0))) continue;
        const Vec3 q = box.wave_vector({x, y, z});
        if (low < norm(q) && norm(q) < high && direction.contains({x, y, z}, q)) all.miller.push_back({x, y, z});
      }
  some.available = all.size();
  for (std::int64_t i = 0; i < some.available; ++i) {
    const auto left = static_cast<double>(some.available - i), still = static_cast<double>(std::min<std::int64_t>(wanted, some.available) - some.size());
    if (left * random_block(seed, Stream::q_subset, draw, static_cast<std::uint64_t>(i)).uniform(0) >= still) continue;
    some.miller.push_back(all.miller[static_cast<std::size_t>(i)]);
    some.q_inv_A.push_back(norm(box.wave_vector(some.miller.back())));
  }
  return some;
}

TEST(QSet, IsTheChoiceAmongAllVectorsTriedOneByOne) {
  const Box slab = Box::orthogonal({{31.0, 24.0, 9.0}}, {true, true, false}), thread = Box::orthogonal({{9.0, 9.0, 700.0}}, {false, false, true});
  const Box cubic = Box::orthogonal({{20.0, 20.0, 20.0}}), square = Box::orthogonal({{2.0 * units::pi, 2.0 * units::pi, 2.0 * units::pi}});
  const Box steep({{{40.0, 0.0, 0.0}, {19.0, 11.0, 0.0}, {-18.0, 5.0, 13.0}}}, {}, {true, true, true});
  const std::vector<QDirection> directions = {{},
                                              {.axis = {{1.0, -2.0, 0.5}}, .from_deg = 30.0, .to_deg = 60.0, .along = {}},
                                              {.axis = {{0.0, 0.0, 1.0}}, .from_deg = 0.0, .to_deg = 0.0, .along = {}},
                                              {.axis = {{1.0, 0.0, 0.0}}, .from_deg = 90.0, .to_deg = 90.0, .along = {}},
                                              {.axis = {{1.0, 1.0, 0.0}}, .from_deg = 20.0, .to_deg = 90.0, .along = {{2, 0, 0}, {0, 3, -3}}},
                                              {.along = {{1, 0, 0}}},
                                              {.along = {{2, -2, 4}}},
                                              {.along = {{1, 1, 0}, {0, 1, 1}}}};
  const std::vector<std::pair<double, double>> shells = {{2.0, 0.4}, {3.0, 0.01}, {1.7, 3.4}, {5.0, 0.1}, {1.0, 5.0}};
  std::size_t compared = 0;
  for (const Box& box : {skewed, steep, cubic, square, slab, thread})
    for (const auto& [q0, width] : shells)
      for (const QDirection& direction : directions)
        for (const int wanted : {1, 17, 1000, 1 << 30}) {
          const QSet set = find_shell(box, q0, width, wanted, 7, 3, direction), truth = tried_one_by_one(box, q0, width, wanted, 7, 3, direction);
          ASSERT_EQ(set.available, truth.available) << q0 << " " << width << " " << wanted;
          ASSERT_EQ(set.miller, truth.miller) << q0 << " " << width << " " << wanted;
          ASSERT_EQ(set.q_inv_A, truth.q_inv_A);
          compared += truth.miller.size();
          if (wanted > 1) continue;
          const QSet all = tried_one_by_one(box, q0, width, 1 << 30, 7, 3, direction);
          const double shortest = all.size() == 0 ? std::numeric_limits<double>::infinity() : *std::min_element(all.q_inv_A.begin(), all.q_inv_A.end());
          ASSERT_EQ(shortest_of_shell(box, q0, width, direction), shortest);
        }
  EXPECT_GT(compared, 40000u);
}

// Of a lattice whose squares are whole numbers every shell of them begins and ends at vectors that just do not count.
TEST(QSet, LeavesOutItsOwnEnds) {
  const Box box = Box::orthogonal({{2.0 * units::pi, 2.0 * units::pi, 2.0 * units::pi}});
  for (const int square : {1, 2, 3, 5, 9, 14, 25, 50}) {
    const double end = norm(box.wave_vector({0, 0, 1})) * std::sqrt(static_cast<double>(square));
    for (const auto& [low, high] : {std::pair(0.0, end), {end, end + 2.0}}) {
      const QSet set = find_shell(box, 0.5 * (low + high), high - low, 1 << 30, 1, 0);
      EXPECT_EQ(set.miller, tried_one_by_one(box, 0.5 * (low + high), high - low, 1 << 30, 1, 0, {}).miller) << square;
    }
  }
}

// 3e8 vectors in some tenths of a second; one by one they would outlast the test. Truth: the volume of the half ball.
TEST(QSet, CountsWithoutLookingAtEachVector) {
  const double length = std::cbrt(1e6 * 16.7), q = 12.5;
  const QSet set = find_shell(Box::orthogonal({{length, length, length}}), 0.5 * q, q, 1000, 1, 0);
  const double radius = q * length / (2.0 * units::pi), expected = 2.0 / 3.0 * units::pi * std::pow(radius, 3);
  EXPECT_NEAR(expected_vectors(Box::orthogonal({{length, length, length}}), 0.5 * q, q), expected, 1e-9 * expected);
  EXPECT_GT(expected, 2.5e8);
  EXPECT_NEAR(static_cast<double>(set.available), expected, 10.0 * radius);  // Gauss's problem in space: the error grows little faster than the radius
  ASSERT_EQ(set.size(), 1000);
  double mean = 0.0;
  for (int k = 0; k < set.size(); ++k) mean += set.q_inv_A[static_cast<std::size_t>(k)] / set.size();
  EXPECT_NEAR(mean, 0.75 * q, 5.0 * q * std::sqrt(0.6 - 0.5625) / std::sqrt(1000.0));  // of a full ball
}

TEST(QSet, HasTheDensityOfReciprocalSpace) {
  const double volume = 10000 * 16.7, length = std::cbrt(volume);
  const QSet set = make_shell(Box::orthogonal({{length, length, length}}), 2.7, 0.1, 1 << 30, 1, 0, "test");
  EXPECT_NEAR(set.size(), 3084, 4.0 * std::sqrt(3084.0));
}

TEST(QSet, DrawsEverySubsetAlikeAndReproducibly) {
  const int wanted = 30, draws = 400;
  const QSet all = make_shell(skewed, 2.0, 0.3, 1000000, 1, 0, "test");
  std::map<std::array<int, 3>, int> times;
  for (int draw = 0; draw < draws; ++draw) {
    const QSet some = make_shell(skewed, 2.0, 0.3, wanted, 5, draw, "test");
    EXPECT_EQ(some.size(), wanted);
    EXPECT_EQ(some.available, all.size());
    for (const auto& n : some.miller) ++times[n];
    EXPECT_EQ(some.miller, make_shell(skewed, 2.0, 0.3, wanted, 5, draw, "test").miller);
  }
  // Each vector is taken with probability p = wanted / all: chi^2 of the counts, with the variance of drawing
  // without replacement, has all - 1 degrees of freedom.
  const double p = double(wanted) / all.size(), mean = draws * p;
  double chi_square = 0.0;
  for (const auto& n : all.miller) chi_square += std::pow(times[n] - mean, 2) / (mean * (1.0 - p));
  EXPECT_NEAR(chi_square, all.size(), 5.0 * std::sqrt(2.0 * all.size()));
}

TEST(QSet, SaysWhatIsNearestToAnEmptyShell) {
  const Box box = Box::orthogonal({{10.0, 10.0, 10.0}});
  const double nearest = 2.0 * units::pi / 10.0 * std::sqrt(5.0);  // n = (2,1,0): 1.404963
  try {
    make_shell(box, 1.35, 0.01, 100, 1, 0, "xpcs");
    FAIL() << "an empty shell was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    EXPECT_NE(std::string(error.what()).find("xpcs: "), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find(fmt::format("{:.6f}", nearest)), std::string::npos)
        << error.what();
  }
  EXPECT_THROW(make_shell(Box::orthogonal({{9, 9, 9}}, {false, false, false}), 1.0, 0.5, 9, 1, 0, "x"),
               Error);
}

TEST(QSet, KeepsIntegersWhenTheCellChanges) {
  const QSet set = make_shell(skewed, 2.0, 0.3, 50, 1, 0, "test");
  const auto q = magnitudes(skewed.with_edges(1.25 * skewed.edges()), set);
  for (int k = 0; k < set.size(); ++k) EXPECT_NEAR(q[k], set.q_inv_A[k] / 1.25, 1e-14);
}

TEST(QSet, MergesInLineOrder) {
  const QSet low = make_shell(skewed, 1.0, 0.3, 50, 1, 0, "test"),
             high = make_shell(skewed, 2.0, 0.3, 50, 1, 1, "test");
  std::vector<int> part;
  const QSet both = merge({low, high}, part);
  ASSERT_EQ(both.size(), low.size() + high.size());
  for (int k = 0; k < both.size(); ++k) {
    EXPECT_EQ(part[k], both.q_inv_A[k] < 1.5 ? 0 : 1);
    if (k == 0) continue;
    const auto &a = both.miller[k - 1], &b = both.miller[k];
    EXPECT_TRUE(a[2] < b[2] || (a[2] == b[2] && (a[1] < b[1] || (a[1] == b[1] && a[0] < b[0]))));
  }
}

}  // namespace
}  // namespace patina
