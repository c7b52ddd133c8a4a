// SPDX-License-Identifier: BSD-3-Clause
// Truths: bounds of equal cost by adding up the bins one by one; places of cuts by hand for simple profiles; numbers of
// ranks' atoms counted for a slab in an empty cell; one rank, from scratch, to the last bit, for bricks of any widths.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "engine_result.hpp"
#include "lammps_reference.hpp"
#include "md/division.hpp"
#include "md/integrate.hpp"
#include "md/load_balance.hpp"
#include "md/state_hash.hpp"
#include "md/velocity.hpp"
#include "of_root.hpp"
#include "small_sample.hpp"

namespace patina::test {
namespace {

double uniform(std::uint64_t seed, int k) { return random_block(seed, Stream::test, 0, static_cast<std::uint64_t>(k), 0).uniform(0); }

CostProfile random_profile(std::uint64_t seed, bool periodic) {
  CostProfile profile;
  profile.periodic = periodic;
  if (!periodic) {
    profile.lower = -0.7;
    profile.upper = 1.2;
  }
  // Some bins much dearer than others, and a gap.
  for (int k = 0; k < 500; ++k)
    profile.cost.push_back(k > 200 && k < 260 ? 0 : static_cast<long long>(1e6 * std::pow(uniform(seed, k), 3)));
  return profile;
}

// By addition: whole bins below `place`, and a share of the bin it lies in.
double cost_below(const CostProfile& profile, double place) {
  const double width = (profile.upper - profile.lower) / static_cast<double>(profile.cost.size());
  double below = 0.0;
  for (std::size_t k = 0; k < profile.cost.size(); ++k) {
    const double begin = profile.lower + static_cast<double>(k) * width;
    below += static_cast<double>(profile.cost[k]) * std::clamp((place - begin) / width, 0.0, 1.0);
  }
  return below;
}

TEST(LoadBalance, CutsDivideTheCostEvenly) {
  for (const bool periodic : {true, false})
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const CostProfile profile = random_profile(seed, periodic);
      const double total = cost_below(profile, 2.0);
      for (const int parts : {1, 2, 3, 7, 16}) {
        const auto cuts = equal_cost_cuts(profile, parts, 0.0);
        ASSERT_EQ(cuts.size(), static_cast<std::size_t>(parts) + 1);
        for (int k = 0; k < parts; ++k) {
          const auto at = static_cast<std::size_t>(k);
          EXPECT_NEAR(cost_below(profile, cuts[at + 1]) - cost_below(profile, cuts[at]), total / parts, 1e-9 * total);
        }
      }
    }
}

TEST(LoadBalance, OuterCutsStayAndGapsAreCutInTheirMiddle) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CostProfile profile;
  profile.cost = {5, 5, 0, 0, 0, 0, 10, 0, 0, 0};
  EXPECT_EQ(equal_cost_cuts(profile, 2, 0.0), (std::vector<double>{0.0, 0.4, 1.0}));
  EXPECT_EQ(even_cuts(4, true), (std::vector<double>{0.0, 0.25, 0.5, 0.75, 1.0}));
  profile.periodic = false;
  EXPECT_EQ(equal_cost_cuts(profile, 2, 0.0), (std::vector<double>{-infinity, 0.4, infinity}));
  EXPECT_EQ(improved_cuts({-infinity, 0.6, infinity}, profile, 0.0), (std::vector<double>{-infinity, 0.5, infinity}));
  profile.cost.assign(10, 0);
  EXPECT_EQ(equal_cost_cuts(profile, 2, 0.0), even_cuts(2, false));
}

TEST(LoadBalance, NoStretchIsNarrowerThanAllowed) {
  // All cost in one of a thousand bins, at either end and within.
  for (const std::size_t where : {0u, 400u, 999u})
    for (const int parts : {2, 3, 8}) {
      CostProfile profile;
      profile.cost.assign(1000, 0);
      profile.cost[where] = 1000;
      const double least = 0.9 / parts;
      auto cuts = equal_cost_cuts(profile, parts, least);
      for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(cuts.front(), 0.0);
        EXPECT_EQ(cuts.back(), 1.0);
        for (std::size_t k = 0; k + 1 < cuts.size(); ++k) EXPECT_GE(cuts[k + 1] - cuts[k], least - 1e-15);
        cuts = improved_cuts(cuts, profile, least);
      }
    }
}

TEST(LoadBalance, ImprovesStepByStepUntilCostsAreEven) {
  const CostProfile profile = random_profile(9, true);
  const double total = cost_below(profile, 1.0);
  auto cuts = even_cuts(5, true);
  for (int round = 0; round < 60; ++round) cuts = improved_cuts(cuts, profile, 1e-3);
  for (std::size_t k = 0; k < 5; ++k)
    EXPECT_NEAR(cost_below(profile, cuts[k + 1]) - cost_below(profile, cuts[k]), total / 5, 1e-9 * total);
}

