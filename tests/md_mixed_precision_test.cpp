// SPDX-License-Identifier: BSD-3-Clause
// Truth: the same sample in double precision, which md_reference_test compares with LAMMPS; conservation of energy. Forces
// of mixed precision are right to 2e-6 of their root mean square (the class of LAMMPS's INTEL package in mixed mode).
#include <gtest/gtest.h>

#include <cmath>

#include "engine_result.hpp"
#include "lammps_reference.hpp"
#include "md/eam_file.hpp"
#include "md/integrate.hpp"
#include "md/velocity.hpp"
#include "reference_eam.hpp"

namespace patina::test {
namespace {

double mean_square(const std::vector<Vec3>& v) {
  double sum = 0.0;
  for (const Vec3& x : v) sum += dot(x, x);
  return sum / static_cast<double>(v.size());
}

class MixedPrecision : public ::testing::TestWithParam<const char*> {};

TEST_P(MixedPrecision, AgreesWithDouble) {
  const LammpsCase sample = read_lammps_case(GetParam());
  const auto functions = read_eam_file(test_potential(sample.potential), sample.species);
  const Comm world = Comm::world();
  const EngineResult full = compute(world, sample.structure, functions);
  const EngineResult mixed = compute(world, sample.structure, functions, {}, Precision::mixed);
  std::vector<Vec3> error;
  for (std::size_t k = 0; k < full.force.size(); ++k) error.push_back(mixed.force[k] - full.force[k]);
  const double relative = std::sqrt(mean_square(error) / mean_square(full.force));
  RecordProperty("relative_force_error", std::to_string(relative * 1e9) + "e-9");
  EXPECT_LE(relative, 2e-6);
  EXPECT_GT(relative, 1e-9);  // it is another arithmetic
  EXPECT_NEAR(mixed.energy, full.energy, 1e-7 * std::fabs(full.energy));
  EXPECT_LE(largest_difference(mixed.virial, full.virial), 1e-6 * largest_component(full.virial));
  for (std::size_t k = 0; k < full.atom_energy.size(); ++k)
    ASSERT_NEAR(mixed.atom_energy[k], full.atom_energy[k], 1e-5) << "atom " << k + 1;
}

INSTANTIATE_TEST_SUITE_P(Cases, MixedPrecision,
                         ::testing::Values("cuni_alloy_864", "cuzr_liquid_2000", "cuzr_liquid_triclinic_2000",
                                           "cuzr_slab_2000"),
                         [](const auto& test) { return std::string(test.param); });

// Places wrap every 2^32 steps, some tens of Angstrom.
TEST(MixedRun, HoldsFarFromTheOrigin) {
  const LammpsCase sample = read_lammps_case("cuzr_slab_2000");
  const auto functions = read_eam_file(test_potential(sample.potential), sample.species);
  const Comm world = Comm::world();
  Structure moved = sample.structure;
  const Vec3 far = {{0.0, 0.0, 3000.0}};  // the free axis
  for (Vec3& r : moved.position) r = r + far;
  const EngineResult here = compute(world, sample.structure, functions, {}, Precision::mixed);
  const EngineResult there = compute(world, moved, functions, {}, Precision::mixed);
  EXPECT_LE(largest_difference(here.force, there.force), 2e-6 * largest_norm(here.force));
}

// Two pairs 1.5e11 A apart along a free axis: there the number of steps does not fit into 64 bits. Truth: double precision, which
// has places of 2.4e-4 A left there, as mixed precision gets them.
TEST(MixedRun, PlacesWrapHoweverFarTheyAre) {
  const Comm alone = Comm::split(Comm::world(), Comm::world().rank());
  const auto functions = read_eam_file(test_potential("CuZr_mm.eam.fs"), {"Cu", "Zr"});
  constexpr double far = 1.5e11;
  Structure pairs;
  pairs.species = {"Cu", "Zr"};
  pairs.mass = {63.546, 91.224};
  pairs.box = Box::orthogonal({{1e6, 20.0, 20.0}}, {false, true, true});
  pairs.id = {1, 2, 3, 4};
  pairs.type = {0, 1, 0, 1};
  pairs.position = {{{1.0, 1.0, 1.0}}, {{3.6, 1.0, 1.0}}, {{far, 1.0, 1.0}}, {{far + 2.6, 4.0, 1.0}}};
  const EngineResult full = compute(alone, pairs, functions);
  const EngineResult mixed = compute(alone, pairs, functions, {}, Precision::mixed);
  EXPECT_NEAR(mixed.energy, full.energy, 1e-6 * std::fabs(full.energy));
  EXPECT_LE(largest_difference(mixed.force, full.force), 2e-6 * largest_norm(full.force));
}

// Two atoms from where the tables of double precision end, among them those of Cu_u3 and Cu_u6, which attract from 0.67 to 1.03 A.
// Truth: the plain sum over the file's samples. A pair's force is off by what 24 bits leave of its distance and of each term:
// 2^-24 (r |f'| + |terms|), a few times. Closer ones are reported, and repel each other.
TEST(MixedRun, FollowsTheTablesAsFarAsDouble) {
  const Comm alone = Comm::split(Comm::world(), Comm::world().rank());
  struct { const char *file, *species; bool attracts; } const cases[] = {
      {"Cu_u3.eam", "Cu", true}, {"Cu_u6.eam", "Cu", true}, {"Ag_u3.eam", "Ag", false}, {"Al_jnp.eam", "Al", false},
      {"Cu_smf7.eam", "Cu", false}, {"Ni_smf7.eam", "Ni", false}, {"Ni_u3.eam", "Ni", false}, {"Pd_u3.eam", "Pd", false}};
  for (const auto& [file, species, attracts] : cases) {
    SCOPED_TRACE(file);
    const auto functions = read_eam_file(test_potential(file), {species});
    const EamTables tables = make_eam_tables(functions);
    const double closest = tables.closest;
    const auto pair_at = [name = species](double r) {
      Structure pair;
      pair.species = {name};
      pair.mass = {60.0};
      pair.box = Box::orthogonal({{24.0, 24.0, 24.0}});
      pair.id = {1, 2};
      pair.type = {0, 0};
      pair.position = {{{5.0, 6.0, 7.0}}, {{5.0 + r, 6.0, 7.0}}};
      return pair;
    };
    const auto reference = [&](double r) {
      const Structure pair = pair_at(r);
      return reference_eam(functions, pair.box, pair.position, pair.type).force[1][0];
    };
    const auto mixed = [&](double r) {
      System system = make_system(alone, pair_at(r), 1);
      Engine engine = make_engine(system, tables, {}, Precision::mixed);
      const bool overlap = engine.compute(system, Tally::virial).overlap.has_value();
      return std::pair(forces_by_id(system)[1][0], overlap);
    };
    int attracting = 0;
    for (double r = closest + 0.003; r < 1.3; r += 0.0237) {
      const double force = reference(r), stiffness = std::abs(reference(r + 1e-4) - reference(r - 1e-4)) / 2e-4;
      const auto phi = [&](double at) { return reference_interpolate(functions.r_phi[0][0], functions.r_step, at).value / at; };
      const double terms = std::abs(phi(r + 1e-4) - phi(r - 1e-4)) / 2e-4;  // phi'; what F' rho' makes of it is as large
      const auto [found, overlap] = mixed(r);
      EXPECT_NEAR(found, force, 0x1p-24 * 4.0 * (r * stiffness + 2.0 * terms)) << r;
      EXPECT_FALSE(overlap) << r;
      attracting += r > 0.67 && r < 1.03 && force < 0.0;
    }
    if (attracts) {
      EXPECT_GT(attracting, 13);
    }
    for (const double r : {0.1, 0.5 * closest, 0.99 * closest}) {
      const auto [found, overlap] = mixed(r);
      EXPECT_GT(found, 0.0) << r;
      EXPECT_TRUE(overlap) << r;
    }
  }
}

// Pairs of more than 64 eV/A do not fit into the vectors with which steps without energies are summed. Truth: the sums of
// one with energies, to the last bit, in both precisions, for pairs within a rank and across ranks.
TEST(MixedRun, SumsVeryStrongForces) {
  const Comm world = Comm::world();
  const LammpsCase sample = read_lammps_case("cuzr_liquid_2000");
  const auto functions = read_eam_file(test_potential(sample.potential), sample.species);
  Structure squeezed = sample.structure;
  for (const std::size_t k : {10u, 400u, 800u, 1200u, 1600u, 1999u}) {
    // Onto 1.3 A of the nearest other atom.
    const Vec3 r = squeezed.position[k];
    Vec3 nearest{{1e9, 0.0, 0.0}};
    for (std::size_t j = 0; j < squeezed.position.size(); ++j) {
      Vec3 s = squeezed.box.to_fractional(squeezed.position[j]) - squeezed.box.to_fractional(r);
      for (int a = 0; a < 3; ++a) s[a] -= std::round(s[a]);
      const Vec3 d = s * squeezed.box.edges();
      if (j != k && dot(d, d) < dot(nearest, nearest)) nearest = d;
    }
    squeezed.position[k] = r + (1.0 - 1.3 / std::sqrt(dot(nearest, nearest))) * nearest;
  }
  for (const Precision precision : {Precision::full, Precision::mixed}) {
    const auto forces = [&](Tally tally) {
      System system = make_system(world, squeezed, 1);
      Engine engine = make_engine(system, functions, {}, precision);
      engine.compute(system, tally);
      return forces_by_id(system);
    };
    const std::vector<Vec3> found = forces(Tally::forces);
    EXPECT_GT(largest_norm(found), 64.0);
    EXPECT_EQ(largest_difference(found, forces(Tally::energy)), 0.0);
  }
}

// 4 ps at 1 fs of a liquid: no drift above what double precision has (P7 bounds that of a glass by 1e-7 eV/atom/ps).
TEST(MixedRun, KeepsTheEnergyAsDoubleDoes) {
  const Comm world = Comm::world();
  const LammpsCase sample = read_lammps_case("cuzr_liquid_2000");
  const auto functions = read_eam_file(test_potential(sample.potential), sample.species);
  const auto drift = [&](Precision precision) {
    System system = make_system(world, sample.structure, 3);
    draw_velocities(system, 800.0);
    Engine engine = make_engine(system, functions, {}, precision);
    EnsembleSpec spec;
    spec.time_step_ps = 0.001;
    Integrator integrator(spec, system, engine);
    constexpr int samples = 200;
    std::vector<double> energy;
    for (int n = 0; n < 20 * samples; ++n) {
      integrator.step({}, n % 20 == 19);
      if (n % 20 == 19) energy.push_back(integrator.conserved_energy() / static_cast<double>(system.atom_count));
    }
    double te = 0.0, tt = 0.0;
    for (int k = 0; k < samples; ++k) {
      const double t = (k - 0.5 * (samples - 1)) * 0.02;
      te += t * energy[static_cast<std::size_t>(k)];
      tt += t * t;
    }
    return te / tt;
  };
  const double mixed = drift(Precision::mixed);
  RecordProperty("drift_eV_per_atom_ps", std::to_string(mixed * 1e9) + "e-9");
  EXPECT_NEAR(mixed, drift(Precision::full), 1e-7);
}

}  // namespace
}  // namespace patina::test
