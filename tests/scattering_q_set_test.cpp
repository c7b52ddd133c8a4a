// SPDX-License-Identifier: BSD-3-Clause
// Truths: the shell's definition by trying every integer vector; the number of lattice vectors per volume of
// reciprocal space, P = (1/2) 4 pi q^2 dq V / (2 pi)^3 [physics.md 3.3].
#include "scattering/q_set.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <cmath>

#include <map>
#include <set>

#include "core/error.hpp"
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