TEST(LoadBalance, ExtentOfASample) {
  CostProfile profile;
  profile.cost = {1, 1, 0, 0, 0, 0, 0, 1, 1, 1};  // around the end of the cell: a gap of one half
  const AxisExtent slab = axis_extent(profile, 100.0, 8.0);
  EXPECT_DOUBLE_EQ(slab.length, 50.0);
  EXPECT_FALSE(slab.around);
  const AxisExtent filled = axis_extent(profile, 10.0, 8.0);  // those across the gap see each other
  EXPECT_DOUBLE_EQ(filled.length, 10.0);
  EXPECT_TRUE(filled.around);
  profile.periodic = false;
  profile.upper = 2.0;
  const AxisExtent free = axis_extent(profile, 10.0, 8.0);
  EXPECT_DOUBLE_EQ(free.length, 20.0);
  EXPECT_FALSE(free.around);
}

// Emptied of what `keep` refuses, in fractional coordinates; ids anew.
template <class Keep>
Structure keep_where(const Structure& sample, const Keep& keep) {
  Structure kept = sample;
  kept.id.clear();
  kept.type.clear();
  kept.position.clear();
  kept.velocity.clear();
  kept.image.clear();
  for (std::size_t k = 0; k < sample.size(); ++k) {
    Vec3 s = sample.box.to_fractional(sample.position[k]);
    for (int d = 0; d < 3; ++d) s[d] -= std::floor(s[d]);
    if (!keep(s)) continue;
    kept.id.push_back(static_cast<std::int64_t>(kept.id.size()) + 1);
    kept.type.push_back(sample.type[k]);
    kept.position.push_back(sample.position[k]);
  }
  return kept;
}

// The cell four times as long along z, empty but for the sample.
Structure in_a_long_cell(Structure sample, bool periodic) {
  Mat3 edges = sample.box.edges();
  for (int k = 0; k < 3; ++k) edges[2][k] *= 4.0;
  sample.box = Box(edges, sample.box.origin(), {true, true, periodic});
  return sample;
}

Structure with_void(const Structure& sample) {
  return keep_where(sample, [](const Vec3& s) {
    const Vec3 from = s - Vec3{{0.3, 0.35, 0.3}};
    return dot(from, from) > 0.28 * 0.28;
  });
}

Structure liquid(const char* name) { return read_lammps_case(name).structure; }

// The samples of LAMMPS with their velocities left out, and small ones: the reach of ghosts goes over several bricks.
std::vector<std::pair<const char*, Structure>> samples() {
  return {{"liquid", liquid("cuzr_liquid_2000")},
          {"triclinic", liquid("cuzr_liquid_triclinic_2000")},
          {"slab", liquid("cuzr_slab_2000")},
          {"slab in a periodic cell", in_a_long_cell(liquid("cuzr_liquid_2000"), true)},
          {"void", with_void(liquid("cuzr_liquid_2000"))},
          {"void, triclinic", with_void(liquid("cuzr_liquid_triclinic_2000"))},
          {"tiny", small_sample()},
          {"half empty", keep_where(liquid("cuzr_liquid_2000"), [](const Vec3& s) { return s[0] < 0.3; })}};
}

