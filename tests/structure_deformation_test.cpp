// SPDX-License-Identifier: BSD-3-Clause
// Truths: all pairs and images for neighbours; an affine map has D2_min = 0 and its own strain, whatever the cell; a numerical minimum over
// all nine components of F for D2_min; closed forms of shear strains and participation ratios; atoms moved in known places for events.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>

#include "scattering_frames.hpp"
#include "structure/deformation.hpp"

namespace patina {
namespace {

using test::uniform;

Structure gas(const Box& box, int atoms) {
  const test::Sample sample = test::ideal_gas(box, atoms, 6);
  Structure made{box, {"Cu", "Zr"}, {63.546, 91.224}, {}, sample.type, sample.position, {}, {}};
  made.id.resize(made.size());
  std::iota(made.id.begin(), made.id.end(), 1);
  return made;
}

const Box skew({{{14.0, 0.0, 0.0}, {3.0, 12.0, 0.0}, {-2.0, 2.5, 13.0}}}, {{1.0, -4.0, 2.0}}, {true, true, true});

// Positions put into the cell, images counted.
Structure wrapped(Structure sample) {
  sample.image.assign(sample.size(), {});
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const Vec3 s = sample.box.to_fractional(sample.position[i]);
    int back[3] = {0, 0, 0};
    for (int d = 0; d < 3; ++d)
      if (sample.box.periodic(d)) back[d] = -static_cast<int>(std::floor(s[d]));
    for (std::size_t d = 0; d < 3; ++d) sample.image[i][d] = -back[d];
    sample.position[i] += sample.box.translation(back);
  }
  return sample;
}

Structure mapped(const Structure& sample, const Mat3& f) {
  Structure image = sample;
  image.box = Box(sample.box.edges() * f, sample.box.origin() * f, sample.box.periodic());
  for (Vec3& r : image.position) r = r * f;
  return image;
}

double distance_squared(const Vec3& a) { return dot(a, a); }

TEST(CutoffNeighborsTest, AreThoseOfAllPairsAndImages) {
  for (const auto& periodic : {std::array<bool, 3>{true, true, true}, {true, false, true}, {false, false, false}})
    for (const double cutoff : {2.0, 5.0, 17.0}) {  // beyond the cell too
      const Structure sample = gas(Box(skew.edges(), skew.origin(), periodic), 50);
      Structure shifted = sample;  // the same atoms, some of them outside
      for (std::size_t i = 0; i < sample.size(); ++i) {
        int n[3];
        for (int d = 0; d < 3; ++d) n[d] = periodic[static_cast<std::size_t>(d)] ? static_cast<int>(i % 5) - 2 : 0;
        shifted.position[i] += sample.box.translation(n);
      }
      const CutoffNeighbors found = neighbors_within(shifted, cutoff);
      std::size_t total = 0;
      for (std::size_t i = 0; i < sample.size(); ++i) {
        std::set<std::tuple<int, int, int, int>> expected, got;
        for (std::size_t j = 0; j < sample.size(); ++j)
          for (int x = -7; x <= 7; ++x)
            for (int y = -7; y <= 7; ++y)
              for (int z = -7; z <= 7; ++z) {
                const int n[3] = {x, y, z};
                if ((i == j && x == 0 && y == 0 && z == 0) || (!periodic[0] && x != 0) || (!periodic[1] && y != 0) || (!periodic[2] && z != 0))
                  continue;
                const Vec3 apart = shifted.position[j] + sample.box.translation(n) - shifted.position[i];
                if (distance_squared(apart) <= cutoff * cutoff) expected.insert({static_cast<int>(j), x, y, z});
              }
        for (const CutoffNeighbor& one : found.of(i)) {
          got.insert({one.atom, one.image[0], one.image[1], one.image[2]});
          const Vec3 apart = shifted.position[static_cast<std::size_t>(one.atom)] + sample.box.translation(one.image.data()) - shifted.position[i];
          EXPECT_LT(norm(apart - one.apart), 1e-12);
        }
        EXPECT_EQ(got, expected) << i;
        EXPECT_EQ(got.size(), found.of(i).size());
        total += got.size();
      }
      EXPECT_TRUE(cutoff < 4.0 || total > 100u);
    }
}

TEST(Deformation, OfAnAffineMapIsItsStrainAndNothingElse) {
  const Mat3 f{{{1.02, 0.03, 0.0}, {0.15, 0.97, -0.04}, {0.01, 0.0, 1.05}}};
  const Structure before = gas(skew, 300);
  const CutoffNeighbors near = neighbors_within(before, 4.0);
  // |d F|^2 - |d|^2 = 2 d E d^T.
  const Mat3 e = 0.5 * (f * transpose(f));
  for (const Structure& after : {mapped(before, f), wrapped(mapped(before, f))}) {
    const LocalDeformation found = local_deformation(before, near, after);
    for (std::size_t i = 0; i < before.size(); ++i) {
      ASSERT_LT(found.d2_min_A2[i], 1e-24);
      for (int a = 0; a < 3; ++a)
        for (int b = 0; b < 3; ++b) ASSERT_NEAR(found.strain[i][a][b], e[a][b] - (a == b ? 0.5 : 0.0), 1e-12);
    }
  }
  // Of frames whose atoms stand outside the cell at first and are put back later, or the other way round.
  Structure outside = before;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const int n[3] = {static_cast<int>(i % 3) - 1, static_cast<int>(i % 4), 0};
    outside.position[i] += before.box.translation(n);
  }
  const Structure inside = wrapped(outside);
  for (const Structure* first : std::initializer_list<const Structure*>{&outside, &inside})
    for (const Structure& after : {mapped(outside, f), wrapped(mapped(outside, f))})
      for (const double d2 : local_deformation(*first, neighbors_within(*first, 4.0), after).d2_min_A2) ASSERT_LT(d2, 1e-24);
}

