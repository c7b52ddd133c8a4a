// SPDX-License-Identifier: BSD-3-Clause
// Truth: the closed form, pair by pair, of the formula and its derivative as they stand in papers; reduced units by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "engine_result.hpp"
#include "md/eam_file.hpp"
#include "md/lennard_jones.hpp"
#include "md/setfl.hpp"
#include "md/smooth_tables.hpp"
#include "random_numbers.hpp"

namespace patina::test {
namespace {

const PairUnits units_here = {2.6, 900.0, 50.0};

const LennardJonesModel& model_named(const std::string& name) {
  const auto& all = lennard_jones_models();
  return *std::find_if(all.begin(), all.end(), [&](const auto& m) { return m.name == name; });
}

EamFunctions tables_of(const LennardJonesModel& model, PairCut cut) {
  const EamFunctions made = lennard_jones_functions(model, model.symbols, units_here, cut, 6001);
  const std::string text = setfl_text(made, {"one", "two", "three"}, std::vector<std::string>(model.symbols.size(), "1 none"));
  return parse_eam({"pairs.eam.alloy"}, {text}, model.symbols);
}

// 4 e (x^-12 - x^-6), cut at 2.5: eV and eV/A along r.
ValueSlope closed_form(double epsilon_eV, double sigma_A, PairCut cut, double r) {
  const auto plain = [&](double d) { return 4.0 * epsilon_eV * (std::pow(sigma_A / d, 12.0) - std::pow(sigma_A / d, 6.0)); };
  const auto slope = [&](double d) { return 4.0 * epsilon_eV * (-12.0 * std::pow(sigma_A / d, 12.0) + 6.0 * std::pow(sigma_A / d, 6.0)) / d; };
  const double end = 2.5 * sigma_A;
  if (r >= end) return {};
  if (cut == PairCut::shifted) return {plain(r) - plain(end), slope(r)};
  return {plain(r) - plain(end) - (r - end) * slope(end), slope(r) - slope(end)};
}

// Atoms in the open whose pairs keep 0.85 sigma, and no closer to a cutoff than the two cells of a table in which its kink is smeared out.
Structure cluster(const LennardJonesModel& model, int atoms, std::uint64_t seed) {
  const double edge = 2.6 * units_here.sigma_A * std::cbrt(atoms / 15.0);
  Structure sample;
  sample.box = Box::orthogonal({{edge, edge, edge}}, {false, false, false});
  sample.species = model.symbols;
  for (const double mass : model.mass) sample.mass.push_back(mass);
  for (int k = 0; static_cast<int>(sample.size()) < atoms && k < 1000000; ++k) {
    const Vec3 place = 0.5 * edge * (random_vector(seed, k) + Vec3{{1.0, 1.0, 1.0}});
    const int type = static_cast<int>(sample.size() % model.mass.size());
    bool fits = true;
    for (std::size_t j = 0; j < sample.size() && fits; ++j) {
      const double sigma = model.sigma[static_cast<std::size_t>(type)][static_cast<std::size_t>(sample.type[j])] * units_here.sigma_A, r = norm(place - sample.position[j]);
      fits = r > 0.85 * sigma && std::abs(r - 2.5 * sigma) > 0.01;
    }
    if (!fits) continue;
    sample.position.push_back(place);
    sample.type.push_back(type);
    sample.id.push_back(static_cast<std::int64_t>(sample.size()));
  }
  return sample;
}

struct Truth {
  double energy = 0.0;
  std::vector<Vec3> force;
};
Truth truth_of(const LennardJonesModel& model, PairCut cut, const Structure& sample) {
  Truth truth{0.0, std::vector<Vec3>(sample.size())};
  for (std::size_t i = 0; i < sample.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const auto s = static_cast<std::size_t>(sample.type[i]), t = static_cast<std::size_t>(sample.type[j]);
      const Vec3 between = sample.position[i] - sample.position[j];
      const ValueSlope v = closed_form(model.epsilon[s][t] * units_here.epsilon_K * 8.617333262e-5, model.sigma[s][t] * units_here.sigma_A, cut, norm(between));
      truth.energy += v.value;
      truth.force[i] = truth.force[i] - (v.slope / norm(between)) * between;
      truth.force[j] = truth.force[j] + (v.slope / norm(between)) * between;
    }
  return truth;
}

TEST(LennardJones, ClustersHaveTheEnergyAndForcesOfTheClosedForm) {
  const Comm world = Comm::world();
  for (const LennardJonesModel& model : lennard_jones_models())
    for (const PairCut cut : {PairCut::shifted, PairCut::force_shifted}) {
      const EamFunctions functions = tables_of(model, cut);
      for (const int atoms : {2, 3, 60}) {
        const Structure sample = cluster(model, atoms, 17);
        ASSERT_EQ(static_cast<int>(sample.size()), atoms);
        const Truth truth = truth_of(model, cut, sample);
        const double largest = largest_norm(truth.force);
        const auto expect = [&](const EngineResult& result, double energy, double force, const char* what) {
          EXPECT_NEAR(result.energy, truth.energy, energy * atoms) << model.name << " " << atoms << " " << what;
          EXPECT_LE(largest_difference(result.force, truth.force), force) << model.name << " " << atoms << " " << what << ", forces up to " << largest;
        };
        // Cubics of 1 mA: the fourth and fifth derivatives at 0.85 sigma leave 1e-9 eV and 1e-7 of the largest forces.
        expect(compute(world, sample, functions), 1e-9, 1e-7 * (1.0 + largest), "double");
        // Rounded differences: 2^-24 r phi'' of the stiffest pair.
        expect(compute(world, sample, functions, {}, Precision::mixed), 1e-6, 2e-6 * (1.0 + largest), "mixed");
        const SmoothTables smooth = make_smooth_tables(functions);
        System system = make_system(world, sample, 1);
        Engine engine = make_engine(system, smooth.tables);
        // Within what the log tells of the tables, per pair.
        expect(compute(engine, system), 1e-4, 1e-3 * (1.0 + largest), "smooth");
      }
    }
}

TEST(LennardJones, EachPairEndsAtItsOwnCutoff) {
  for (const LennardJonesModel& model : lennard_jones_models()) {
    const EamFunctions functions = tables_of(model, PairCut::shifted);
    const EamTables tables = make_eam_tables(functions);
    const auto cutoff_sq = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables.pair_cutoff_sq);
    const std::size_t types = model.mass.size();
    for (std::size_t s = 0; s < types; ++s)
      for (std::size_t t = 0; t < types; ++t)
        // The kink at the end reaches into two cells behind it.
        EXPECT_NEAR(std::sqrt(cutoff_sq(s * types + t)), 2.5 * model.sigma[s][t] * units_here.sigma_A, 2.1 * functions.r_step) << model.name;
    EXPECT_LT(tables.closest, 0.6 * units_here.sigma_A);  // far nearer than liquids come
  }
}

// Argon's usual numbers, 3.405 A, 119.8 K, 39.948 amu: 2.156 ps, and epsilon / sigma^3 = 41.9 MPa.
TEST(LennardJones, UnitsAreThoseOfTextbooks) {
  const PairUnits argon = {3.405, 119.8, 39.948};
  EXPECT_NEAR(argon.time_ps(), 2.156, 5e-4);
  EXPECT_NEAR(argon.pressure_GPa(), 0.0419, 5e-5);
  EXPECT_NEAR(argon.epsilon_eV(), 0.010324, 5e-7);
}

TEST(LennardJones, MassesAreOfTheModel) {
  EXPECT_EQ(tables_of(model_named("wahnstrom"), PairCut::shifted).mass_amu, (std::vector<double>{50.0, 25.0}));
  EXPECT_EQ(tables_of(model_named("ka2"), PairCut::shifted).mass_amu, (std::vector<double>{50.0, 50.0, 50.0}));
  EXPECT_THROW(lennard_jones_functions(model_named("ka2"), {"Ni", "P"}, units_here, PairCut::shifted, 6001), Error);
  EXPECT_THROW(lennard_jones_functions(model_named("kob-andersen"), {"Ni", "Ni"}, units_here, PairCut::shifted, 6001), Error);
}

}  // namespace
}  // namespace patina::test
