// SPDX-License-Identifier: BSD-3-Clause
// Truths: the published point values and golden configurations of Mendelev's and Angelo's tables computed
// with LAMMPS and, independently, with numpy (values below; LAMMPS 4Feb2025, plain pair styles); the Hermite
// interpolation of tests/reference_eam.cpp, written independently of the tables; closed forms.
#include "md/eam_tables.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "core/units.hpp"
#include "md/eam_file.hpp"
#include "tests/reference_eam.hpp"

namespace patina::test {
namespace {

struct Golden {
  const char* file;
  std::vector<std::string> species;
  double a;                        // Angstrom
  double energy, pair, embedding;  // eV
  double pressure[6];              // bar, virial only: xx yy zz xy xz yz
  double pressure_tolerance;
  Vec3 force_0, force_100;  // eV/A
  double force_sq_sum, force_sq_tolerance;
  double force_tolerance;
};

// 256 atoms, fcc displaced by sines; species by (7k mod 13) < 7.
void golden_configuration(double a, std::vector<Vec3>& position, std::vector<int>& type) {
  const double basis[4][3] = {{0, 0, 0}, {0, .5, .5}, {.5, 0, .5}, {.5, .5, 0}};
  int k = 0;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j)
      for (int l = 0; l < 4; ++l)
        for (const auto& b : basis) {
          position.push_back(
              {{a * (i + b[0]) + 0.25 * std::sin(1 + 1.7 * k), a * (j + b[1]) + 0.25 * std::sin(2 + 2.3 * k),
                a * (l + b[2]) + 0.25 * std::sin(3 + 3.1 * k)}});
          type.push_back((7 * k) % 13 < 7 ? 0 : 1);
          ++k;
        }
}

class GoldenConfiguration : public ::testing::TestWithParam<Golden> {};

// Energies carry six decimals. Forces of the 2007 and 2009 tables differ between LAMMPS's spline and the
// numpy spline that made these numbers, because the tables are rough: the tolerances are those differences.
TEST_P(GoldenConfiguration, IsReproduced) {
  const Golden& golden = GetParam();
  const auto functions = read_eam_file(test_potential(golden.file), golden.species);
  std::vector<Vec3> position;
  std::vector<int> type;
  golden_configuration(golden.a, position, type);
  const double edge = 4 * golden.a;
  const Box box = Box::orthogonal({{edge, edge, edge}});
  const auto found = reference_eam(functions, box, position, type);
  EXPECT_NEAR(found.energy, golden.energy, 2e-6);
  EXPECT_NEAR(found.pair_energy, golden.pair, 2e-6);
  EXPECT_NEAR(found.embedding_energy, golden.embedding, 2e-6);
  const int rows[6] = {0, 1, 2, 0, 0, 1}, columns[6] = {0, 1, 2, 1, 2, 2};
  const double bar_per_eV_A3 = 1.6021765e6;  // LAMMPS's constant
  for (int k = 0; k < 6; ++k)
    EXPECT_NEAR(found.virial[rows[k]][columns[k]] / box.volume() * bar_per_eV_A3, golden.pressure[k],
                golden.pressure_tolerance);
  double force_sq = 0.0;
  for (const auto& f : found.force) force_sq += dot(f, f);
  EXPECT_NEAR(force_sq, golden.force_sq_sum, golden.force_sq_tolerance);
  for (int d = 0; d < 3; ++d) {
    EXPECT_NEAR(found.force[0][d], golden.force_0[d], golden.force_tolerance);
    EXPECT_NEAR(found.force[100][d], golden.force_100[d], golden.force_tolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Published, GoldenConfiguration,
    ::testing::Values(Golden{"CuZr_mm.eam.fs",
                             {"Cu", "Zr"},
                             4.0,
                             -1036.639125,
                             626.804490,
                             -1663.443615,
                             {164920.7, 204627.8, 190753.4, -17974.9, -9523.0, 6894.8},
                             1.0,
                             {{-1.837935, -1.443787, -0.984313}},
                             {{-8.383586, 7.653775, 0.454688}},
                             5057.3152,
                             5e-3,
                             2.5e-4},
                      Golden{"CuZr_mm.eam.fs",
                             {"Cu", "Zr"},
                             4.2,
                             -1083.332539,
                             419.720676,
                             -1503.053215,
                             {6081.47, 17583.17, 18781.95, -7115.59, -6195.55, 2496.61},
                             0.05,
                             {{-1.230883, -1.207715, -0.600305}},
                             {{-4.083645, 3.273998, 0.933543}},
                             1429.64856,
                             1e-4,
                             5e-6},
                      Golden{"Cu-Zr_2.eam.fs",
                             {"Cu", "Zr"},
                             4.0,
                             -1069.222435,
                             631.739106,
                             -1700.961541,
                             {139166.2, 189682.0, 176952.4, -35941.1, -11594.8, 12325.0},
                             1.0,
                             {{-1.535461, -1.324159, -0.966506}},
                             {{-8.665338, 7.766683, 0.333977}},
                             7181.8165,
                             5e-3,
                             2.5e-4},
                      Golden{"Cu-Zr_2.eam.fs",
                             {"Cu", "Zr"},
                             4.2,
                             -1101.158218,
                             426.756189,
                             -1527.914407,
                             {-30687.43, -15738.48, -14797.25, -9275.88, -6119.29, 3409.90},
                             0.05,
                             {{-0.894704, -0.805463, -0.351918}},
                             {{-3.910083, 3.337706, 0.740650}},
                             1326.24796,
                             1e-4,
                             5e-6},
                      Golden{"Cu-Zr_4.eam.fs",
                             {"Cu", "Zr"},
                             4.2,
                             -1128.643264,
                             424.860520,
                             -1553.503784,
                             {-41597.49, -24777.26, -27499.51, -11166.36, -6234.76, 3800.96},
                             0.01,
                             {{-0.796450, -1.093024, -0.450892}},
                             {{-3.816873, 3.245746, 1.036933}},
                             1322.39073,
                             1e-5,
                             1e-6},
                      Golden{"NiAlH_jea.eam.fs",
                             {"Ni", "Al"},
                             3.7,
                             -977.321362,
                             -1112.187896,
                             134.866533,
                             {129049.3, 182751.0, 176292.9, -31196.6, -4144.4, 3563.4},
                             0.1,
                             {{-2.103893, -1.756978, -1.501553}},
                             {{-5.815235, 4.227679, 1.963765}},
                             5553.5483,
                             1e-4,
                             1e-6},
                      Golden{"NiAlH_jea.eam.fs",
                             {"Al", "H"},
                             3.9,
                             -630.366721,
                             -330.215628,
                             -300.151093,
                             {-56745, -43091, -51566, 88, -969, -8654},
                             1.0,
                             {{-0.268052, 0.539485, -0.922194}},
                             {{-0.125429, 0.048803, -0.045247}},
                             396.60494,
                             1e-4,
                             1e-6}));

// The one table set whose density depends on both species: block I, table J is what I contributes at J.
TEST(FinnisSinclairIndex, SwappedDensitiesGiveAnotherEnergy) {
  auto functions = read_eam_file(test_potential("NiAlH_jea.eam.fs"), {"Ni", "Al"});
  ASSERT_NE(functions.density[0][1], functions.density[1][0]);
  EXPECT_FALSE(make_eam_tables(functions).symmetric_density);
  std::swap(functions.density[0][1], functions.density[1][0]);
  std::vector<Vec3> position;
  std::vector<int> type;
  golden_configuration(3.7, position, type);
  const auto swapped = reference_eam(functions, Box::orthogonal({{14.8, 14.8, 14.8}}), position, type);
  EXPECT_NEAR(swapped.energy, -972.849927, 2e-6);
}

TEST(PointValues, OfMendelev2007) {
  const auto tables = make_eam_tables(read_eam_file(test_potential("CuZr_mm.eam.fs"), {"Cu", "Zr"}));
  const auto phi = [&](int s, int t, double r) {
    return tables.pair_at(s, t, 1.0 / r, tables.at_distance(r)).energy;
  };
  EXPECT_NEAR(phi(0, 1, 2.5), 0.565373, 1e-6);
  EXPECT_NEAR(phi(0, 1, 2.8), 0.147784, 1e-6);
  EXPECT_NEAR(phi(0, 1, 3.0), 0.035758, 1e-6);
  EXPECT_NEAR(phi(1, 0, 4.0), 0.063844, 1e-6);
  EXPECT_NEAR(phi(0, 0, 2.5), 0.102963, 1e-6);
  EXPECT_NEAR(phi(1, 1, 3.0), 0.782350, 1e-6);
  EXPECT_NEAR(tables.embed(0, 10.0).value, -3.162335, 1e-6);
  EXPECT_NEAR(tables.embed(0, 25.0).value, -4.651604, 1e-6);
  EXPECT_NEAR(tables.embed(0, 100.0).value, 90.11, 1e-2);
  EXPECT_TRUE(tables.symmetric_density);
}

// physics.md 2.1: rho of all pairs and phi of Cu-Cu end before 6 A, phi of Cu-Zr and Zr-Zr before 7.6 A.
TEST(TrimmedCutoffs, OfMendelevTables) {
  for (const char* file : {"CuZr_mm.eam.fs", "Cu-Zr_2.eam.fs", "Cu-Zr_4.eam.fs"}) {
    const auto functions = read_eam_file(test_potential(file), {"Cu", "Zr"});
    const auto tables = make_eam_tables(functions);
    EXPECT_EQ(functions.cutoff, 7.6);
    EXPECT_NEAR(tables.max_density_cutoff, 6.0, 0.02) << file;
    EXPECT_NEAR(std::sqrt(tables.density_cutoff_sq(3)), 5.6, 0.02) << file;
    EXPECT_NEAR(std::sqrt(tables.pair_cutoff_sq(0)), 6.0, 0.02) << file;
    EXPECT_NEAR(tables.max_cutoff, 7.6, 0.02) << file;
    EXPECT_EQ(tables.density_cutoff_sq(1), tables.density_cutoff_sq(2));
    EXPECT_EQ(tables.pair_cutoff_sq(1), tables.pair_cutoff_sq(2));
  }
}

// Every table kind at points all over its range, on and between samples, and beyond the end.
void expect_equal_to_reference(const EamFunctions& functions) {
  const auto tables = make_eam_tables(functions);
  const int types = tables.types;
  double largest = 0.0;
  const auto near = [&](double a, double b, double scale, const char* what, double x) {
    largest = std::max(largest, std::abs(a - b) / scale);
    ASSERT_NEAR(a, b, 1e-12 * scale) << what << " at " << x << " of " << functions.file;
  };
  for (int s = 0; s < types; ++s)
    for (int t = 0; t < types; ++t)
      for (int k = 0; k < 4000; ++k) {
        const double r = 0.4 + (functions.cutoff - 0.4) * (k + 0.37) / 4000;
        const auto at = tables.at_distance(r);
        const auto terms = tables.pair_at(s, t, 1.0 / r, at);
        const auto rho_st = reference_interpolate(functions.density[s][t], functions.r_step, r);
        const auto rho_ts = reference_interpolate(functions.density[t][s], functions.r_step, r);
        const auto z = reference_interpolate(functions.r_phi[s][t], functions.r_step, r);
        // Derivatives lose to cancellation what the step is smaller than the values' scale.
        near(tables.density_at(s, t, at), rho_st.value, 1.0 + std::abs(rho_st.value), "rho", r);
        near(terms.energy, z.value / r, 1.0 + std::abs(z.value / r), "phi", r);
        const double noise = 1.0 / functions.r_step;
        near(terms.density_slope_st, rho_st.slope, noise + std::abs(rho_st.slope), "rho'_st", r);
        near(terms.density_slope_ts, rho_ts.slope, noise + std::abs(rho_ts.slope), "rho'_ts", r);
        near(terms.energy_slope, (z.slope - z.value / r) / r, noise * (1.0 + std::abs(z.value)), "phi'", r);
        if (r * r >= tables.density_cutoff_sq(s * types + t)) {
          ASSERT_EQ(rho_st.value, 0.0) << r;
          ASSERT_EQ(rho_ts.slope, 0.0) << r;
        }
        if (r * r >= tables.pair_cutoff_sq(s * types + t)) {
          ASSERT_EQ(z.value, 0.0) << r;
          ASSERT_EQ(z.slope, 0.0) << r;
        }
      }
  for (int t = 0; t < types; ++t)
    for (double x = -0.01; x < 1.6; x += 0.000713) {
      const double rho = x * functions.rho_max;
      if (rho < 0.0) continue;
      const auto found = tables.embed(t, rho);
      const auto expected = reference_embedding(functions, t, rho);
      near(found.value, expected.value, 1.0 + std::abs(expected.value), "F", rho);
      near(found.slope, expected.slope, 1.0 / functions.rho_step + std::abs(expected.slope), "F'", rho);
    }
}

TEST(EamTables, AgreeWithTheReferenceInterpolation) {
  const std::map<std::string, std::vector<std::string>> files = {{"CuZr_mm.eam.fs", {"Zr", "Cu"}},
                                                                 {"NiAlH_jea.eam.fs", {"H", "Ni", "Al"}},
                                                                 {"CuNi.eam.alloy", {"Cu", "Ni"}},
                                                                 {"Cu_zhou.eam.alloy", {"Cu"}},
                                                                 {"Cu_u3.eam", {"Cu"}},
                                                                 {"Cu_mishin1.eam.alloy", {"Cu"}}};
  for (const auto& [file, species] : files)
    expect_equal_to_reference(read_eam_file(test_potential(file), species));
}

// Cu_zhou.eam.alloy ends one step before its cutoff at a value that is not zero.
TEST(EamTables, StayAtTheLastSampleUpToTheCutoff) {
  const auto functions = read_eam_file(test_potential("Cu_zhou.eam.alloy"), {"Cu"});
  const auto tables = make_eam_tables(functions);
  EXPECT_EQ(tables.max_cutoff, functions.cutoff);
  ASSERT_NE(functions.density[0][0].back(), 0.0);
  const double r = functions.cutoff - 0.3 * functions.r_step;
  EXPECT_DOUBLE_EQ(tables.density_at(0, 0, tables.at_distance(r)), functions.density[0][0].back());
}

TEST(EamTables, EmbeddingIsLinearBeyondTheTableAndKeepsNotANumber) {
  const auto tables = make_eam_tables(read_eam_file(test_potential("CuZr_mm.eam.fs"), {"Cu", "Zr"}));
  const double end = tables.rho_max;
  EXPECT_DOUBLE_EQ(end, 9999 * 0.03);
  const auto last = tables.embed(0, end), far = tables.embed(0, end + 1000.0), absurd = tables.embed(0, 1e30);
  EXPECT_DOUBLE_EQ(far.slope, last.slope);
  EXPECT_NEAR(far.value, last.value + 1000.0 * last.slope, 1e-9 * std::abs(far.value));
  EXPECT_DOUBLE_EQ(absurd.slope, last.slope);
  EXPECT_TRUE(std::isnan(tables.embed(0, std::nan("")).value));
}

// Samples beyond the cutoff (here 5.507 A of a table to 9 A) are never used: whatever stands there, the units and the values
// within the cutoff are the same.
TEST(EamTables, WhatLiesBeyondTheCutoffChangesNothing) {
  auto functions = read_eam_file(test_potential("Cu_mishin1.eam.alloy"), {"Cu"});
  const auto clean = make_eam_tables(functions);
  functions.r_phi[0][0][9000] = 1e300;
  functions.density[0][0][9000] = 1e300;
  const auto spoiled = make_eam_tables(functions);
  EXPECT_EQ(spoiled.energy_bits, clean.energy_bits);
  EXPECT_EQ(spoiled.force_bits, clean.force_bits);
  EXPECT_EQ(spoiled.density_bits, clean.density_bits);
  EXPECT_EQ(spoiled.closest, clean.closest);
  EXPECT_EQ(spoiled.max_cutoff, clean.max_cutoff);
}

// The embedding function of this file rises to 2e13 eV at densities that no aluminium reaches. Its lattice has forces of
// some eV/A; 2^-41 keeps 12 digits of them.
TEST(EamTables, UnitsAreFineForEveryFile) {
  const std::map<std::string, std::vector<std::string>> files = {
      {"CuZr_mm.eam.fs", {"Cu", "Zr"}},  {"Cu-Zr_2.eam.fs", {"Cu", "Zr"}},      {"CuZr_3.eam.fs", {"Cu", "Zr"}},
      {"Cu-Zr_4.eam.fs", {"Cu", "Zr"}},  {"NiAlH_jea.eam.fs", {"Ni", "Al", "H"}}, {"Cu_zhou.eam.alloy", {"Cu"}},
      {"Cu_u3.eam", {"Cu"}},             {"Al_mm.eam.fs", {"Al"}},              {"CoAl.eam.alloy", {"Co", "Al"}},
      {"AlO.eam.alloy", {"Al", "O"}},    {"VFe_mm.eam.fs", {"V", "Fe"}},         {"W_zhou.eam.alloy", {"W"}}};
  for (const auto& [file, species] : files) {
    SCOPED_TRACE(file);
    const auto tables = make_eam_tables(read_eam_file(test_potential(file), species));
    EXPECT_GE(tables.energy_bits, 43);
    EXPECT_GE(tables.force_bits, 41);
    EXPECT_LE(tables.closest, 1.5);
  }
}

// The last row of each radial table, where lanes without a neighbour point.
TEST(EamTables, EndInAZeroRow) {
  const auto tables = make_eam_tables(read_eam_file(test_potential("Cu_zhou.eam.alloy"), {"Cu"}));
  for (int k = 0; k < 4; ++k) EXPECT_EQ(tables.density(tables.r_rows - 1, k), 0.0);
  for (int k = 0; k < 8; ++k) EXPECT_EQ(tables.pair(tables.r_rows - 1, k), 0.0);
}

}  // namespace
}  // namespace patina::test
