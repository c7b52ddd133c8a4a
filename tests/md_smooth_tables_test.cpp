// SPDX-License-Identifier: BSD-3-Clause
// Truths: closed forms of which the tables hold samples; the file's functions by the interpolation of tests/reference_eam.cpp,
// written independently of the tables, on distances of its own; finite differences; conservation of energy.
#include "md/smooth_tables.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine_result.hpp"
#include "lammps_reference.hpp"
#include "md/eam_file.hpp"
#include "md/integrate.hpp"
#include "md/velocity.hpp"
#include "reference_eam.hpp"

namespace patina::test {
namespace {

constexpr double end_of_pairs = 6.0;  // Angstrom

// amplitude exp(-decay (r - 2)) (1 - r/6)^4 within 6 A, and its derivative.
ValueSlope closed_form(double amplitude, double decay, double r) {
  if (r >= end_of_pairs) return {};
  const double fall = amplitude * std::exp(-decay * (r - 2.0)), x = 1.0 - r / end_of_pairs;
  return {fall * x * x * x * x, fall * x * x * x * (-decay * x - 4.0 / end_of_pairs)};
}
ValueSlope closed_phi(double r) { return closed_form(3.0, 2.0, r); }
ValueSlope closed_rho(double r) { return closed_form(10.0, 1.5, r); }

// Samples of the closed forms, each with `extra(r)` added to phi.
template <class Extra>
EamFunctions sampled(double r_step, const Extra& extra) {
  EamFunctions f;
  f.species = {"Cu"};
  f.atomic_number = {29};
  f.mass_amu = {63.546};
  f.rho_points = 1000;
  f.rho_step = 0.1;
  f.rho_max = 99.9;
  f.cutoff = 6.5;
  f.r_step = r_step;
  f.r_points = static_cast<int>(f.cutoff / r_step);
  std::vector<double> embedding, density, r_phi;
  for (int k = 0; k < f.rho_points; ++k) embedding.push_back(-std::sqrt(k * f.rho_step));
  for (int k = 0; k < f.r_points; ++k) {
    const double r = k * r_step;
    density.push_back(closed_rho(r).value);
    r_phi.push_back(r * (closed_phi(r).value + extra(r)));
  }
  f.embedding = {embedding};
  f.density = {{density}};
  f.r_phi = {{r_phi}};
  f.file = "closed form";
  return f;
}
EamFunctions sampled() {
  return sampled(0.00077, [](double) { return 0.0; });
}

TEST(SmoothTables, FollowAClosedForm) {
  const SmoothTables smooth = make_smooth_tables(sampled());
  const EamTables& tables = smooth.tables;
  const TableDeviation& claimed = smooth.deviation;
  EXPECT_GE(claimed.step_A, 4 * claimed.file_step_A);
  EXPECT_DOUBLE_EQ(1.0 / tables.inv_r_step, claimed.step_A);
  EXPECT_LE(claimed.phi_slope_eV_per_A.size, 1e-5 * (1.0 + std::abs(closed_phi(1.5).slope)));
  double largest_rho = 0.0, largest_slope = 0.0;
  for (double r = 1.5; r < 6.5; r += 0.000123) {
    const auto at = tables.at_distance(r);
    const auto terms = tables.pair_at(0, 0, 1.0 / r, at);
    // The file's interpolation is off by some h^3 f''''.
    ASSERT_NEAR(terms.energy, closed_phi(r).value, 1.1 * claimed.phi_eV.size + 1e-12) << r;
    ASSERT_NEAR(terms.energy_slope, closed_phi(r).slope, 1.1 * claimed.phi_slope_eV_per_A.size + 1e-9) << r;
    ASSERT_NEAR(tables.density_at(0, 0, at), closed_rho(r).value, 1.1 * claimed.rho.size * closed_rho(1.5).value + 1e-12) << r;
    ASSERT_NEAR(terms.density_slope_st, closed_rho(r).slope,
                1.1 * claimed.rho_slope.size * std::abs(closed_rho(1.5).slope) + 1e-9)
        << r;
    largest_rho = std::max(largest_rho, std::abs(tables.density_at(0, 0, at) - closed_rho(r).value));
    largest_slope = std::max(largest_slope, std::abs(terms.energy_slope - closed_phi(r).slope));
  }
  EXPECT_NEAR(largest_rho, claimed.rho.size * closed_rho(1.5).value, 0.1 * largest_rho);
  EXPECT_NEAR(largest_slope, claimed.phi_slope_eV_per_A.size, 0.1 * largest_slope);
}

// Noise of 1e-8 eV on samples makes slopes of the file's wrong by 1e-5 eV/A; the smooth ones average it out.
TEST(SmoothTables, AreNearerToTheTruthThanNoisySamples) {
  const auto noise = [](double r) { return r < 5.9 ? 1e-8 * std::sin(1e7 * r * r) : 0.0; };
  const EamFunctions functions = sampled(0.00077, noise);
  const SmoothTables smooth = make_smooth_tables(functions);
  ASSERT_GT(smooth.deviation.step_A, 4 * functions.r_step);
  const EamTables file = make_eam_tables(functions);
  const auto rms_error = [](const EamTables& tables) {
    double sum = 0.0;
    int count = 0;
    for (double r = 2.0; r < 5.8; r += 0.00123, ++count) {
      const double error = tables.pair_at(0, 0, 1.0 / r, tables.at_distance(r)).energy_slope - closed_phi(r).slope;
      sum += error * error;
    }
    return std::sqrt(sum / count);
  };
  EXPECT_LT(rms_error(smooth.tables), 0.1 * rms_error(file));
}

// A jump of phi'' of 50 eV/A^2 as in the tables of Cu-Zr, at a round distance and at any: the values must hold.
TEST(SmoothTables, FollowJumpsOfTheSecondDerivative) {
  for (const double jump_at : {2.3, 2.345678}) {
    const auto extra = [&](double r) { return r < jump_at ? 25.0 * (r - jump_at) * (r - jump_at) : 0.0; };
    const SmoothTables smooth = make_smooth_tables(sampled(0.00077, extra));
    EXPECT_EQ(smooth.deviation.step_A, jump_at == 2.3 ? 0.025 : 0.00077);  // the file's own in the second case
    for (double r = 1.5; r < 6.5; r += 0.000123) {
      const auto phi = smooth.tables.pair_at(0, 0, 1.0 / r, smooth.tables.at_distance(r));
      const double truth = closed_phi(r).value + extra(r);
      ASSERT_NEAR(phi.energy, truth, 2e-6 * (1.0 + truth)) << r << " with a jump at " << jump_at;
    }
  }
}

class OfFile : public ::testing::TestWithParam<std::pair<const char*, std::vector<std::string>>> {
 protected:
  const EamFunctions functions_ = read_eam_file(test_potential(GetParam().first), GetParam().second);
  const SmoothTables smooth_ = make_smooth_tables(functions_);
  int types() const { return smooth_.tables.types; }
};

TEST_P(OfFile, TheDeviationToldIsTheLargest) {
  const TableDeviation& told = smooth_.deviation;
  const EamTables& tables = smooth_.tables;
  double phi = 0.0, phi_slope = 0.0, nearer = 0.0, rho = 0.0, rho_slope = 0.0;
  for (int s = 0; s < types(); ++s)
    for (int t = 0; t < types(); ++t) {
      double density = 0.0, density_slope = 0.0, most = 0.0, steepest = 0.0;
      for (double r = tables.closest; r < functions_.cutoff; r += 0.0371 * functions_.r_step) {
        const auto at = tables.at_distance(r);
        const auto terms = tables.pair_at(s, t, 1.0 / r, at);
        const auto z = reference_interpolate(functions_.r_phi[s][t], functions_.r_step, r);
        const double slope = std::abs(terms.energy_slope - (z.slope - z.value / r) / r);
        if (r < told.from_A) {
          nearer = std::max(nearer, slope);
          continue;
        }
        const auto expected = reference_interpolate(functions_.density[s][t], functions_.r_step, r);
        phi = std::max(phi, std::abs(terms.energy - z.value / r));
        phi_slope = std::max(phi_slope, slope);
        density = std::max(density, std::abs(tables.density_at(s, t, at) - expected.value));
        density_slope = std::max(density_slope, std::abs(terms.density_slope_st - expected.slope));
        most = std::max(most, std::abs(expected.value));
        steepest = std::max(steepest, std::abs(expected.slope));
      }
      if (most == 0.0) continue;
      rho = std::max(rho, density / most);
      rho_slope = std::max(rho_slope, density_slope / steepest);
    }
  // The distances are others than those of the comparison itself.
  EXPECT_NEAR(told.phi_eV.size, phi, 0.05 * phi + 1e-14);
  EXPECT_NEAR(told.phi_slope_eV_per_A.size, phi_slope, 0.1 * phi_slope + 1e-11);
  EXPECT_NEAR(told.nearer_phi_slope_eV_per_A.size, nearer, 0.1 * nearer + 1e-9);
  EXPECT_NEAR(told.rho.size, rho, 0.1 * rho + 1e-14);
  EXPECT_NEAR(told.rho_slope.size, rho_slope, 0.1 * rho_slope + 1e-11);
  RecordProperty("told", describe(told, functions_.species));
}

TEST_P(OfFile, CellsJoinWithValueAndSlope) {
  const EamTables& tables = smooth_.tables;
  const auto density = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables.density);
  const auto pair = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables.pair);
  const int first = static_cast<int>(tables.closest * tables.inv_r_step);
  for (int st = 0; st < types() * types(); ++st)
    for (int m = first; m + 2 < tables.r_rows; ++m) {
      if ((m + 1) / tables.inv_r_step > functions_.cutoff - 2.0 / tables.inv_r_step) break;
      const double* c = &density(st * tables.r_rows + m, 0);
      const double* z = &pair(st * tables.r_rows + m, 4);
      const double* d = &pair(st * tables.r_rows + m, 0);
      const double* next_c = &density(st * tables.r_rows + m + 1, 0);
      const double* next_z = &pair(st * tables.r_rows + m + 1, 4);
      const double* next_d = &pair(st * tables.r_rows + m + 1, 0);
      const auto scale = [](const double* k) { return std::abs(k[0]) + std::abs(k[1]) + std::abs(k[2]); };
      ASSERT_NEAR(c[0] + c[1] + c[2] + c[3], next_c[0], 1e-14 * scale(c)) << m;
      ASSERT_NEAR(c[1] + 2 * c[2] + 3 * c[3], next_c[1], 1e-13 * scale(c)) << m;
      ASSERT_NEAR(z[0] + z[1] + z[2] + z[3], next_z[0], 1e-14 * scale(z)) << m;
      ASSERT_NEAR(z[1] + 2 * z[2] + 3 * z[3], next_z[1], 1e-13 * scale(z)) << m;
      ASSERT_NEAR(d[0] + d[1] + d[2], next_d[0], 1e-13 * tables.inv_r_step * scale(c)) << m;
    }
}

