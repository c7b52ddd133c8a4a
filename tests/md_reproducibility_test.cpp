// SPDX-License-Identifier: BSD-3-Clause
// Truth: one rank, other skins (one given, one tuned by the clock) and the plain kernels over rows of pairs. A
// trajectory must be the same to the last bit for every number of ranks and threads, every history of the neighbour lists and both kinds of lists,
// through thermostats, barostats and minimisation. (That threads agree with each other: every entry of this
// test compares with the same fingerprints, and so does cli_run_test through the program.)
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>

#include "engine_result.hpp"
#include "lammps_reference.hpp"
#include "md/integrate.hpp"
#include "md/minimize.hpp"
#include "md/smooth_tables.hpp"
#include "md/state_hash.hpp"
#include "md/velocity.hpp"
#include "of_root.hpp"
#include "small_sample.hpp"

namespace patina::test {
namespace {

struct Motion {
  const char* name;
  ThermostatKind thermostat;
  BarostatKind barostat;
  Precision precision = Precision::full;
  bool smooth_tables = false;
};

std::ostream& operator<<(std::ostream& out, const Motion& motion) { return out << motion.name; }

constexpr int steps = 40;

// From a skin that lasts for a step or two: there are lists enough for changes.
EngineOptions tuned() {
  EngineOptions options;
  options.skin_A = 0.1;
  options.tune_skin = true;
  return options;
}

// Fingerprint, energies and pressure after some steps at 2000 K, in the course of which lists are rebuilt.
std::string after_motion(const Comm& comm, const Structure& sample, const Motion& motion, const EngineOptions& options) {
  System system = make_system(comm, sample, 11);
  draw_velocities(system, 2000.0);
  const EamTables tables = motion.smooth_tables ? make_smooth_tables(cu_zr()).tables : make_eam_tables(cu_zr());
  Engine engine = make_engine(system, tables, options, motion.precision);
  EnsembleSpec spec;
  spec.thermostat.kind = motion.thermostat;
  spec.thermostat.relaxation_ps = 0.05;
  spec.barostat.kind = motion.barostat;
  spec.barostat.relaxation_ps = 0.2;
  Integrator integrator(spec, system, engine);
  for (int n = 1; n <= steps; ++n) integrator.step({2000.0, {}}, n == steps);
  EXPECT_GE(engine.counters().rebuilds, 2);
  return fmt::format("{} {:a} {:a} {:a} {:a}", state_hash(system), integrator.totals().potential_energy,
                     integrator.kinetic_energy(), integrator.pressure()[0][0], integrator.conserved_energy());
}

class Trajectory : public ::testing::TestWithParam<Motion> {};

TEST_P(Trajectory, HasTheSameBitsHoweverItIsComputed) {
  for (const char* name : {"cuzr_liquid_2000", "cuzr_liquid_triclinic_2000", "cuzr_slab_2000"}) {
    const Structure sample = read_lammps_case(name).structure;
    if (GetParam().barostat != BarostatKind::none && !sample.box.periodic(2)) continue;
    const std::string expected = of_root([&](const Comm& comm) { return after_motion(comm, sample, GetParam(), {0.3}); });
    EXPECT_EQ(after_motion(Comm::world(), sample, GetParam(), tuned()), expected) << name;
    EXPECT_EQ(after_motion(Comm::world(), sample, GetParam(), {0.7, {0, 0, 0}, false}), expected) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Motions, Trajectory,
    ::testing::Values(Motion{"nve", ThermostatKind::none, BarostatKind::none},
                      Motion{"langevin", ThermostatKind::langevin, BarostatKind::none},
                      Motion{"rescaling", ThermostatKind::velocity_rescaling, BarostatKind::cell_rescaling},
                      Motion{"chain", ThermostatKind::nose_hoover, BarostatKind::mtk},
                      Motion{"mixed_nve", ThermostatKind::none, BarostatKind::none, Precision::mixed},
                      Motion{"mixed_chain", ThermostatKind::nose_hoover, BarostatKind::mtk, Precision::mixed},
                      Motion{"smooth_mixed_chain", ThermostatKind::nose_hoover, BarostatKind::mtk, Precision::mixed, true}),
    [](const auto& instance) { return instance.param.name; });

std::string after_search(const Comm& comm, const Structure& sample, const EngineOptions& options) {
  System system = make_system(comm, sample, 1);
  Engine engine = make_engine(system, cu_zr(), options);
  MinimizeSpec spec;
  spec.max_steps = 40;
  spec.relax_cell = true;
  Minimizer search(spec, system, engine);
  while (!search.finished()) search.step();
  return fmt::format("{} {:a}", state_hash(system), search.totals().potential_energy);
}

// Layers of B2 CuZr that slide along x past each other, farther than the cell is wide: 3.25 A.
Structure sliding_layers() {
  constexpr double a = 3.25;
  constexpr int layers = 8;
  const Structure liquid = read_lammps_case("cuzr_liquid_2000").structure;
  Structure sample;
  sample.box = Box::orthogonal({{a, a, layers * a}});
  sample.species = liquid.species;
  sample.mass = liquid.mass;
  for (int k = 0; k < layers; ++k)
    for (int type = 0; type < 2; ++type) {
      const double off = 0.5 * type * a;
      sample.id.push_back(static_cast<std::int64_t>(sample.id.size()) + 1);
      sample.type.push_back(type);
      sample.position.push_back({{off + 0.01 * k, off + 0.05 * (k % 3), k * a + off}});
      sample.velocity.push_back({{k < layers / 2 ? 25.0 : -25.0, 0.0, 0.0}});
    }
  return sample;
}

TEST(ThinCell, WaysLongerThanTheCellAreSeen) {
  const Comm world = Comm::world();
  const auto slide = [&](const EngineOptions& options) {
    System system = make_system(world, sliding_layers(), 1);
    Engine engine = make_engine(system, cu_zr(), options);
    EnsembleSpec spec;
    spec.time_step_ps = 0.002;
    Integrator integrator(spec, system, engine);
    for (int n = 0; n < 250; ++n) integrator.step({}, false);
    return state_hash(system);
  };
  EXPECT_EQ(slide({4.9}), slide({0.3}));
}

TEST(Minimum, HasTheSameBitsHoweverItIsFound) {
  const Structure sample = read_lammps_case("cuzr_liquid_2000").structure;
  const std::string expected = of_root([&](const Comm& comm) { return after_search(comm, sample, {0.3}); });
  EXPECT_EQ(after_search(Comm::world(), sample, tuned()), expected);
  EXPECT_EQ(after_search(Comm::world(), sample, {0.6, {0, 0, 0}, false}), expected);
}

TEST(StateHash, SeesEveryPart) {
  const Comm world = Comm::world();
  const auto hash_of = [&](const Structure& s) { return state_hash(make_system(world, s, 1)); };
  Structure sample = small_sample();
  for (std::size_t i = 0; i < sample.size(); ++i) sample.velocity.push_back({{0.1, -0.2, 0.01 * static_cast<double>(i)}});
  const std::string hash = hash_of(sample);
  EXPECT_EQ(hash_of(sample), hash);
  Structure other = sample;
  other.position[5][1] = std::nextafter(other.position[5][1], 100.0);
  EXPECT_NE(hash_of(other), hash);
  other = sample;
  std::swap(other.velocity[3], other.velocity[4]);
  EXPECT_NE(hash_of(other), hash);
  other = sample;
  other.type[0] = 1 - other.type[0];
  EXPECT_NE(hash_of(other), hash);
  other = sample;
  other.box = sample.box.with_edges(1.0000001 * sample.box.edges());
  EXPECT_NE(hash_of(other), hash);
}

}  // namespace
}  // namespace patina::test
