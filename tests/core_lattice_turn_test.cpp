// SPDX-License-Identifier: BSD-3-Clause
// Truths: what makes two sets of edges span one lattice (whole numbers, determinant 1), and where a point and its images are.
#include "core/lattice_turn.hpp"

#include <gtest/gtest.h>

#include <random>

#include "core/box.hpp"

namespace patina {
namespace {

constexpr std::array<bool, 3> all = {true, true, true};

Mat3 sheared(Mat3 edges, int along, int across, double strain) {
  for (int k = 0; k < 3; ++k) edges[k][along] += strain * edges[k][across];
  return edges;
}

// A cube that was sheared by 0.7 is one of a shear of -0.3.
TEST(LatticeTurn, OfASquareByHand) {
  const LatticeTurn turn = least_tilt(sheared(diagonal({{10, 10, 10}}), 0, 1, 0.7), all, 0);
  EXPECT_EQ(turn, (LatticeTurn{{{1, 0, 0}, {-1, 1, 0}, {0, 0, 1}}}));
  EXPECT_NEAR((turn * sheared(diagonal({{10, 10, 10}}), 0, 1, 0.7))[1][0], -3.0, 1e-12);
  // Ten times as long as it is high: a shear by 3 tilts it by 0.3.
  EXPECT_TRUE(is_none(least_tilt(sheared(diagonal({{100, 10, 10}}), 0, 1, 3.0), all, 0)));
  EXPECT_EQ(least_tilt(sheared(diagonal({{10, 100, 10}}), 0, 1, 3.04), all, 0)[1][0], -30);
  // Rounding about one half does not turn it.
  EXPECT_TRUE(is_none(least_tilt(sheared(diagonal({{10, 10, 10}}), 0, 1, 0.5), all, 0)));
  EXPECT_TRUE(is_none(least_tilt(sheared(diagonal({{10, 10, 10}}), 0, 1, -0.5), all, 0)));
}

TEST(LatticeTurn, NeverOverAFreeAxis) {
  const Mat3 edges = sheared(diagonal({{10, 10, 10}}), 0, 2, 0.8);
  EXPECT_FALSE(is_none(least_tilt(edges, all, 0)));
  EXPECT_TRUE(is_none(least_tilt(edges, {true, true, false}, 0)));
  EXPECT_TRUE(is_none(least_tilt(edges, {false, true, true}, 0)));
}

TEST(LatticeTurn, OfAnyCell) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  std::uniform_int_distribution<int> axis(0, 2);
  for (int trial = 0; trial < 2000; ++trial) {
    Mat3 edges = diagonal({{12 + 8 * uniform(random), 12 + 8 * uniform(random), 12 + 8 * uniform(random)}});
    for (int k = 0; k < 3; ++k) {
      const int along = axis(random);
      edges = sheared(edges, along, (along + 1 + k % 2) % 3, 4.0 * uniform(random));
    }
    // A flow along none of the edges, but for one in three.
    const int flow = trial % 3;
    const LatticeTurn turn = least_tilt(edges, all, flow);
    const bool along_an_edge = std::abs(edges[flow][flow]) > (1 - 1e-9) * norm(edges.row(flow));
    const Mat3 whole = turn * diagonal({{1, 1, 1}});
    ASSERT_EQ(determinant(whole), 1.0);
    ASSERT_EQ(inverse(turn) * turn, LatticeTurn{});
    const Box box(edges, {{1, 2, 3}}, all), turned = box.turned(turn);
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) {
        ASSERT_NEAR((turned.edges() * inverse(edges))[i][j], turn[i][j], 1e-9);
        if (i != j && (!along_an_edge || j == flow)) {
          ASSERT_LE(std::abs(dot(turned.edges().row(i), turned.edges().row(j))), 0.51 * dot(turned.edges().row(j), turned.edges().row(j)));
        }
        ASSERT_NEAR(turned.turned(inverse(turned.turn())).edges()[i][j], edges[i][j], 1e-9);
      }
    ASSERT_TRUE(is_none(turned.turned(inverse(turned.turn())).turn()));
    ASSERT_TRUE(is_none(least_tilt(turned.edges(), all, flow)));
    // x + n E is where it was.
    const int n[3] = {3, -2, 5};
    int there[3], back[3];
    turn_images(n, inverse(turn), there);
    turn_images(there, turn, back);
    for (int d = 0; d < 3; ++d) {
      ASSERT_NEAR(box.translation(n)[d], turned.translation(there)[d], 1e-8);
      ASSERT_EQ(back[d], n[d]);
    }
    // Wave vectors of the turned lattice are those of the first, of other integers.
    const Vec3 q = turned.wave_vector({1, 2, -1});
    for (int i = 0; i < 3; ++i) {
      const double turns = dot(q, edges.row(i)) / (2.0 * 3.14159265358979324);
      ASSERT_NEAR(turns, std::round(turns), 1e-7);
    }
  }
}

}  // namespace
}  // namespace patina
