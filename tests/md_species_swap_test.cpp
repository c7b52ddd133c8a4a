// SPDX-License-Identifier: BSD-3-Clause
// Truths: Boltzmann's weights of a system of few states, by the closed form of its energies; the hypergeometric law of a mixture whose species
// do not differ; conservation of composition, momentum and kinetic energy; the same sweep on one rank.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/units.hpp"
#include "engine_result.hpp"
#include "md/eam_file.hpp"
#include "md/kinetic.hpp"
#include "md/lattice.hpp"
#include "md/lennard_jones.hpp"
#include "md/setfl.hpp"
#include "md/species_swap.hpp"
#include "md/state_hash.hpp"
#include "md/velocity.hpp"
#include "small_sample.hpp"
#include "statistics.hpp"

namespace patina::test {
namespace {

// Two species whose pairs have these depths and one diameter.
EamFunctions pairs_of(double aa_K, double ab_K, double bb_K) {
  LennardJonesModel model{"test", "", "", {"Cu", "Zr"}, {{1.0, ab_K / aa_K}, {ab_K / aa_K, bb_K / aa_K}}, {{1.0, 1.0}, {1.0, 1.0}}, {1.0, 2.0}, 1.0, ""};
  const EamFunctions made = lennard_jones_functions(model, model.symbols, {2.5, aa_K, 60.0}, PairCut::shifted, 3001);
  return parse_eam({"test.eam.alloy"}, {setfl_text(made, {"1", "2", "3"}, {"1 none", "1 none"})}, model.symbols);
}

// Which types stand where, by place: on all ranks.
std::vector<int> types_by_place(const System& system, const std::vector<Vec3>& places) {
  struct Placed {
    Vec3 place;
    int type;
  };
  const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.type);
  const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
  std::vector<Placed> mine;
  for (int i = 0; i < system.atoms.local; ++i) mine.push_back({{{position(i, 0), position(i, 1), position(i, 2)}}, type(i)});
  auto all = system.comm->gather(mine);
  system.comm->broadcast(all);
  std::vector<int> types(places.size(), -1);
  for (const Placed& one : all)
    for (std::size_t k = 0; k < places.size(); ++k)
      if (norm(one.place - places[k]) < 1e-6) types[k] = one.type;
  return types;
}

// Four places on a line at unequal distances, one B among three A: four states, whose energies are sums of six pairs. B's own depth and
// that of A-B differ from A-A, so that the states have different weights.
TEST(SpeciesSwap, StatesHaveBoltzmannsWeights) {
  const Comm world = Comm::world();
  const double aa_K = 1000.0, ab_K = 1600.0, bb_K = 500.0, temperature_K = 700.0;
  const EamFunctions functions = pairs_of(aa_K, ab_K, bb_K);
  const LocalTables tables(make_eam_tables(functions));
  const std::vector<double> at = {10.0, 12.7, 15.9, 20.3};
  Structure sample;
  sample.box = Box::orthogonal({{40.0, 30.0, 30.0}}, {false, false, false});
  sample.species = {"Cu", "Zr"};
  sample.mass = {60.0, 120.0};
  for (std::size_t k = 0; k < at.size(); ++k) {
    sample.position.push_back({{at[k], 15.0, 15.0}});
    sample.type.push_back(k == 0 ? 1 : 0);
    sample.id.push_back(static_cast<std::int64_t>(k) + 1);
  }
  std::vector<double> weight;
  for (std::size_t b = 0; b < at.size(); ++b) {
    double energy_K = 0.0;
    for (std::size_t i = 0; i < at.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double r = (at[i] - at[j]) / 2.5, depth_K = i == b || j == b ? ab_K : aa_K;
        if (r < 2.5) energy_K += 4.0 * depth_K * (std::pow(r, -12) - std::pow(r, -6) - std::pow(2.5, -12) + std::pow(2.5, -6));
      }
    weight.push_back(std::exp(-energy_K / temperature_K));
  }
  double sum = 0.0;
  for (const double w : weight) sum += w;

  System system = make_system(world, sample, 11);
  constexpr int sweeps = 8000;
  std::vector<std::vector<double>> in_state(at.size());
  long long accepted = 0;
  for (int k = 0; k < sweeps; ++k) {
    accepted += swap_species(system, tables, {{{0, 1}}, temperature_K, 2}).accepted[0];
    ++system.step;  // numbers are functions of it
    const std::vector<int> types = types_by_place(system, sample.position);
    for (std::size_t b = 0; b < at.size(); ++b) in_state[b].push_back(types[b] == 1 ? 1.0 : 0.0);
  }
  EXPECT_GT(accepted, sweeps / 10);
  EXPECT_LT(accepted, 2 * sweeps);
  for (std::size_t b = 0; b < at.size(); ++b) {
    const testing::Estimate share = testing::block_mean(in_state[b]);
    EXPECT_NEAR(share.mean, weight[b] / sum, 4.0 * share.error) << b;
    EXPECT_LT(share.error, 0.015) << b;  // that it could have been found wrong
  }
}

// Species that differ in nothing but their names and masses: every exchange is accepted, and all arrangements are as likely. Of N sites with z
// neighbours, N_A of them A, N z / 2 * 2 N_A N_B / (N (N - 1)) pairs of neighbours are unlike in the mean.
TEST(SpeciesSwap, IdealMixturesAreMixedAtRandom) {
  const Comm world = Comm::world();
  const LocalTables tables(make_eam_tables(pairs_of(1000.0, 1000.0, 1000.0)));
  const double a = 4.0, near_sq = 0.5 * a * a * 1.01;
  const Structure sample = make_solid_solution({"fcc", a, 1.0, {3, 3, 3}}, {{"Cu", "Zr"}, {0.75, 0.25}}, 3);
  const auto N = static_cast<double>(sample.size()), N_B = std::round(0.25 * N), N_A = N - N_B;
  System system = make_system(world, sample, 4);
  std::vector<std::pair<std::size_t, std::size_t>> neighbours;
  for (std::size_t i = 0; i < sample.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      Vec3 s = sample.box.to_fractional(sample.position[i]) - sample.box.to_fractional(sample.position[j]);
      for (int d = 0; d < 3; ++d) s[d] -= std::round(s[d]);
      const Vec3 between = s * sample.box.edges();
      if (dot(between, between) < near_sq) neighbours.emplace_back(i, j);
    }
  ASSERT_EQ(neighbours.size(), static_cast<std::size_t>(6 * N));
  std::vector<double> unlike;
  for (int k = 0; k < 1000; ++k) {
    const SwapOutcome outcome = swap_species(system, tables, {{{0, 1}}, 300.0, static_cast<std::int64_t>(2 * N)});
    EXPECT_EQ(outcome.accepted, outcome.attempted);
    EXPECT_NEAR(outcome.energy_eV, 0.0, 1e-9);
    ++system.step;
    const std::vector<int> types = types_by_place(system, sample.position);
    ASSERT_EQ(std::count(types.begin(), types.end(), 1), static_cast<std::ptrdiff_t>(N_B));
    double count = 0.0;
    for (const auto& [i, j] : neighbours) count += types[i] != types[j];
    unlike.push_back(count);
  }
  const testing::Estimate mean = testing::block_mean(unlike);
  const double expected = 6.0 * N * 2.0 * N_A * N_B / (N * (N - 1.0));
  EXPECT_NEAR(mean.mean, expected, 4.0 * mean.error);
  EXPECT_LT(mean.error, 0.01 * expected);
}

// Atoms keep numbers, species and velocities, and places only change hands.
TEST(SpeciesSwap, AtomsStayWhatTheyAre) {
  const Comm world = Comm::world();
  const EamTables eam_tables = make_eam_tables(cu_zr());
  const LocalTables tables(eam_tables);
  System system = make_system(world, small_sample(), 21);
  Engine engine = make_engine(system, eam_tables);
  engine.compute(system, Tally::forces);
  draw_velocities(system, 1500.0);
  const double energy = compute(engine, system).energy, kinetic = kinetic_energy(system);

  struct Atom {
    std::int64_t id;
    int type;
    Vec3 velocity, place;
  };
  const auto atoms_of = [&] {
    const auto id = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.id);
    const auto type = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.type);
    const auto velocity = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.velocity);
    const auto position = Kokkos::create_mirror_view_and_copy(HostSpace{}, system.atoms.position);
    std::vector<Atom> mine;
    for (int i = 0; i < system.atoms.local; ++i)
      mine.push_back({id(i), type(i), {{velocity(i, 0), velocity(i, 1), velocity(i, 2)}}, {{position(i, 0), position(i, 1), position(i, 2)}}});
    auto all = world.gather(mine);
    std::sort(all.begin(), all.end(), [](const Atom& a, const Atom& b) { return a.id < b.id; });
    return all;
  };
  const auto before = atoms_of();
  const SwapOutcome outcome = swap_species(system, tables, {{{0, 1}}, 3000.0, 2000});
  EXPECT_EQ(outcome.attempted[0], 2000);
  EXPECT_GT(outcome.accepted[0], 20);
  const auto after = atoms_of();
  const auto less = [](const Vec3& a, const Vec3& b) { return std::lexicographical_compare(&a[0], &a[0] + 3, &b[0], &b[0] + 3); };
  std::vector<Vec3> places_before, places_after;
  int moved = 0;
  for (std::size_t k = 0; k < before.size(); ++k) {
    EXPECT_EQ(before[k].id, after[k].id);
    EXPECT_EQ(before[k].type, after[k].type);
    EXPECT_TRUE(before[k].velocity == after[k].velocity);
    moved += !(before[k].place == after[k].place);
    places_before.push_back(before[k].place);
    places_after.push_back(after[k].place);
  }
  std::sort(places_before.begin(), places_before.end(), less);
  std::sort(places_after.begin(), places_after.end(), less);
  EXPECT_TRUE(places_before == places_after);
  EXPECT_TRUE(!world.is_root() || moved > 10) << moved;
  EXPECT_EQ(kinetic_energy(system), kinetic);
  // What the sweep says of the energy is what the engine finds.
  engine.force_rebuild();
  EXPECT_NEAR(compute(engine, system).energy - energy, outcome.energy_eV, 1e-9);

  // A rank alone comes to the same.
  const Comm single = alone();
  System lone = make_system(single, small_sample(), 21);
  Engine lone_engine = make_engine(lone, eam_tables);
  lone_engine.compute(lone, Tally::forces);
  draw_velocities(lone, 1500.0);
  lone_engine.compute(lone, Tally::forces);
  const SwapOutcome same = swap_species(lone, tables, {{{0, 1}}, 3000.0, 2000});
  EXPECT_EQ(same.accepted, outcome.accepted);
  EXPECT_EQ(same.energy_eV, outcome.energy_eV);
  EXPECT_EQ(state_hash(lone), state_hash(system));
}

}  // namespace
}  // namespace patina::test
