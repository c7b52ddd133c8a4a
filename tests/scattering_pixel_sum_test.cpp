// SPDX-License-Identifier: BSD-3-Clause
// Fields at wave vectors that fit no cell. Truths: each point's phase and weight in long double; one rank that has all points, in one
// order, for the bits; the errors that pixel_sum.hpp promises.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/pixel_sum.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;
using Complex = std::complex<long double>;

struct Points {
  std::vector<Vec3> place;
  std::vector<std::vector<double>> weight;  // [mode][point]
  std::vector<int> group;
};

// Modes of both signs, one of them tiny, one 0 everywhere.
Points some_points(int count, int modes) {
  Points points;
  points.weight.resize(static_cast<std::size_t>(modes));
  for (int j = 0; j < count; ++j) {
    points.place.push_back({{40.0 * uniform(0, j) - 20.0, 30.0 * uniform(1, j) - 15.0, 50.0 * uniform(2, j) - 25.0}});
    points.group.push_back(j % 10 < 6 ? 0 : 1);
    for (int m = 0; m < modes; ++m)
      points.weight[static_cast<std::size_t>(m)].push_back(m == 1 ? 1e-9 * uniform(3, j) : m == 2 ? 0.0 : 3.7 * (uniform(4 + m, j) - 0.5));
  }
  return points;
}

// Points whose phases are exactly 1, i, -1, -i at q = 2 pi / 4: products have few digits.
Points on_planes(int count) {
  Points points = some_points(count, 1);
  for (int j = 0; j < count; ++j) {
    points.place[static_cast<std::size_t>(j)] = {{1.0 * (j % 8), 0.0, 4.0 * (j % 3)}};
    points.weight[0][static_cast<std::size_t>(j)] = std::ldexp(1.0, -(j % 50));
  }
  return points;
}

// Dealt to the ranks of `comm` in an order that depends on `shuffle`.
PixelPoints dealt(const Points& points, const Comm& comm, int shuffle = 0) {
  std::vector<std::size_t> mine;
  PixelPoints result;
  result.group_start = {0};
  for (int g = 0; g < 2; ++g) {
    const auto first = static_cast<std::ptrdiff_t>(mine.size());
    for (std::size_t j = 0; j < points.place.size(); ++j)
      if (points.group[j] == g && (7 * j + static_cast<std::size_t>(shuffle) * (j / 3)) % static_cast<std::size_t>(comm.size()) == static_cast<std::size_t>(comm.rank()))
        mine.push_back(j);
    if (shuffle > 0)
      std::sort(mine.begin() + first, mine.end(), [&](std::size_t a, std::size_t b) { return uniform(100 + static_cast<std::uint64_t>(shuffle), a) < uniform(100 + static_cast<std::uint64_t>(shuffle), b); });
    result.group_start.push_back(static_cast<int>(mine.size()));
  }
  const HostRows<double, 3> place("place", mine.size());
  const Kokkos::View<double**, Kokkos::LayoutRight, HostSpace> weight("weight", points.weight.size(), mine.size());
  for (std::size_t i = 0; i < mine.size(); ++i) {
    for (int d = 0; d < 3; ++d) place(i, d) = points.place[mine[i]][d];
    for (std::size_t m = 0; m < points.weight.size(); ++m) weight(m, i) = points.weight[m][mine[i]];
  }
  result.place = Kokkos::create_mirror_view_and_copy(MemSpace{}, place);
  result.weight = Kokkos::create_mirror_view_and_copy(MemSpace{}, weight);
  return result;
}

// Not a multiple of the lanes; 0 and a large one among them.
std::vector<Vec3> some_q() {
  std::vector<Vec3> q = {{}, {{25.0, -31.0, 12.0}}};
  for (int p = 0; p < 17; ++p) q.push_back({{6.0 * uniform(50, p) - 3.0, 6.0 * uniform(51, p) - 3.0, -2.0 * uniform(52, p)}});
  return q;
}