TEST_P(OfFile, NothingReachesBeyondTheFilesCutoffs) {
  const EamTables file = make_eam_tables(functions_);
  const EamTables& tables = smooth_.tables;
  for (int s = 0; s < types(); ++s)
    for (int t = 0; t < types(); ++t) {
      const int st = s * types() + t;
      EXPECT_LE(tables.density_cutoff_sq(st), file.density_cutoff_sq(st));
      EXPECT_LE(tables.pair_cutoff_sq(st), file.pair_cutoff_sq(st));
      for (double r = std::sqrt(tables.pair_cutoff_sq(st)); r < tables.max_cutoff; r += 0.001) {
        const auto terms = tables.pair_at(s, t, 1.0 / r, tables.at_distance(r * (1.0 + 1e-14)));
        ASSERT_EQ(terms.energy, 0.0) << r;
        ASSERT_EQ(terms.energy_slope, 0.0) << r;
        ASSERT_EQ(terms.density_slope_st, 0.0) << r;
      }
      if (tables.pair_cutoff_sq(st) == functions_.cutoff * functions_.cutoff) continue;
      const double r = std::sqrt(tables.pair_cutoff_sq(st)) * (1.0 - 1e-12);
      const auto last = tables.pair_at(s, t, 1.0 / r, tables.at_distance(r));
      EXPECT_NEAR(last.energy, 0.0, 1e-13);
      EXPECT_NEAR(last.energy_slope, 0.0, 1e-10);
      EXPECT_NEAR(last.density_slope_st, 0.0, 1e-10);
    }
}

