// SPDX-License-Identifier: BSD-3-Clause
// Truth: closed-form geometry of a parallelepiped.
#include "core/box.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

const Mat3 tilted{{{10.0, 0.0, 0.0}, {2.0, 9.0, 0.0}, {-1.0, 3.0, 8.0}}};

TEST(Box, VolumeAndHeightsOfATriclinicCell) {
  const Box box(tilted, {}, {true, true, true});
  EXPECT_DOUBLE_EQ(box.volume(), 720.0);
  // The third face distance of a lower-triangular cell is its own diagonal element.
  EXPECT_DOUBLE_EQ(box.height(2), 8.0);
  EXPECT_LT(box.height(0), 10.0);
}

TEST(Box, FractionalCoordinatesInvertCartesianOnes) {
  const Box box(tilted, {{1.0, -2.0, 3.0}}, {true, true, true});
  const Vec3 s{{0.3, 0.7, -0.2}};
  const Vec3 back = box.to_fractional(box.to_cartesian(s));
  for (int d = 0; d < 3; ++d) EXPECT_NEAR(back[d], s[d], 1e-15);
}

TEST(Box, WaveVectorsAreReciprocalToTheEdges) {
  const Box box(tilted, {}, {true, true, true});
  const std::array<int, 3> n{3, -2, 5};
  const Vec3 q = box.wave_vector(n);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(dot(q, tilted.row(i)), 2.0 * units::pi * n[i], 1e-12);
}

TEST(Box, RefusesCellsWithoutVolume) {
  EXPECT_THROW(Box::orthogonal({{1.0, 0.0, 1.0}}), Error);
  EXPECT_THROW(Box::orthogonal({{1.0, -1.0, 1.0}}), Error);
  EXPECT_THROW(Box::orthogonal({{1.0, NAN, 1.0}}), Error);
}

}  // namespace
}  // namespace patina