Complex brute_force(const Points& points, const Vec3& q, int group, std::size_t mode) {
  Complex sum = 0.0L;
  for (std::size_t j = 0; j < points.place.size(); ++j) {
    if (points.group[j] != group) continue;
    long double phase = 0.0L;
    for (int d = 0; d < 3; ++d) phase += static_cast<long double>(q[d]) * points.place[j][d];
    sum += static_cast<long double>(points.weight[mode][j]) * Complex(std::cos(phase), std::sin(phase));
  }
  return sum;
}

TEST(PixelSums, AgreeWithLongDouble) {
  const Points points = some_points(3001, 4);
  const std::vector<Vec3> q = some_q();
  const auto sums = pixel_sums(dealt(points, world()), q, world());
  ASSERT_EQ(sums.size(), 2 * 4 * q.size());
  for (int g = 0; g < 2; ++g)
    for (std::size_t m = 0; m < 4; ++m)
      for (std::size_t p = 0; p < q.size(); ++p) {
        const Complex truth = brute_force(points, q[p], g, m);
        const auto found = sums[(static_cast<std::size_t>(g) * 4 + m) * q.size() + p];
        // Rounding to the grid, 3e-15 of the unit of weights (2) per root of points, and phases of up to q r radians.
        const double error = std::sqrt(3001.0) * (2.0 * 3e-15 + 2e-16 * (1.0 + norm(q[p]) * 36.0));
        EXPECT_NEAR(found.real(), static_cast<double>(truth.real()), error) << g << ' ' << m << ' ' << p;
        EXPECT_NEAR(found.imag(), static_cast<double>(truth.imag()), error) << g << ' ' << m << ' ' << p;
      }
}

void expect_same_bits(const Points& points, const std::vector<Vec3>& q) {
  const auto truth = pixel_sums(dealt(points, alone()), q, alone());
  for (int shuffle = 0; shuffle < 4; ++shuffle) {
    const auto found = pixel_sums(dealt(points, world(), shuffle), q, world());
    ASSERT_EQ(found.size(), truth.size());
    for (std::size_t k = 0; k < truth.size(); ++k) ASSERT_EQ(found[k], truth[k]) << shuffle << ' ' << k;
  }
}

TEST(PixelSums, HaveTheSameBitsOnAnyRanksAndInAnyOrder) {
  expect_same_bits(some_points(2803, 3), some_q());
  expect_same_bits(on_planes(2803), {{{2.0 * units::pi / 4.0, 0.0, 0.0}}, {{2.0 * units::pi / 8.0, 1.0, 0.0}}});
}

// As many points as need more than one sum of 64 bits (2^15 at a time).
TEST(PixelSums, AllVersionsOfTheLoopsHaveTheSameBits) {
  const std::vector<Vec3> q = some_q();
  for (const Points& points : {some_points(333, 3), on_planes(99000)}) {
    const PixelPoints dealt_points = dealt(points, alone());
    const auto truth = pixel_sums_in_rows(dealt_points, q, 0.5);
    const auto versions = pixel_kernel_versions();
    for (int v = 0; v < versions.count; ++v) EXPECT_TRUE(pixel_sums_in_lanes(dealt_points, q, 0.5, *versions.all[v]) == truth) << versions.all[v]->name;
  }
}

TEST(PixelSums, NumbersThatAreNotFiniteEndAllRanks) {
  Points points = some_points(40, 2);
  points.weight[1][17] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(pixel_sums(dealt(points, world()), some_q(), world()), Error);
  points = some_points(40, 2);
  points.place[3][1] = std::numeric_limits<double>::infinity();
  EXPECT_THROW(pixel_sums(dealt(points, world()), some_q(), world()), Error);
}

TEST(PixelSums, RanksWithoutPointsAndNoPointsAtAll) {
  const Points one = some_points(1, 2);
  expect_same_bits(one, some_q());
  for (const auto& field : pixel_sums(dealt(some_points(0, 2), world()), some_q(), world())) EXPECT_EQ(field, std::complex<double>());
}

}  // namespace
}  // namespace patina
