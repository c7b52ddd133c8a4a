// SPDX-License-Identifier: BSD-3-Clause
// Truths: brute force over all pairs and images, to the count, in a skew cell and far beyond half of it; the shells of fcc; the
// ideal gas, g = 1 within the scatter of its counts; the closed forms of S of a shell of atoms; a run cut by save() and load(),
// and one on other ranks, to the last bit.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numeric>

#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/pair_distribution_observer.hpp"
#include "tests/python.hpp"
#include "tests/scattering_observers.hpp"

namespace patina {
namespace {

using namespace test;

PairCounts counted(const Sample& sample, const PairBins& bins, bool wrapped = true) {
  PairCounts counts;
  count_pairs(frame_of(sample, world(), 0.0, wrapped), bins, counts);
  return counts;
}

// All pairs of atoms, all images that may come near, each pair once.
std::vector<long long> brute_force(const Sample& sample, const PairBins& bins, int images) {
  std::vector<long long> pairs(static_cast<std::size_t>(3 * bins.bins), 0);
  const auto atoms = sample.position.size();
  for (std::size_t i = 0; i < atoms; ++i)
    for (std::size_t j = 0; j < atoms; ++j)
      for (int x = -images; x <= images; ++x)
        for (int y = -images; y <= images; ++y)
          for (int z = -images; z <= images; ++z) {
            const bool own = x == 0 && y == 0 && z == 0;
            if (j < i || (j == i && (own || x < 0 || (x == 0 && y < 0) || (x == 0 && y == 0 && z < 0)))) continue;
            const int n[3] = {x, y, z};
            const Vec3 apart = sample.position[j] + sample.box.translation(n) - sample.position[i];
            const auto bin = static_cast<int>(std::sqrt(dot(apart, apart)) / bins.bin_A);
            if (bin < bins.bins) ++pairs[static_cast<std::size_t>((sample.type[i] + sample.type[j]) * bins.bins + bin)];
          }
  return pairs;
}

TEST(PairCountsTest, AreThoseOfBruteForceWithAllImages) {
  const Box skew({{{9.0, 0.0, 0.0}, {3.0, 8.0, 0.0}, {-2.0, 2.5, 10.0}}}, {{1.0, -4.0, 2.0}}, {true, true, true});
  for (const double r_max : {3.0, 4.5, 17.0})  // within half the cell, at about its half, two cells away
    for (const int atoms : {1, 40}) {
      const Sample sample = ideal_gas(skew, atoms, 6);
      const PairBins bins{0.2371, static_cast<int>(r_max / 0.2371)};  // no lattice vector ends at a bin
      const PairCounts counts = counted(sample, bins);
      EXPECT_EQ(counts.pairs, brute_force(sample, bins, 5)) << r_max << " " << atoms;
      EXPECT_EQ(counted(sample, bins, false).pairs, counts.pairs);
    }
  const Sample many = ideal_gas(Box::orthogonal({{30.0, 25.0, 28.0}}), 700, 6);
  EXPECT_EQ(counted(many, {0.1, 60}).pairs, brute_force(many, {0.1, 60}, 1));
}

TEST(PairDistributionTest, OfFccIsItsShells) {
  const double a = 3.6;
  Sample fcc = ideal_gas(Box::orthogonal({{4 * a, 4 * a, 4 * a}}), 0, 10);
  const Vec3 basis[4] = {{{0.0, 0.0, 0.0}}, {{0.0, 0.5, 0.5}}, {{0.5, 0.0, 0.5}}, {{0.5, 0.5, 0.0}}};
  for (int x = 0; x < 4; ++x)
    for (int y = 0; y < 4; ++y)
      for (int z = 0; z < 4; ++z)
        for (const Vec3& b : basis) fcc.position.push_back(a * (Vec3{{double(x), double(y), double(z)}} + b));
  fcc.type.assign(256, 0);
  fcc.species = {{"Cu"}, {63.546}, {256}};
  const PairBins bins{0.04, 250};  // to 10 A, beyond half the cell
  const auto found = pair_distribution(counted(fcc, bins), bins, {256});
  const int neighbours[] = {12, 6, 24, 12, 24, 8, 48, 6, 36, 24, 24, 24, 72};
  int within = 0;
  for (int shell = 1; shell <= 13; ++shell) {
    within += neighbours[shell - 1];
    const double r = a * std::sqrt(0.5 * shell);
    EXPECT_NEAR(found.coordination[0][static_cast<std::size_t>((r + 0.1) / 0.04)], within, 1e-9) << shell;
  }
  EXPECT_NEAR(found.density_inv_A3, 4.0 / (a * a * a), 1e-12);
  EXPECT_EQ(found.g[0][10], 0.0);
}

TEST(PairDistributionTest, OfTheIdealGasIsOne) {
  const Sample gas = ideal_gas(Box::orthogonal({{40.0, 42.0, 38.0}}), 3000, 6);
  const PairBins bins{0.5, 30};
  const PairCounts counts = counted(gas, bins);
  const auto found = pair_distribution(counts, bins, gas.species.count);
  double chi_squared = 0.0;
  for (std::size_t pair = 0; pair < 3; ++pair)
    for (std::size_t i = 4; i < 30; ++i) {
      const double n = static_cast<double>(counts.pairs[pair * 30 + i]);
      ASSERT_GT(n, 50.0);
      chi_squared += std::pow(found.g[pair][i] - 1.0, 2) * n;
    }
  EXPECT_NEAR(chi_squared, 78.0, 4.0 * std::sqrt(2.0 * 78.0));  // Poisson
  // Around Cu, Zr: x_b rho (4 pi/3) R^3; the sums over the partner are those of all atoms.
  const double all = 3000.0 / gas.box.volume() * 4.0 / 3.0 * units::pi * std::pow(15.0, 3);
  EXPECT_NEAR(found.coordination[1][29], 0.4 * all, 0.01 * all);
  EXPECT_NEAR(found.coordination[2][29], 0.6 * all, 0.01 * all);
  EXPECT_NEAR(found.coordination[1][29] * 1800, found.coordination[2][29] * 1200, 1e-6);
}

// g = 1 but for a thin shell at r0 that holds z more neighbours: S = 1 + z sin(q r0)/(q r0). An empty core of radius c:
// S = 1 - 4 pi rho (sin(q c) - q c cos(q c))/q^3.
TEST(StructureFactorOfPairs, IsTheClosedFormOfAShellAndOfACore) {
  const PairBins bins{0.01, 1200};
  const double rho = 0.06, r0 = 5.005;
  std::vector<double> shell(1200, 1.0), core(1200, 1.0);
  shell[500] += 3.0 / (4.0 * units::pi * rho * r0 * r0 * 0.01);
  std::fill_n(core.begin(), 250, 0.0);
  const std::vector<double> q = {0.5, 1.3, 2.9, 6.0};
  const auto s_shell = structure_factor_of(shell, bins, rho, q, false), s_core = structure_factor_of(core, bins, rho, q, false);
  const auto s_window = structure_factor_of(shell, bins, rho, q, true);
  const double window = std::sin(units::pi * r0 / 12.0) / (units::pi * r0 / 12.0);
  for (std::size_t i = 0; i < q.size(); ++i) {
    EXPECT_NEAR(s_shell[i], 1.0 + 3.0 * std::sin(q[i] * r0) / (q[i] * r0), 1e-3);
    EXPECT_NEAR(s_window[i], 1.0 + 3.0 * window * std::sin(q[i] * r0) / (q[i] * r0), 1e-3);
    const double x = 2.5 * q[i];
    EXPECT_NEAR(s_core[i], 1.0 - 4.0 * units::pi * rho * (std::sin(x) - x * std::cos(x)) / std::pow(q[i], 3), 1e-10);
  }
}

constexpr int atoms = 90, frames = 6;

void run(const std::string& path, int cut, const Comm& comm = world()) {
  const Species species = wandering_sample(atoms, 0).species;
  const PairDistributionSpec spec{"step02_pair_distribution", 9.0, 0.2, 10};
  const ResultTarget target{path, 5, {"abc123", "{\"seed\": 5}"}, {{"temperature_K", 700.0}}};
  auto observer = std::make_unique<PairDistributionObserver>(comm, species, spec, target);
  const auto show = [&](int first, int last) {
    for (int t = first; t < last; ++t) {
      const Sample sample = wandering_sample(atoms, t);
      observer->observe(frame_of(sample, comm, 7.0 + t, true, t));
    }
  };
  show(0, cut);
  StateMap saved;
  observer->save(saved);
  observer = std::make_unique<PairDistributionObserver>(comm, species, spec, target);
  observer->load(cut < frames ? broadcast(saved) : saved);
  show(cut, frames);
  observer->finish();
}

TEST(PairDistributionObserverTest, WritesTheSameBitsAfterARestartAndOnAnyRanks) {
  const SharedScratch folder(world());
  std::string paths;
  for (const int cut : {0, 1, 4}) {
    paths += folder / ("cut" + std::to_string(cut) + ".h5 ");
    run(folder / ("cut" + std::to_string(cut) + ".h5"), cut);
  }
  const std::string mine = folder / ("alone" + std::to_string(world().rank()) + ".h5");
  run(mine, frames, alone());
  if (!world().is_root()) return;
  const auto python = run_python(folder / "same.py", std::string(same_bits) + R"(
e = files[0]['step02_pair_distribution']; g = e['pair_distribution']; n = e['coordination/n'][:]
assert e['kind'][()] == b'pair_distribution' and g['g'].shape == (45, 3) and n.shape == (45, 2, 2) and g.attrs['frames'] == 6
r = g['r_A'][:]; shell = 4 / 3 * np.pi * ((r + 0.1)**3 - (r - 0.1)**3); V = g.attrs['volume_A3']
for pair, (a, b, each) in enumerate(((54, 54, 2), (54, 36, 1), (36, 36, 2))):
    np.testing.assert_allclose(g['g'][:, pair], each * g['count'][:, pair] / 6 * V / (a * b * shell), rtol=1e-12)
np.testing.assert_allclose(n[-1, 0, 1], g['count'][:, 1].sum() / 6 / 54); np.testing.assert_allclose(n[-1, 1, 0], n[-1, 0, 1] * 1.5)
)", paths + mine);
  EXPECT_EQ(python.status, 0) << python.output;
}

TEST(PairDistributionObserverTest, RefusesOpenCells) {
  Sample sample = wandering_sample(atoms, 0);
  sample.box = Box(sample.box.edges(), {}, {true, true, false});
  PairDistributionObserver observer(world(), sample.species, {}, {"unused", 1, {"", ""}, {}});
  EXPECT_THROW(observer.observe(frame_of(sample, world())), Error);
}

}  // namespace
}  // namespace patina
