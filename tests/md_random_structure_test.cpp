// SPDX-License-Identifier: BSD-3-Clause
// Truth: every pair distance by brute force over periodic images; exact composition counts; density by hand.
#include "md/random_structure.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace patina {
namespace {

// Smallest r / d_min over all pairs and images.
double smallest_ratio(const Structure& s, const PairDistances& min) {
  double smallest = 1e30;
  for (std::size_t i = 0; i < s.size(); ++i)
    for (std::size_t j = i; j < s.size(); ++j)
      for (int n = 0; n < 27; ++n) {
        const int image[3] = {n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1};
        bool exists = i != j || n != 13;
        for (int d = 0; d < 3; ++d) exists = exists && (image[d] == 0 || s.box.periodic(d));
        if (!exists) continue;
        const double r = norm(s.position[j] + s.box.translation(image) - s.position[i]);
        smallest = std::min(smallest, r / min[s.type[i]][s.type[j]]);
      }
  return smallest;
}

const Composition cuzr{{"Cu", "Zr"}, {64.5, 35.5}};

TEST(RandomStructure, NoPairIsTooCloseAtMetallicDensity) {
  const auto min = default_min_distances(cuzr.species);
  EXPECT_NEAR(min[0][1], 0.78 * 2.88, 1e-12);
  const Box box = cubic_box(1500, 16.0);
  const Structure s = make_random_structure(box, cuzr, 1500, min, 11);
  ASSERT_EQ(s.size(), 1500u);
  EXPECT_NEAR(box.volume(), 24000.0, 1e-8);
  EXPECT_EQ(std::count(s.type.begin(), s.type.end(), 0), 968);  // 967.5 and 532.5: the tie goes to the first
  EXPECT_GE(smallest_ratio(s, min), 1.0);
  for (const Vec3& r : s.position)
    for (int d = 0; d < 3; ++d) {
      EXPECT_GE(r[d], 0.0);
      EXPECT_LE(r[d], box.edges()[d][d]);
    }
}

TEST(RandomStructure, TiltedBoxFreeAxisSmallBoxAndHighPacking) {
  const Mat3 tilted{{{14.0, 0.0, 0.0}, {6.0, 15.0, 0.0}, {-5.0, 7.0, 13.0}}};
  const auto min = uniform_min_distance(2, 2.0);
  for (const auto& periodic :
       {std::array<bool, 3>{true, true, true}, std::array<bool, 3>{true, true, false}}) {
    const Structure s = make_random_structure(Box(tilted, {{1, 2, 3}}, periodic), cuzr, 150, min, 3);
    EXPECT_GE(smallest_ratio(s, min), 1.0);
    for (const Vec3& r : s.position)
      for (int d = 0; d < 3; ++d) EXPECT_NEAR(s.box.to_fractional(r)[d], 0.5, 0.5 + 1e-12);
  }
  // Fewer than three cells along each edge: atoms meet several images of the same partner.
  const Structure few = make_random_structure(cubic_box(8, 16.0), cuzr, 8, min, 5);
  EXPECT_GE(smallest_ratio(few, min), 1.0);
  // Packing fraction 0.55, far beyond random insertion (0.38).
  const auto tight = uniform_min_distance(2, std::cbrt(0.55 * 6 / 3.141592653589793 * 16.0));
  EXPECT_GE(smallest_ratio(make_random_structure(cubic_box(1000, 16.0), cuzr, 1000, tight, 1), tight), 1.0);
}

TEST(RandomStructure, DependsOnTheSeedOnly) {
  const auto min = default_min_distances(cuzr.species);
  const Box box = cubic_box(300, 16.0);
  const Structure a = make_random_structure(box, cuzr, 300, min, 1);
  EXPECT_EQ(make_random_structure(box, cuzr, 300, min, 1).position, a.position);
  EXPECT_NE(make_random_structure(box, cuzr, 300, min, 2).position, a.position);
}

TEST(RandomStructure, VolumeOfADensity) {
  // Copper: 63.546 amu * 1.66053906660e-24 g / 8.96 g/cm^3 = 11.7768 A^3.
  EXPECT_NEAR(volume_per_atom_A3({{"Cu"}, {1.0}}, 8.96), 63.546 * 1.66053906660 / 8.96, 1e-12);
  EXPECT_NEAR(volume_per_atom_A3({{"Cu", "Zr"}, {50, 50}}, 7.0), 77.385 * 1.66053906660 / 7.0, 1e-12);
}

TEST(RandomStructure, ImpossibleRequestsAreRefused) {
  EXPECT_THROW(make_random_structure(cubic_box(100, 3.0), cuzr, 100, default_min_distances(cuzr.species), 1),
               Error);
  EXPECT_THROW(make_random_structure(cubic_box(1, 10.0), cuzr, 1, uniform_min_distance(2, 2.5), 1), Error);
  EXPECT_THROW(make_random_structure(cubic_box(10, 16.0), cuzr, 10, uniform_min_distance(2, 0.0), 1), Error);
  EXPECT_THROW(make_random_structure(cubic_box(10, 16.0), cuzr, 10, uniform_min_distance(2, NAN), 1), Error);
  EXPECT_THROW(make_random_structure(cubic_box(10, 16.0), cuzr, 1ll << 40, uniform_min_distance(2, 2), 1),
               Error);
  EXPECT_THROW(cubic_box(0, 16.0), Error);
  EXPECT_THROW(cubic_box(10, -1.0), Error);
  EXPECT_THROW(volume_per_atom_A3(cuzr, 0.0), Error);
  EXPECT_THROW(default_min_distances({"Ar"}), Error);
}

}  // namespace
}  // namespace patina
