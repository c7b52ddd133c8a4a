// SPDX-License-Identifier: BSD-3-Clause
// The mesh of devices, on the host. Truths: the definition S(n) = sum_j w_j exp(i 2 pi n . s_j) summed point by point in long
// double, with what is allowed as in scattering_mesh_sum_test.cpp; exact sums, in orthogonal and triclinic cells; the host's mesh of
// the same window and cells, which differs by rounding alone; and itself with the points in another order, to the last bit.
#include "scattering/whole_mesh.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "scattering/density_modes.hpp"
#include "scattering/mesh_sum.hpp"
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
using Sums = std::vector<std::complex<double>>;

const Comm& world() {
  static const Comm comm = Comm::world();
  return comm;
}

template <template <class> class Mesh>
Sums sums_by(const PhasePoints& points, const QSet& set, const MeshLayout& layout) {
  return layout.single_precision ? Mesh<float>(set, world(), layout)(points) : Mesh<double>(set, world(), layout)(points);
}

Sums whole_mesh_sums(const PointSet& points, const QSet& set, double tolerance) {
  return sums_by<WholeMesh>(phase_points(points, world()), set, choose_mesh(set, points.size(), points.groups, tolerance));
}

void expect_within(const PointSet& points, const QSet& set, const std::vector<double>& tolerances, const char* what) {
  const auto truth = brute_force(points, set);
  for (const double tolerance : tolerances) {
    const auto error = errors_of(whole_mesh_sums(points, set, tolerance), truth, points, set.size());
    EXPECT_LE(error.rms, tolerance) << what << " at " << tolerance;
    EXPECT_LE(error.worst, 4.0 * largest_excess * tolerance) << what << " at " << tolerance;
  }
}

PointSet weighted_points(double size) {
  PointSet points = random_points(150, 2);
  for (int j = 0; j < 150; ++j) points.weight.push_back(size * (j % 3 == 0 ? 1.0 : -0.7) * (0.1 + test::uniform(9, j)));
  return points;
}

TEST(WholeMesh, MeetsEveryTolerance) {
  expect_within(random_points(300, 1), all_within({9, 9, 9}, 1), {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10}, "ball");
  expect_within(random_points(10000, 1), all_within({3, 3, 3}, 1), {1e-3, 1e-6, 1e-10}, "crowd");
}

TEST(WholeMesh, OfUnequalAxesAndAxesWithoutVectors) {
  const PointSet points = random_points(100, 2);
  expect_within(points, all_within({40, 5, 3}, 7), {1e-4, 1e-9}, "long axis");
  for (const auto& largest : {std::array<int, 3>{8, 8, 0}, {0, 8, 8}, {0, 0, 8}, {8, 0, 0}})
    expect_within(points, all_within(largest, 1), {1e-3, 1e-10}, "thin cell");
}

TEST(WholeMesh, DoesNotCareWhereACellBegins) {
  PointSet points = random_points(150, 1);
  for (std::size_t j = 0; j < points.s.size(); ++j)
    for (int d = 0; d < 3; ++d) points.s[j][d] += static_cast<double>((7 * j + d) % 11) - 5.0;
  for (int j = 0; j < 8; ++j) points.s[j] = {{j % 2 ? 0.0 : 1.0 - 0x1p-53, j / 2 % 2 ? -0x1p-60 : 1.0, j / 4 % 2 ? 0.5 : -3.0}};
  expect_within(points, all_within({9, 9, 9}, 1), {1e-4, 1e-10}, "unwrapped");
}

TEST(WholeMesh, HonoursWeights) {
  for (const double size : {1.0, 1e-30, 3e20}) expect_within(weighted_points(size), all_within({7, 7, 7}, 1), {1e-4, 1e-9}, "weights");
}

TEST(WholeMesh, HoldsAllPointsInOnePlace) {
  // No cell can get more, least of all where wide windows go around two short axes: the sum must fit the whole numbers.
  PointSet points = random_points(255, 1);
  std::fill(points.s.begin(), points.s.end(), Vec3{{0.3, 0.71, 0.2}});
  points.all_on_rank = 0;
  for (const QSet& set : {all_within({5, 5, 5}, 1), vectors({{1, 0, 0}, {200000, 0, 0}})})
    for (const auto& sum : whole_mesh_sums(points, set, 1e-10)) EXPECT_NEAR(std::abs(sum), 255.0, 255.0 * 4.0 * largest_excess * 1e-10);
}