// Simple shear g: E_xy = g/2, E_yy or E_xx = g^2/2, so the von Mises strain is sqrt(g^2/4 + g^4/12). Pure dilation has none.
TEST(Deformation, HasTheShearOfClosedForms) {
  const Structure before = gas(skew, 200);
  const CutoffNeighbors near = neighbors_within(before, 4.0);
  for (const double g : {0.001, 0.1, 0.7}) {
    const auto sheared = local_deformation(before, near, mapped(before, {{{1, 0, 0}, {g, 1, 0}, {0, 0, 1}}}));
    for (const double shear : sheared.shear) ASSERT_NEAR(shear, std::sqrt(g * g / 4.0 + g * g * g * g / 12.0), 1e-12);
  }
  for (const double shear : local_deformation(before, near, mapped(before, diagonal({{1.1, 1.1, 1.1}}))).shear) ASSERT_LT(shear, 1e-12);
}

// The sum of squares is a quadratic form of F. Its minimum by going down along one component after the other, from F = 0.
TEST(Deformation, IsTheLeastOfAllMapsByBruteForce) {
  const Structure before = gas(skew, 60);
  Structure after = mapped(before, {{{1.02, 0.03, 0.0}, {0.05, 0.97, -0.04}, {0.01, 0.0, 1.05}}});
  for (std::size_t i = 0; i < after.size(); ++i)
    for (int d = 0; d < 3; ++d) after.position[i][d] += 1.5 * (uniform(20 + static_cast<std::uint64_t>(d), i) - 0.5);
  const double cutoff = 5.0;
  const LocalDeformation found = local_deformation(before, neighbors_within(before, cutoff), wrapped(after));
  for (std::size_t i = 0; i < before.size(); ++i) {
    std::vector<std::pair<Vec3, Vec3>> pairs;
    for (std::size_t j = 0; j < before.size(); ++j)
      for (int image = 0; image < 27; ++image) {
        const int n[3] = {image / 9 - 1, image / 3 % 3 - 1, image % 3 - 1};
        const Vec3 old = before.position[j] + before.box.translation(n) - before.position[i];
        if ((j != i || image != 13) && norm(old) <= cutoff) pairs.push_back({old, after.position[j] + after.box.translation(n) - after.position[i]});
      }
    const auto sum = [&](const Mat3& f) {
      double total = 0.0;
      for (const auto& [old, moved] : pairs) total += distance_squared(moved - old * f);
      return total;
    };
    Mat3 f;
    double best = sum(f);
    for (int sweep = 0; sweep < 20000; ++sweep) {
      const double start = best;
      for (int a = 0; a < 3; ++a)
        for (int b = 0; b < 3; ++b) {
          Mat3 up = f, down = f;
          up[a][b] += 0.5, down[a][b] -= 0.5;
          const double high = sum(up), low = sum(down), curvature = high - 2.0 * best + low;
          f[a][b] += 0.25 * (low - high) / curvature;
          best = sum(f);
        }
      if (start - best < 1e-15 * best) break;
    }
    ASSERT_EQ(found.neighbors[i], static_cast<int>(pairs.size()));
    EXPECT_NEAR(found.d2_min_A2[i], best / static_cast<double>(pairs.size()), 1e-9 * best) << i;
  }
}

TEST(Deformation, IsUnknownWhereNeighboursDoNotSpanSpace) {
  Structure plane = gas(Box(skew.edges(), skew.origin(), {true, true, false}), 40);
  for (Vec3& r : plane.position) r[2] = 3.0;
  for (const double d2 : local_deformation(plane, neighbors_within(plane, 5.0), plane).d2_min_A2) EXPECT_TRUE(std::isnan(d2));
}