// Cuts that leave some bricks thin, and some empty.
std::vector<double> random_cuts(int parts, bool periodic, std::uint64_t seed) {
  std::vector<double> cuts = even_cuts(parts, periodic);
  for (int k = 1; k < parts; ++k) cuts[static_cast<std::size_t>(k)] = uniform(seed, k);
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

void randomise_cuts(Engine& engine, const Box& box, std::uint64_t seed) {
  for (int d = 0; d < 3; ++d)
    engine.set_cuts(d, random_cuts(engine.domain().ranks()[static_cast<std::size_t>(d)], box.periodic(d),
                                   3 * seed + static_cast<std::uint64_t>(d)));
}

struct Case {
  Precision precision = Precision::full;
  bool chunks = true;
};

constexpr int motion_steps = 6;

// The fingerprint of a state after some steps at 1500 K and its energy and virial; other cuts every other step.
std::string after_motion(const Comm& comm, const Structure& sample, const EngineOptions& options, const Case& how,
                         std::uint64_t seed) {
  System system = make_system(comm, sample, 7);
  draw_velocities(system, 1500.0);
  Engine engine = make_engine(system, cu_zr(), options, how.precision);
  Integrator integrator({}, system, engine);
  for (int n = 1; n <= motion_steps; ++n) {
    if (seed != 0 && n % 2 == 0) randomise_cuts(engine, system.box, 100 * seed + static_cast<std::uint64_t>(n));
    integrator.step({}, n == motion_steps);
  }
  if (seed != 0) {
    EXPECT_GE(engine.counters().rebuilds, motion_steps / 2);
  }
  return state_hash(system) + " " + std::to_string(integrator.totals().potential_energy) + " " +
         std::to_string(integrator.pressure()[0][2]);
}

TEST(Bricks, AnyWidthsGiveTheBitsOfOneRank) {
  for (const auto& [name, sample] : samples())
    for (const Case& how : {Case{}, Case{Precision::mixed}, Case{Precision::full, false}}) {
      const EngineOptions options = {.skin_A = 0.5, .chunks = how.chunks, .balance = false};
      const std::string expected = of_root([&](const Comm& comm) { return after_motion(comm, sample, options, how, 0); });
      EXPECT_EQ(after_motion(Comm::world(), sample, options, how, 1), expected) << name;
    }
}

TEST(Bricks, ThinSlicesGiveTheBitsOfOneRank) {
  const int ranks = Comm::world().size();
  for (const auto& [name, sample] : samples()) {
    const std::string expected = of_root([&](const Comm& comm) { return after_motion(comm, sample, {0.5}, {}, 0); });
    for (int d = 0; d < 3; ++d) {
      EngineOptions options = {.skin_A = 0.5, .rank_grid = {1, 1, 1}, .balance = false};
      options.rank_grid[static_cast<std::size_t>(d)] = ranks;
      EXPECT_EQ(after_motion(Comm::world(), sample, options, {}, 2), expected) << name << " along " << d;
    }
  }
}

TEST(Bricks, BalancedRunsGiveTheBitsOfOneRank) {
  const Structure sample = with_void(liquid("cuzr_liquid_2000"));
  const auto run = [&](const Comm& comm) {
    System system = make_system(comm, sample, 7);
    draw_velocities(system, 2500.0);
    // The first rank has next to nothing to do: whatever the clock says, the cuts must move.
    const EngineOptions options = {.skin_A = 0.3, .rank_grid = {comm.size(), 1, 1}};
    Engine engine = make_engine(system, cu_zr(), options);
    std::vector<double> uneven = even_cuts(comm.size(), true);
    for (int k = 1; k < comm.size(); ++k) uneven[static_cast<std::size_t>(k)] = 0.02 * k;
    engine.set_cuts(0, uneven);
    Integrator integrator({}, system, engine);
    for (int n = 0; n < 70; ++n) integrator.step({}, false);
    if (comm.size() > 1) {
      EXPECT_GT(engine.domain().cuts(0)[1], 0.03);
    }
    return state_hash(system);
  };
  EXPECT_EQ(run(Comm::world()), of_root(run));
}

double most_atoms_over_mean(const Comm& comm, const System& system) {
  return comm.max(system.atoms.local) * comm.size() / static_cast<double>(system.atom_count);
}

TEST(Bricks, ASlabIsEvenFromTheStart) {
  const Comm world = Comm::world();
  for (const bool periodic : {true, false}) {
    const Structure slab = in_a_long_cell(liquid("cuzr_liquid_2000"), periodic);
    for (const std::array<int, 3>& grid : {std::array<int, 3>{0, 0, 0}, std::array<int, 3>{1, 1, world.size()}}) {
      System system = make_system(world, slab, 1);
      Engine engine = make_engine(system, cu_zr(), {0.5, grid});
      engine.compute(system, Tally::forces);
      EXPECT_LT(most_atoms_over_mean(world, system), grid[2] == 0 ? 1.15 : 1.03);
      if (world.size() == 1 || grid[2] == 0) continue;
      System even = make_system(world, slab, 1);
      Engine even_engine = make_engine(even, cu_zr(), {.skin_A = 0.5, .rank_grid = grid, .balance = false});
      even_engine.compute(even, Tally::forces);
      // One quarter of the cell: bricks of one size leave most of it to few ranks.
      EXPECT_GT(most_atoms_over_mean(world, even), std::min(world.size(), 4) * 0.45);
    }
  }
}

// What a rank's atoms cost if those at the far end of x cost five times as much as those at the near end, s.
double made_up_seconds(const System& system) {
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
  double seconds = 0.0;
  for (int i = 0; i < system.atoms.local; ++i) {
    const double s = system.box.to_fractional({{position(i, 0), position(i, 1), position(i, 2)}})[0];
    seconds += 1e-3 * (1.0 + 4.0 * (s - std::floor(s)));
  }
  return seconds;
}

TEST(Bricks, CutsMoveUntilMeasuredCostsAreEven) {
  const Comm world = Comm::world();
  System system = make_system(world, liquid("cuzr_liquid_2000"), 1);
  Domain domain = divide(system, {world.size(), 1, 1}, 8.0, false);
  domain.migrate(system.atoms, system.box);
  const double before = imbalance(world, made_up_seconds(system));
  for (int round = 0; round < 12; ++round) {
    rebalance(domain, system, 8.0, made_up_seconds(system));
    domain.migrate(system.atoms, system.box);
  }
  EXPECT_LE(imbalance(world, made_up_seconds(system)), 1.05);
  // The last of n ranks had the end of the range: (5 - 2 / n) over the mean of 3.
  EXPECT_NEAR(before, (5.0 - 2.0 / world.size()) / 3.0, 0.08);
}

TEST(Bricks, CutsThatDoNotDivideTheAxisAreRefused) {
  const Comm world = Comm::world();
  const System system = make_system(world, small_sample(), 1);
  Engine engine = make_engine(system, cu_zr());
  const auto ranks = static_cast<std::size_t>(engine.domain().ranks()[0]);
  EXPECT_THROW(engine.set_cuts(0, std::vector<double>(ranks + 2, 0.5)), Error);
  EXPECT_THROW(engine.set_cuts(0, std::vector<double>(ranks + 1, 0.5)), Error);
}

}  // namespace
}  // namespace patina::test