TEST(WholeMesh, OfTheOriginIsTheSumOfWeights) {
  PointSet points = random_points(500, 1);
  for (std::size_t j = 0; j < points.s.size(); ++j) points.weight.push_back(0.5 - 0.25 * static_cast<double>(j % 7));
  double total = 0.0;
  for (const double w : points.weight) total += w;
  const auto sums = whole_mesh_sums(points, vectors({{0, 0, 0}, {1, 0, 0}}), 1e-5);
  EXPECT_NEAR(sums[0].real(), total, 1e-10);
  EXPECT_EQ(sums[0].imag(), 0.0);
}

TEST(WholeMesh, OfFewOrNoPoints) {
  PointSet points = random_points(60, 1);
  points.groups = 3;  // all points in the first
  const QSet ball = all_within({5, 5, 5}, 1);
  const auto sums = whole_mesh_sums(points, ball, 1e-6);
  for (std::size_t i = ball.miller.size(); i < sums.size(); ++i) EXPECT_EQ(std::abs(sums[i]), 0.0);
  for (const auto& sum : whole_mesh_sums(PointSet(), ball, 1e-6)) EXPECT_EQ(std::abs(sum), 0.0);
  points.groups = 1;
  points.all_on_rank = world().size() - 1;
  expect_within(points, ball, {1e-4, 1e-10}, "one rank");
}

TEST(WholeMesh, RefusesWhatIsNotANumber) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    PointSet points = random_points(100, 1);
    points.s[57][1] = bad;
    EXPECT_THROW(whole_mesh_sums(points, all_within({3, 3, 3}, 1), 1e-5), Error);
    points = random_points(100, 1);
    points.weight.assign(100, 1.0);
    points.weight[57] = bad;
    EXPECT_THROW(whole_mesh_sums(points, all_within({3, 3, 3}, 1), 1e-5), Error);
  }
}

TEST(WholeMesh, HasTheSameBitsInAnyOrderOfThePoints) {
  // All on one rank, so that ranks get the same points in either order.
  PointSet points = random_points(700, 1);
  for (int j = 0; j < 700; ++j) points.weight.push_back(test::uniform(9, j) - 0.3);
  points.all_on_rank = 0;
  PointSet reversed = points;
  std::reverse(reversed.s.begin(), reversed.s.end());
  std::reverse(reversed.weight.begin(), reversed.weight.end());
  const QSet ball = all_within({6, 6, 6}, 1);
  for (const double tolerance : {1e-4, 1e-10})
    EXPECT_EQ(whole_mesh_sums(points, ball, tolerance), whole_mesh_sums(reversed, ball, tolerance)) << tolerance;
}

TEST(WholeMesh, IsTheHostsMeshButForRounding) {
  const PointSet points = weighted_points(1.0);
  const PhasePoints mine = phase_points(points, world());
  const QSet ball = all_within({9, 8, 7}, 1);
  double squares = 0.0;
  for (const double w : points.weight) squares += w * w;
  for (const double tolerance : {1e-3, 1e-6, 1e-8, 1e-10}) {
    const MeshLayout layout = choose_mesh(ball, points.size(), 2, tolerance);
    const auto whole = sums_by<WholeMesh>(mine, ball, layout), host = sums_by<MeshSum>(mine, ball, layout);
    double square = 0.0;
    for (std::size_t i = 0; i < whole.size(); ++i) square += std::norm(whole[i] - host[i]) / static_cast<double>(whole.size());
    // The window is narrow where precision is single, and undoing it amplifies rounding little.
    EXPECT_LE(std::sqrt(square / squares), layout.single_precision ? 1e-5 : 1e-13) << tolerance;
  }
}

TEST(WholeMesh, AgreesWithExactSumsInAnyCell) {
  const Box orthogonal = Box::orthogonal({{31.0, 29.0, 35.0}});
  const Box triclinic({{{31.0, 0.0, 0.0}, {7.5, 29.0, 0.0}, {-4.0, 9.0, 35.0}}}, {{-3.0, 1.5, 8.0}}, {true, true, true});
  for (const Box& box : {orthogonal, triclinic}) {
    const auto sample = test::ideal_gas(box, 2803, 6);
    const Frame frame = test::frame_of(sample, world());
    const QSet set = make_shell(box, 1.5, 3.0, 100000, 3, 0, "test");
    const auto exact = density_modes(frame, set);
    for (const double tolerance : {1e-3, 1e-6, 1e-9}) {
      const auto mesh = sums_by<WholeMesh>(species_points(frame), set, choose_mesh(set, 2803, 2, tolerance));
      for (int a = 0; a < 2; ++a) {
        double square = 0.0;
        for (int k = 0; k < set.size(); ++k)
          square += std::norm(mesh[static_cast<std::size_t>(a) * set.size() + k] - exact(a, k)) / set.size();
        EXPECT_LE(std::sqrt(square / static_cast<double>(sample.species.count[a])), tolerance);
      }
    }
  }
}

}  // namespace
}  // namespace patina