TEST(ParticipationRatio, IsOneOfEqualStepsAndTheShareOfAtomsThatMove) {
  std::vector<Vec3> steps(200);
  EXPECT_EQ(participation_ratio(steps), 0.0);
  for (std::size_t i = 0; i < 30; ++i) steps[7 * i % 200][static_cast<int>(i % 3)] = i % 2 == 0 ? 0.4 : -0.4;
  EXPECT_NEAR(participation_ratio(steps), 30.0 / 200.0, 1e-12);
  steps.assign(200, {{0.1, 0.2, -0.3}});
  EXPECT_NEAR(participation_ratio(steps), 1.0, 1e-12);
  // (int u^2)^2 / int u^4 of a Gaussian in three dimensions is 3/5.
  for (std::size_t i = 0; i < steps.size(); ++i)
    for (int d = 0; d < 3; ++d) steps[i][d] = std::sqrt(-2.0 * std::log(uniform(40, 3 * i + d))) * std::cos(2.0 * M_PI * uniform(41, 3 * i + d));
  EXPECT_NEAR(participation_ratio(steps), 0.6, 0.12);
}

TEST(NonaffineDisplacements, AreFreeOfTheCellAndOfDrift) {
  const Structure before = gas(skew, 100);
  Structure after = mapped(before, {{{1.02, 0.03, 0.0}, {0.15, 0.97, -0.04}, {0.01, 0.0, 1.05}}});
  for (Vec3& r : after.position) r += Vec3{{0.3, -0.2, 0.9}};
  for (const Vec3& u : nonaffine_displacements(before, wrapped(after))) ASSERT_LT(norm(u), 1e-12);
  after.position[3] += Vec3{{1.0, 0.0, 0.0}};
  const auto moved = nonaffine_displacements(before, wrapped(after));
  EXPECT_NEAR(moved[3][0], 0.99, 1e-12);
  EXPECT_NEAR(moved[4][0], -0.01, 1e-12);
}

// Groups of atoms in a simple cubic lattice are given D2_min by hand; one of them stands across a corner of the cell.
TEST(Rearrangements, AreTheGroupsThatMoved) {
  Structure cubic{Box::orthogonal({{24.0, 24.0, 24.0}}), {"Cu"}, {63.546}, {}, {}, {}, {}, {}};
  for (int k = 0; k < 512; ++k) cubic.position.push_back({{3.0 * (k / 64) + 0.5, 3.0 * (k / 8 % 8) + 0.5, 3.0 * (k % 8) + 0.5}});
  cubic.type.assign(512, 0);
  cubic.id.resize(512);
  std::iota(cubic.id.begin(), cubic.id.end(), 1);
  const auto site = [](int x, int y, int z) { return static_cast<std::size_t>((x * 8 + y) * 8 + z); };
  std::vector<double> d2(512, 0.01);
  d2[site(0, 0, 0)] = 1.0, d2[site(7, 0, 0)] = 2.0, d2[site(7, 7, 0)] = 3.0, d2[site(7, 7, 7)] = 6.0;
  d2[site(3, 3, 3)] = 0.5, d2[site(3, 3, 4)] = 0.7;
  d2[site(5, 5, 5)] = 0.4;
  d2[site(5, 5, 2)] = std::nan("");
  const auto events = find_rearrangements(cubic, neighbors_within(cubic, 3.3), d2, 0.3);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(std::set<int>(events[0].atoms.begin(), events[0].atoms.end()),
            (std::set<int>{0, static_cast<int>(site(7, 0, 0)), static_cast<int>(site(7, 7, 0)), static_cast<int>(site(7, 7, 7))}));
  // Means of (0, -3, -3, -3), (0, 0, -3, -3), (0, 0, 0, -3) from the corner atom.
  EXPECT_LT(norm(events[0].centre_A - Vec3{{24.0 + 0.5 - 2.25, 24.0 + 0.5 - 1.5, 24.0 + 0.5 - 0.75}}), 1e-12);
  EXPECT_NEAR(events[0].mean_d2_min_A2, 3.0, 1e-12);
  EXPECT_EQ(events[0].largest_d2_min_A2, 6.0);
  EXPECT_EQ(events[1].atoms.size(), 2u);
  EXPECT_LT(norm(events[1].centre_A - Vec3{{9.5, 9.5, 11.0}}), 1e-12);
  EXPECT_NEAR(events[1].mean_d2_min_A2, 0.6, 1e-12);
  EXPECT_EQ(events[2].atoms, (std::vector<int>{static_cast<int>(site(5, 5, 5))}));
}

}  // namespace
}  // namespace patina
