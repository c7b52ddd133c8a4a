// SPDX-License-Identifier: BSD-3-Clause
// Truths: one rank, computed from scratch, for any grid of ranks and for positions followed through refreshes
// and rebuilds; bitwise equality for equal ranks and threads; the least surface by hand for the division into
// bricks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "engine_result.hpp"
#include "lammps_reference.hpp"
#include "random_numbers.hpp"
#include "small_sample.hpp"

namespace patina::test {
namespace {

// Grids of as many ranks as there are, thin slices included.
std::vector<std::array<int, 3>> grids(int ranks) {
  std::vector<std::array<int, 3>> all = {{ranks, 1, 1}, {1, ranks, 1}, {1, 1, ranks}};
  if (ranks % 2 == 0) all.push_back({2, ranks / 2, 1});
  if (ranks == 8) all.push_back({2, 2, 2});
  return all;
}

// Random steps with a drift, and a deformation of the cell with each.
constexpr int motion_steps = 6;
const Mat3 motion_strain = {{{1.0, 0.0, 0.0}, {0.0, 1.0005, 0.0}, {0.0003, 0.0, 0.9998}}};
std::vector<Vec3> motion(int step, std::size_t atoms) {
  std::vector<Vec3> moves;
  for (std::size_t k = 0; k < atoms; ++k)
    moves.push_back(0.04 * (random_vector(100 + static_cast<std::uint64_t>(step), static_cast<int>(k)) +
                            Vec3{{0.5, 0.0, -0.8}}));
  return moves;
}

// What one rank gives from scratch after steps 3 and 6.
std::vector<EngineResult> results_of_motion(Structure sample) {
  std::vector<EngineResult> results;
  for (int step = 0; step < motion_steps; ++step) {
    const auto moves = motion(step, sample.size());
    for (std::size_t k = 0; k < sample.size(); ++k)
      sample.position[k] =
          sample.box.origin() + (sample.position[k] + moves[k] - sample.box.origin()) * motion_strain;
    sample.box = sample.box.with_edges(sample.box.edges() * motion_strain);
    if (step % 3 == 2) results.push_back(compute(alone(), sample, cu_zr()));
  }
  return results;
}

TEST(Engine, AnyGridOfRanksFollowsOneRankThroughMotion) {
  for (const char* name : {"cuzr_liquid_triclinic_2000", "cuzr_slab_2000"}) {
    const Structure sample = read_lammps_case(name).structure;
    const auto expected = results_of_motion(sample);
    const Comm world = Comm::world();
    for (const auto& grid : grids(world.size())) {
      System system = make_system(world, sample, 1);
      Engine engine = make_engine(system, cu_zr(), {0.5, grid});
      for (int step = 0; step < motion_steps; ++step) {
        displace(system, motion(step, sample.size()));
        deform(system, motion_strain);
        if (step % 3 != 2) {
          engine.compute(system, Tally::forces);
          continue;
        }
        const auto result = compute(engine, system);
        const auto& truth = expected[static_cast<std::size_t>(step / 3)];
        EXPECT_LE(largest_difference(result.force, truth.force), 1e-11) << name << " step " << step;
        EXPECT_LE(largest_difference(result.virial, truth.virial), 1e-11 * largest_component(truth.virial));
        EXPECT_NEAR(result.energy, truth.energy, 1e-12 * std::fabs(truth.energy));
      }
      EXPECT_GT(engine.counters().rebuilds, 1);
      EXPECT_LT(engine.counters().rebuilds, engine.counters().computes);
    }
  }
}

TEST(Engine, AtomsFindTheirRankHoweverFar) {
  const Structure sample = small_sample();
  const Comm world = Comm::world();
  System system = make_system(world, sample, 1);
  Engine engine = make_engine(system, cu_zr());
  compute(engine, system);
  Structure moved = sample;
  std::vector<Vec3> jumps;
  for (std::size_t k = 0; k < sample.size(); ++k) {
    // Half a box and more, the same for all: nothing overlaps, and every atom changes its brick.
    jumps.push_back({{5.3, -17.0, 41.1}});
    moved.position[k] += jumps.back();
  }
  displace(system, jumps);
  const auto truth = compute(alone(), moved, cu_zr());
  EXPECT_LE(largest_difference(compute(engine, system).force, truth.force), 1e-11);
}

TEST(Engine, SkinDoesNotMatter) {
  const LammpsCase liquid = read_lammps_case("cuzr_liquid_2000");
  const auto thin = compute(Comm::world(), liquid.structure, cu_zr(), {0.01, {0, 0, 0}});
  const auto thick = compute(Comm::world(), liquid.structure, cu_zr(), {2.5, {0, 0, 0}});
  EXPECT_LE(largest_difference(thin.force, thick.force), 1e-11);
}

TEST(Engine, SameRanksAndThreadsGiveTheSameBits) {
  const LammpsCase liquid = read_lammps_case("cuzr_liquid_2000");
  const Comm world = Comm::world();
  System first = make_system(world, liquid.structure, 1);
  Engine engine = make_engine(first, cu_zr());
  compute(engine, first);
  std::vector<Vec3> moves;
  for (std::size_t k = 0; k < liquid.structure.size(); ++k)
    moves.push_back(0.02 * random_vector(5, static_cast<int>(k)));
  displace(first, moves);

  // Continued from the positions as they stand, in another order of ids among ranks; both rebuild.
  Structure stored = liquid.structure;
  {
    const IdBlock block = id_ordered(frame_of(first));
    std::vector<double> rows(6 * stored.size(), 0.0);
    for (std::size_t k = 0; k < block.position.size(); ++k)
      for (std::size_t d = 0; d < 3; ++d) {
        double* row = &rows[6 * (static_cast<std::size_t>(block.first_id - 1) + k)];
        row[d] = block.position[k][static_cast<int>(d)];
        row[3 + d] = block.image[k][d];
      }
    world.sum(rows.data(), static_cast<int>(rows.size()));
    stored.image.resize(stored.size());
    for (std::size_t k = 0; k < stored.size(); ++k)
      for (std::size_t d = 0; d < 3; ++d) {
        stored.position[k][static_cast<int>(d)] = rows[6 * k + d];
        stored.image[k][d] = static_cast<int>(rows[6 * k + 3 + d]);
      }
  }
  engine.force_rebuild();
  const auto continued = compute(engine, first);
  const auto restarted = compute(world, stored, cu_zr());
  EXPECT_EQ(continued.energy, restarted.energy);
  EXPECT_EQ(largest_difference(continued.force, restarted.force), 0.0);
  EXPECT_EQ(largest_difference(continued.virial, restarted.virial), 0.0);
}

TEST(Engine, PositionThatIsNotANumberNamesTheAtom) {
  const Comm world = Comm::world();
  System system = make_system(world, small_sample(), 1);
  Engine engine = make_engine(system, cu_zr());
  engine.compute(system, Tally::forces);
  std::vector<Vec3> moves(64);
  moves[41][1] = std::numeric_limits<double>::quiet_NaN();
  displace(system, moves);
  system.step = 1234;
  try {
    engine.compute(system, Tally::forces);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::unstable);
    EXPECT_NE(std::string(error.what()).find("atom 42"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("1234"), std::string::npos) << error.what();
  }
}

TEST(Domain, LeastSurface) {
  const auto sorted = [](std::array<int, 3> n) {
    std::sort(n.begin(), n.end());
    return n;
  };
  const std::array<AxisExtent, 3> cube = {{{30, true}, {30, true}, {30, true}}};
  EXPECT_EQ(choose_rank_grid(8, cube), (std::array<int, 3>{2, 2, 2}));
  EXPECT_EQ(sorted(choose_rank_grid(12, cube)), (std::array<int, 3>{2, 2, 3}));
  EXPECT_EQ(choose_rank_grid(1, cube), (std::array<int, 3>{1, 1, 1}));
  // Wires are sliced across, films not through their thickness.
  EXPECT_EQ(choose_rank_grid(4, {{{300, true}, {20, true}, {20, true}}}), (std::array<int, 3>{4, 1, 1}));
  EXPECT_EQ(choose_rank_grid(4, {{{50, true}, {50, true}, {50, false}}}), (std::array<int, 3>{2, 2, 1}));
}

}  // namespace
}  // namespace patina::test