TEST_P(OfFile, SlopesAreThoseOfTheValues) {
  const EamTables& tables = smooth_.tables;
  constexpr double h = 1e-5;
  for (int s = 0; s < types(); ++s)
    for (int t = 0; t < types(); ++t) {
      const auto phi = [&](double r) { return tables.pair_at(s, t, 1.0 / r, tables.at_distance(r)).energy; };
      const auto rho = [&](double r) { return tables.density_at(s, t, tables.at_distance(r)); };
      for (double r = 1.5; r < tables.max_cutoff - 2.0 / tables.inv_r_step; r += 0.003217) {
        const auto terms = tables.pair_at(s, t, 1.0 / r, tables.at_distance(r));
        const double scale = 1.0 + std::abs(terms.energy_slope), scale_rho = 1.0 + std::abs(terms.density_slope_st);
        ASSERT_NEAR((phi(r + h) - phi(r - h)) / (2 * h), terms.energy_slope, 1e-7 * scale) << s << t << " at " << r;
        ASSERT_NEAR((rho(r + h) - rho(r - h)) / (2 * h), terms.density_slope_st, 1e-7 * scale_rho) << s << t << " at " << r;
      }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Tables, OfFile,
    ::testing::Values(std::pair{"CuZr_mm.eam.fs", std::vector<std::string>{"Cu", "Zr"}},
                      std::pair{"Cu-Zr_4.eam.fs", std::vector<std::string>{"Zr", "Cu"}},
                      std::pair{"NiAlH_jea.eam.fs", std::vector<std::string>{"H", "Ni", "Al"}},
                      std::pair{"Cu_zhou.eam.alloy", std::vector<std::string>{"Cu"}},
                      std::pair{"Cu_mishin1.eam.alloy", std::vector<std::string>{"Cu"}}),
    [](const auto& test) {
      std::string name = test.param.first;
      for (char& c : name)
        if (c == '.' || c == '-') c = '_';
      return name;
    });

TEST(SmoothTables, StayTheFilesOwnWhereNoCoarserGridHolds) {
  const auto functions = read_eam_file(test_potential("CuNi.eam.alloy"), {"Cu", "Ni"});  // 500 samples
  const SmoothTables smooth = make_smooth_tables(functions);
  const EamTables file = make_eam_tables(functions);
  EXPECT_EQ(smooth.deviation.step_A, functions.r_step);
  EXPECT_EQ(smooth.deviation.phi_slope_eV_per_A.size, 0.0);
  ASSERT_EQ(smooth.tables.r_rows, file.r_rows);
  for (std::size_t k = 0; k < file.pair.size(); ++k) ASSERT_EQ(smooth.tables.pair.data()[k], file.pair.data()[k]);
  EXPECT_NE(describe(smooth.deviation, functions.species).find("the file's own"), std::string::npos);
}

double mean_square(const std::vector<Vec3>& v) {
  double sum = 0.0;
  for (const Vec3& x : v) sum += dot(x, x);
  return sum / static_cast<double>(v.size());
}

TEST(SmoothForces, AgreeWithTheFilesAndAreDerivatives) {
  const Comm world = Comm::world();
  for (const char* name : {"cuzr_liquid_2000", "cuzr_slab_2000"}) {
    const LammpsCase sample = read_lammps_case(name);
    const auto functions = read_eam_file(test_potential(sample.potential), sample.species);
    const EamTables tables = make_smooth_tables(functions).tables;
    System system = make_system(world, sample.structure, 1);
    Engine engine = make_engine(system, tables);
    const EngineResult smooth = compute(engine, system);
    const EngineResult file = compute(world, sample.structure, functions);
    std::vector<Vec3> error;
    for (std::size_t k = 0; k < file.force.size(); ++k) error.push_back(smooth.force[k] - file.force[k]);
    const double rms = std::sqrt(mean_square(file.force));
    RecordProperty(std::string(name) + "_rms_relative", fmt::format("{:.2e}", std::sqrt(mean_square(error)) / rms));
    RecordProperty(std::string(name) + "_largest_relative", fmt::format("{:.2e}", largest_norm(error) / rms));
    EXPECT_LE(std::sqrt(mean_square(error)), 1e-5 * rms) << name;  // the noise of the file's slopes
    EXPECT_NEAR(smooth.energy, file.energy, 1e-8 * std::abs(file.energy)) << name;
    EXPECT_LE(largest_difference(smooth.virial, file.virial), 1e-6 * largest_component(file.virial)) << name;

    constexpr double h = 2e-5;
    std::vector<Vec3> displacement(file.force.size(), Vec3{{0.0, 0.0, 0.0}});
    const auto energy_after = [&](std::size_t atom, int axis, double by) {
      displacement[atom][static_cast<std::size_t>(axis)] = by;
      displace(system, displacement);
      displacement[atom][static_cast<std::size_t>(axis)] = 0.0;
      return engine.compute(system, Tally::energy).potential_energy;
    };
    for (std::size_t atom : {std::size_t{3}, std::size_t{777}, std::size_t{1500}})
      for (int axis = 0; axis < 3; ++axis) {
        const double up = energy_after(atom, axis, h), down = energy_after(atom, axis, -2 * h);
        energy_after(atom, axis, h);
        EXPECT_NEAR((down - up) / (2 * h), smooth.force[atom][static_cast<std::size_t>(axis)], 1e-6)
            << name << " atom " << atom;
      }
  }
}

// 2 ps at 1 fs of a liquid: no drift above what the file's tables have, in double and in mixed precision.
TEST(SmoothRun, KeepsTheEnergy) {
  const Comm world = Comm::world();
  const LammpsCase sample = read_lammps_case("cuzr_liquid_2000");
  const auto functions = read_eam_file(test_potential(sample.potential), sample.species);
  const EamTables file = make_eam_tables(functions), smooth = make_smooth_tables(functions).tables;
  const auto drift = [&](const EamTables& tables, Precision precision) {
    System system = make_system(world, sample.structure, 3);
    draw_velocities(system, 800.0);
    Engine engine = make_engine(system, tables, {}, precision);
    EnsembleSpec spec;
    spec.time_step_ps = 0.001;
    Integrator integrator(spec, system, engine);
    constexpr int samples = 100;
    double te = 0.0, tt = 0.0;
    for (int k = 0; k < samples; ++k) {
      for (int n = 1; n <= 20; ++n) integrator.step({}, n == 20);
      const double t = (k - 0.5 * (samples - 1)) * 0.02;
      te += t * integrator.conserved_energy() / static_cast<double>(system.atom_count);
      tt += t * t;
    }
    return te / tt;
  };
  const double of_file = drift(file, Precision::full), in_double = drift(smooth, Precision::full),
               in_mixed = drift(smooth, Precision::mixed);
  RecordProperty("drift_eV_per_atom_ps",
                 fmt::format("file {:.2e}, smooth {:.2e}, smooth mixed {:.2e}", of_file, in_double, in_mixed));
  EXPECT_NEAR(in_double, of_file, 1e-7);
  EXPECT_NEAR(in_mixed, of_file, 1e-7);
}

}  // namespace
}  // namespace patina::test
