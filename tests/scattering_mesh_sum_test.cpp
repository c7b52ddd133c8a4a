// SPDX-License-Identifier: BSD-3-Clause
// Truth: the definition S(n) = sum_j w_j exp(i 2 pi n . s_j) summed point by point in long double. Errors are relative to
// sqrt(sum w^2). What is allowed: the tolerance in the mean square, over vectors of a ball as far as n_max; of the worst
// vector the 5 tolerances that are expected of it (mesh_layout.hpp) times 4, as the modes that alias have exponential
// intensities: one of 1000 exceeds 4 x its rms with probability 1000 exp(-16) = 1e-4.
#include "scattering/mesh_sum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/mode_sum.hpp"
#include "tests/scattering_points.hpp"

namespace patina {
namespace {

using test::all_within;
using test::brute_force;
using test::errors_of;
using test::phase_points;
using test::PointSet;
using test::random_points;
using test::vectors;

const Comm& world() {
  static const Comm comm = Comm::world();
  return comm;
}

std::vector<std::complex<double>> mesh_sums(const PointSet& points, const QSet& set, double tolerance) {
  const ModeSum sum(set, world(), points.size(), points.groups, {SumMethod::mesh, tolerance});
  return sum(phase_points(points, world()));
}

void expect_within(const PointSet& points, const QSet& set, const std::vector<double>& tolerances, const char* what) {
  const auto truth = brute_force(points, set);
  for (const double tolerance : tolerances) {
    const auto error = errors_of(mesh_sums(points, set, tolerance), truth, points, set.size());
    EXPECT_LE(error.rms, tolerance) << what << " at " << tolerance;
    EXPECT_LE(error.worst, 4.0 * largest_excess * tolerance) << what << " at " << tolerance;
  }
}

TEST(MeshSum, MeetsEveryTolerance) {
  expect_within(random_points(300, 1), all_within({9, 9, 9}, 1), {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10}, "ball");
}

TEST(MeshSum, MeetsEveryToleranceWithManyPointsInACell) {
  expect_within(random_points(10000, 1), all_within({3, 3, 3}, 1), {1e-3, 1e-5, 1e-6, 1e-8, 1e-10}, "crowd");
}

TEST(MeshSum, OfUnequalAxes) {
  const PointSet points = random_points(100, 2);
  for (const auto& largest : {std::array<int, 3>{40, 5, 3}, {3, 40, 5}, {5, 3, 40}})
    expect_within(points, all_within(largest, 7), {1e-4, 1e-9}, "long axis");
}

TEST(MeshSum, OfAxesWithoutVectors) {
  // n_max = 0 along an axis: one plane, narrower than any window.
  const PointSet points = random_points(100, 2);
  for (const auto& largest : {std::array<int, 3>{8, 8, 0}, {0, 8, 8}, {8, 0, 8}, {0, 0, 8}, {0, 8, 0}, {8, 0, 0}, {1, 1, 1}})
    expect_within(points, all_within(largest, 1), {1e-3, 1e-5, 1e-10}, "thin cell");
}

TEST(MeshSum, OfSingleVectors) {
  // No mean over vectors: each meets what is allowed to the worst.
  const PointSet points = random_points(200, 1);
  for (const auto& n : {std::array<int, 3>{0, 0, 1}, {-7, 3, 0}, {-2, -5, 11}, {0, -13, 4}, {64, 0, 0}}) {
    for (const double tolerance : {1e-3, 1e-6, 1e-10}) {
      const QSet set = vectors({n});
      const auto error = errors_of(mesh_sums(points, set, tolerance), brute_force(points, set), points, 1);
      EXPECT_LE(error.worst, 4.0 * tolerance) << n[0] << " " << n[1] << " " << n[2];
    }
  }
}

TEST(MeshSum, OfTheOriginIsTheSumOfWeights) {
  PointSet points = random_points(500, 1);
  for (std::size_t j = 0; j < points.s.size(); ++j) points.weight.push_back(0.5 - 0.25 * static_cast<double>(j % 7));
  double total = 0.0;
  for (const double w : points.weight) total += w;
  const auto sums = mesh_sums(points, vectors({{0, 0, 0}, {1, 0, 0}}), 1e-5);
  EXPECT_NEAR(sums[0].real(), total, 1e-10);
  EXPECT_EQ(sums[0].imag(), 0.0);
}

TEST(MeshSum, OfOnePointHasModulusOne) {
  const QSet ball = all_within({8, 7, 6}, 1);
  for (const Vec3& s : {Vec3{{0.0, 0.0, 0.0}}, Vec3{{0.5, 0.25, 0.125}}, Vec3{{1.0 - 1e-16, 0.3, 1.0 - 1e-9}},
                        Vec3{{-1e-20, 1e-20, -0.5}}, Vec3{{0.123, 0.456, 0.789}}}) {
    for (const double tolerance : {1e-3, 1e-6, 1e-10}) {
      PointSet point;
      point.s = {s};
      const auto sums = mesh_sums(point, ball, tolerance);
      // No modes of random phase here: all that alias are 1.
      for (const auto& sum : sums) EXPECT_NEAR(std::abs(sum), 1.0, 4.0 * largest_excess * tolerance);
      EXPECT_LE(errors_of(sums, brute_force(point, ball), point, ball.size()).rms, 1.5 * tolerance);
    }
  }
}

TEST(MeshSum, DoesNotCareWhereACellBegins) {
  // Points far outside [0, 1), at 0 and one rounding below 1.
  PointSet points = random_points(150, 1);
  for (std::size_t j = 0; j < points.s.size(); ++j)
    for (int d = 0; d < 3; ++d) points.s[j][d] += static_cast<double>((7 * j + d) % 11) - 5.0;
  for (int j = 0; j < 8; ++j)
    points.s[j] = {{j % 2 ? 0.0 : 1.0 - 0x1p-53, j / 2 % 2 ? -0x1p-60 : 1.0, j / 4 % 2 ? 0.5 : -3.0}};
  expect_within(points, all_within({9, 9, 9}, 1), {1e-4, 1e-10}, "unwrapped");
}

TEST(MeshSum, HonoursWeights) {
  const QSet ball = all_within({7, 7, 7}, 1);
  for (const double size : {1.0, 1e-30, 3e20}) {
    PointSet points = random_points(150, 2);
    for (int j = 0; j < 150; ++j)
      points.weight.push_back(size * (j % 3 == 0 ? 1.0 : -0.7) * (0.1 + test::uniform(9, j)));
    expect_within(points, ball, {1e-4, 1e-9}, "weights");
  }
}

TEST(MeshSum, OfEmptyGroupsVanishes) {
  PointSet points = random_points(60, 1);
  points.groups = 3;  // all points in the first
  const QSet ball = all_within({5, 5, 5}, 1);
  const auto sums = mesh_sums(points, ball, 1e-6);
  for (std::size_t i = ball.miller.size(); i < sums.size(); ++i) EXPECT_EQ(std::abs(sums[i]), 0.0);
  expect_within(points, ball, {1e-6}, "first group");
}

TEST(MeshSum, OfNoPointsVanishes) {
  PointSet none;
  for (const auto& sum : mesh_sums(none, all_within({5, 5, 5}, 1), 1e-6)) EXPECT_EQ(std::abs(sum), 0.0);
}

TEST(MeshSum, OfPointsOnOneRankOnly) {
  PointSet points = random_points(200, 1);
  points.all_on_rank = world().size() - 1;
  expect_within(points, all_within({6, 6, 6}, 1), {1e-4, 1e-10}, "one rank");
}

TEST(MeshSum, ServesManyFrames) {
  const QSet ball = all_within({6, 6, 6}, 1);
  const ModeSum sum(ball, world(), 300, 1, {SumMethod::mesh, 1e-7});
  for (int frame = 0; frame < 3; ++frame) {
    PointSet points = random_points(300 - 100 * frame, 1);
    const auto error =
        errors_of(sum(phase_points(points, world())), brute_force(points, ball), points, ball.size());
    EXPECT_LE(error.rms, 1e-7) << frame;
  }
}

TEST(MeshSum, RefusesWhatIsNotANumber) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    PointSet points = random_points(100, 1);
    points.s[57][1] = bad;
    EXPECT_THROW(mesh_sums(points, all_within({3, 3, 3}, 1), 1e-5), Error);
    points = random_points(100, 1);
    points.weight.assign(100, 1.0);
    points.weight[57] = bad;
    EXPECT_THROW(mesh_sums(points, all_within({3, 3, 3}, 1), 1e-5), Error);
  }
}

}  // namespace
}  // namespace patina
