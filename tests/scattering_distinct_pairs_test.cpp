// SPDX-License-Identifier: BSD-3-Clause
// Truths: g_ab(r) at lag 0; counts in closed form of atoms that change places, or come to an image of where they were; brute force
// where only some atoms have a reference. That of all pairs by numpy, of restarts and ranks: scattering_dynamics_test.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "scattering/distinct_pairs.hpp"
#include "scattering/drift.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;

const Box skew({{{19.0, 0.0, 0.0}, {3.0, 18.0, 0.0}, {-2.0, 2.5, 20.0}}}, {{1.0, -4.0, 2.0}}, {true, true, true});
const PairBins bins{0.5, 24};  // beyond half the cell

FractionalBlock block(const Sample& sample) { return fractional_block(frame_of(sample, world(), 0.0, false), {{0.5, 0.5, 0.5}}); }

std::vector<double> between(const Sample& before, const Sample& after) {
  return distinct_van_hove(block(after), block(before).s, before.box.edges(), 2, bins, world());
}

TEST(DistinctVanHove, IsThePairDistributionAtLagZero) {
  const Sample sample = ideal_gas(skew, 300, 5);
  PairCounts counts;
  count_pairs(frame_of(sample, world(), 0.0, true), bins, counts);
  const auto g = pair_distribution(counts, bins, sample.species.count).g;
  const auto distinct = between(sample, sample);
  ASSERT_EQ(distinct.size(), 72u);
  for (int pair = 0; pair < 3; ++pair)
    for (int bin = 0; bin < 24; ++bin) EXPECT_NEAR(distinct[static_cast<std::size_t>(pair * 24 + bin)], g[pair][bin], 1e-12 * g[pair][bin]) << pair << " " << bin;
}

// Far apart from each other, so that none but those that move come near where one was.
Sample crystal() {
  Sample sample = ideal_gas(Box::orthogonal({{40.0, 40.0, 40.0}}), 64, 5);
  for (int i = 0; i < 64; ++i) sample.position[static_cast<std::size_t>(i)] = {{10.0 * (i / 16) + 1.0, 10.0 * (i / 4 % 4) + 1.0, 10.0 * (i % 4) + 1.0}};
  return sample;
}

// The share that a count in the first bin makes.
double share(double count, double ordered_pairs) { return count * 64000.0 / (ordered_pairs * 4.0 / 3.0 * 3.14159265358979324 * 0.125); }

TEST(DistinctVanHove, SeesAtomsThatTakeThePlaceOfOthers) {
  const Sample before = crystal();
  std::vector<std::size_t> copper, zirconium;
  for (std::size_t i = 0; i < 64; ++i) (before.type[i] == 0 ? copper : zirconium).push_back(i);
  const auto n_cu = static_cast<double>(copper.size()), n_zr = static_cast<double>(zirconium.size());
  Sample after = before;
  std::swap(after.position[copper[0]], after.position[copper[1]]);
  std::swap(after.position[copper[2]], after.position[zirconium[0]]);
  const auto distinct = between(before, after);
  EXPECT_NEAR(distinct[0], share(2, n_cu * n_cu), 1e-10);
  EXPECT_NEAR(distinct[24], share(2, 2 * n_cu * n_zr), 1e-10);
  EXPECT_EQ(distinct[48], 0.0);
  EXPECT_EQ(between(before, before)[0], 0.0);
}

// One that went along an edge of the cell is where its image was: that is no displacement of zero.
TEST(DistinctVanHove, TellsAnAtomFromItsImages) {
  const Sample before = crystal();
  Sample after = before;
  after.position[7] += Vec3{{40.0, 0.0, 0.0}};
  const int a = before.type[7];
  const auto n = static_cast<double>(before.species.count[static_cast<std::size_t>(a)]);
  EXPECT_NEAR(between(before, after)[a == 0 ? 0 : 48], share(1, n * n), 1e-10);
}

TEST(DistinctVanHove, OfAtomsWithAReference) {
  const Sample before = ideal_gas(skew, 200, 5);
  Sample after = before;
  for (int i = 0; i < 200; ++i)
    for (int d = 0; d < 3; ++d) after.position[static_cast<std::size_t>(i)][d] += 8.0 * (uniform(20 + d, i) - 0.5);
  const FractionalBlock now = block(after);
  std::vector<Vec3> reference = block(before).s;
  const std::int64_t first = id_block_start(200, world().rank(), world().size());
  for (std::size_t k = 0; k < reference.size(); ++k)
    if ((first + static_cast<std::int64_t>(k)) % 3 != 0) reference[k] = {{std::numeric_limits<double>::quiet_NaN(), 0.0, 0.0}};
  const auto distinct = distinct_van_hove(now, reference, skew.edges(), 2, bins, world());

  std::vector<double> count(72, 0.0), referenced(2, 0.0), atoms(2, 0.0);
  for (std::size_t i = 0; i < 200; ++i) {
    atoms[static_cast<std::size_t>(after.type[i])] += 1.0;
    if (i % 3 != 0) continue;
    referenced[static_cast<std::size_t>(before.type[i])] += 1.0;
    for (std::size_t j = 0; j < 200; ++j)
      for (int x = -2; x <= 2; ++x)
        for (int y = -2; y <= 2; ++y)
          for (int z = -2; z <= 2; ++z) {
            const int n[3] = {x, y, z};
            const Vec3 apart = after.position[j] + skew.translation(n) - before.position[i];
            const double r = std::sqrt(dot(apart, apart));
            if (r < 12.0 && !(i == j && x == 0 && y == 0 && z == 0))
              count[static_cast<std::size_t>((before.type[i] + after.type[j]) * 24 + static_cast<int>(r / 0.5))] += 1.0;
          }
  }
  int pair = 0;
  for (int a = 0; a < 2; ++a)
    for (int b = a; b < 2; ++b, ++pair) {
      const double pairs = referenced[a] * atoms[b] + (a == b ? 0.0 : referenced[b] * atoms[a]);
      for (int bin = 0; bin < 24; ++bin) {
        const double v = 4.0 / 3.0 * 3.14159265358979324 * (std::pow(0.5 * (bin + 1), 3) - std::pow(0.5 * bin, 3));
        EXPECT_NEAR(distinct[static_cast<std::size_t>(pair * 24 + bin)], count[static_cast<std::size_t>(pair * 24 + bin)] * skew.volume() / (pairs * v), 1e-9);
      }
    }
}

}  // namespace
}  // namespace patina
