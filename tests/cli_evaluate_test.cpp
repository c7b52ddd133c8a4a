// SPDX-License-Identifier: BSD-3-Clause
// Truth: LAMMPS 4Feb2025 (tests/data/lammps_reference.tar.xz), through the program as a user runs it; and its
// exit codes (core/error.hpp).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <tuple>

#include "core/units.hpp"
#include "md/eam_cells.hpp"
#include "md/eam_file.hpp"
#include "engine_result.hpp"
#include "lammps_reference.hpp"
#include "program.hpp"
#include "reference_eam.hpp"
#include "scratch_folder.hpp"

namespace patina::test {
namespace {

ProgramResult evaluate(const std::string& arguments, const std::string& launcher = "") {
  return run_shell(clean_environment + launcher + PATINA_PROGRAM + " evaluate " + arguments);
}

std::string in_quotes(const std::string& text) { return "'" + text + "'"; }

std::string arguments_for(const std::string& name, const LammpsCase& expected) {
  std::string species;
  for (const auto& symbol : expected.species) species += (species.empty() ? "" : ",") + symbol;
  return in_quotes(lammps_case_folder(name) + "/structure.data") + " --potential " +
         in_quotes(test_potential(expected.potential)) + " --species " + species + " --per-atom ";
}

void compare(const std::string& path, const LammpsCase& expected) {
  const auto result = nlohmann::json::parse(read_text_file(path));
  EXPECT_NEAR(result.at("potential_energy_eV"), expected.energy_eV, 1e-12 * std::fabs(expected.energy_eV));
  const double volume = result.at("volume_A3");
  EXPECT_NEAR(volume, expected.structure.box.volume(), 1e-12 * volume);
  const auto& pressure = result.at("virial_pressure_GPa");
  const double to_eV = volume / units::GPa_per_eV_A3;
  const Mat3& w = expected.virial_eV;
  const std::pair<const char*, double> components[] = {{"xx", w[0][0]}, {"yy", w[1][1]}, {"zz", w[2][2]},
                                                       {"xy", w[0][1]}, {"xz", w[0][2]}, {"yz", w[1][2]}};
  for (const auto& [key, value] : components)
    EXPECT_NEAR(pressure.at(key).get<double>() * to_eV, value, 1e-10 * largest_component(w)) << key;
  std::vector<Vec3> force;
  for (const auto& f : result.at("forces_eV_per_A")) force.push_back({{f.at(0), f.at(1), f.at(2)}});
  EXPECT_LE(largest_difference(force, expected.force), 5e-12 * largest_norm(expected.force));
  const auto energies = result.at("energies_eV").get<std::vector<double>>();
  ASSERT_EQ(energies.size(), expected.atom_energy.size());
  for (std::size_t k = 0; k < energies.size(); ++k) ASSERT_NEAR(energies[k], expected.atom_energy[k], 1e-11);
  EXPECT_EQ(result.at("provenance").at("potential_sha256").get<std::string>().size(), 64u);
}

TEST(Evaluate, SlabOnOneRank) {
  const ScratchFolder folder;
  const auto expected = read_lammps_case("cuzr_slab_2000");
  const auto run = evaluate(arguments_for("cuzr_slab_2000", expected) + "--boundary ppf --output " +
                            (folder / "out.json"));
  ASSERT_EQ(run.status, 0) << run.output;
  compare(folder / "out.json", expected);
}

TEST(Evaluate, TriclinicOnThreeRanks) {
  const ScratchFolder folder;
  const auto expected = read_lammps_case("cuzr_liquid_triclinic_2000");
  const auto run =
      evaluate(arguments_for("cuzr_liquid_triclinic_2000", expected) + "--output " + (folder / "out.json"),
               "mpirun --allow-run-as-root --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n 3 ");
  ASSERT_EQ(run.status, 0) << run.output;
  compare(folder / "out.json", expected);
  const auto result = nlohmann::json::parse(read_text_file(folder / "out.json"));
  EXPECT_EQ(result.at("provenance").at("ranks"), 3);
}

TEST(Evaluate, SmoothTablesAndMixedPrecision) {
  const ScratchFolder folder;
  const auto expected = read_lammps_case("cuzr_liquid_2000");
  const auto run = evaluate(arguments_for("cuzr_liquid_2000", expected) + "--tables smooth --precision mixed --output " +
                            (folder / "out.json"));
  ASSERT_EQ(run.status, 0) << run.output;
  const auto result = nlohmann::json::parse(read_text_file(folder / "out.json"));
  std::vector<Vec3> force;
  for (const auto& f : result.at("forces_eV_per_A")) force.push_back({{f.at(0), f.at(1), f.at(2)}});
  const double difference = largest_difference(force, expected.force) / largest_norm(expected.force);
  EXPECT_LE(difference, 2e-5);
  EXPECT_GE(difference, 1e-8);
  const auto& provenance = result.at("provenance");
  EXPECT_EQ(provenance.at("tables"), "smooth");
  EXPECT_EQ(provenance.at("precision"), "mixed");
  const auto& deviation = provenance.at("table_deviation");
  EXPECT_GE(deviation.at("step_A").get<double>(), 4 * deviation.at("file_step_A").get<double>());
  const auto& largest = deviation.at("phi_slope_eV_per_A");
  EXPECT_EQ(largest.at("pair"), (nlohmann::json{"Cu", "Cu"}));  // where phi'' jumps
  EXPECT_NEAR(largest.at("r_A").get<double>(), 1.8, 1e-3);
  EXPECT_NE(run.output.find("smooth tables: a point each 0.0125 A"), std::string::npos) << run.output;
}

// Their sum is LAMMPS's virial of the sample, on any ranks; of a pair, either atom has half of r f, by hand.
TEST(Evaluate, VirialsOfAtoms) {
  const ScratchFolder folder;
  const auto expected = read_lammps_case("cuzr_liquid_triclinic_2000");
  const std::string arguments = arguments_for("cuzr_liquid_triclinic_2000", expected) + "--virials --output ";
  ASSERT_EQ(evaluate(arguments + (folder / "one.json")).status, 0);
  ASSERT_EQ(evaluate(arguments + (folder / "three.json"), "mpirun --allow-run-as-root --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n 3 ").status, 0);
  const auto virials = nlohmann::json::parse(read_text_file(folder / "one.json")).at("virials_eV").get<std::vector<std::array<double, 6>>>();
  const auto on_three = nlohmann::json::parse(read_text_file(folder / "three.json")).at("virials_eV").get<std::vector<std::array<double, 6>>>();
  ASSERT_EQ(virials.size(), expected.atom_energy.size());
  ASSERT_EQ(on_three.size(), virials.size());
  const Mat3& w = expected.virial_eV;
  const double truth[6] = {w[0][0], w[1][1], w[2][2], w[0][1], w[0][2], w[1][2]};
  for (std::size_t c = 0; c < 6; ++c) {
    double sum = 0.0;
    for (std::size_t k = 0; k < virials.size(); ++k) {
      sum += virials[k][c];
      ASSERT_NEAR(on_three[k][c], virials[k][c], 1e-10) << k;
    }
    EXPECT_NEAR(sum, truth[c], 1e-9 * largest_component(w)) << c;
  }
  std::ofstream(folder / "pair.data") << "a pair\n\n2 atoms\n1 atom types\n\n0 40 xlo xhi\n0 40 ylo yhi\n0 40 zlo zhi\n\nMasses\n\n1 63.546\n\nAtoms # atomic\n\n"
                                         "1 1 39.5 10 10\n2 1 1.5 11.5 10\n";
  ASSERT_EQ(evaluate((folder / "pair.data") + " --potential " + in_quotes(test_potential("CuZr_mm.eam.fs")) + " --species Cu --per-atom --virials --output " + (folder / "pair.json")).status, 0);
  const auto pair = nlohmann::json::parse(read_text_file(folder / "pair.json"));
  const double fx = pair.at("forces_eV_per_A").at(0).at(0), fy = pair.at("forces_eV_per_A").at(0).at(1);
  EXPECT_GT(std::fabs(fx), 0.1);
  for (int atom = 0; atom < 2; ++atom) {
    const auto found = pair.at("virials_eV").at(atom).get<std::vector<double>>();
    EXPECT_NEAR(found.at(0), 0.5 * -2.0 * fx, 1e-12);  // from the second to the first, through the face of the cell: (-2, -1.5, 0) A
    EXPECT_NEAR(found.at(1), 0.5 * -1.5 * fy, 1e-12);
    EXPECT_NEAR(found.at(3), 0.5 * -2.0 * fy, 1e-12);
    EXPECT_EQ(found.at(2), 0.0);
  }
  const auto refused = evaluate(arguments + (folder / "mixed.json") + " --precision mixed");
  EXPECT_EQ(refused.status, 64) << refused.output;
  EXPECT_NE(refused.output.find("--virials: virials of atoms are computed with --precision double only"), std::string::npos) << refused.output;
}

TEST(Evaluate, IdsWithGapsComeInTheirOrder) {
  const ScratchFolder folder;
  // Two copper atoms 2.5 A apart and a third one alone, ids in no order: equal and opposite forces, then
  // none.
  std::ofstream(folder / "ids.data") << "three atoms\n\n3 atoms\n1 atom types\n\n0 40 xlo xhi\n0 40 ylo yhi\n"
                                        "0 40 zlo zhi\n\nMasses\n\n1 63.546\n\nAtoms # atomic\n\n"
                                        "40 1 30 30 30\n17 1 12.5 10 10\n5 1 10 10 10\n";
  const auto run =
      evaluate((folder / "ids.data") + " --potential " + in_quotes(test_potential("CuZr_mm.eam.fs")) +
               " --species Cu --per-atom --output " + (folder / "out.json"));
  ASSERT_EQ(run.status, 0) << run.output;
  const auto result = nlohmann::json::parse(read_text_file(folder / "out.json"));
  EXPECT_EQ(result.at("ids"), (nlohmann::json{5, 17, 40}));
  const auto& force = result.at("forces_eV_per_A");
  EXPECT_NE(force.at(0).at(0).get<double>(), 0.0);
  EXPECT_EQ(force.at(0).at(0).get<double>(), -force.at(1).at(0).get<double>());
  EXPECT_EQ(force.at(2).at(0).get<double>(), 0.0);
}

TEST(Evaluate, ExitCodesAndNothingOverwritten) {
  const ScratchFolder folder;
  const auto expected = read_lammps_case("cu_fcc_500");
  const std::string good = arguments_for("cu_fcc_500", expected);
  const std::string out = folder / "out.json";
  std::ofstream(out) << "mine";
  const auto refused = evaluate(good + "--output " + out);
  EXPECT_EQ(refused.status, 73) << refused.output;
  EXPECT_NE(refused.output.find("--overwrite"), std::string::npos);
  EXPECT_EQ(read_text_file(out), "mine");
  EXPECT_EQ(evaluate(good + "--overwrite --output " + out).status, 0);
  EXPECT_EQ(nlohmann::json::parse(read_text_file(out)).at("atoms"), 500);

  const auto no_folder = evaluate(good + "--output " + (folder / "none/out.json"));
  EXPECT_EQ(no_folder.status, 73);
  EXPECT_NE(no_folder.output.find("the folder " + (folder / "none") + " does not exist"), std::string::npos)
      << no_folder.output;
  const auto said = evaluate(good + "--overwrite --output " + out);
  EXPECT_NE(said.output.find("500 atoms, " + std::to_string(expected.energy_eV / 500) + " eV per atom"), std::string::npos) << said.output;
  EXPECT_NE(said.output.find("wrote " + out), std::string::npos) << said.output;
  EXPECT_EQ(evaluate(good + "--frame 1.5 --output " + (folder / "a.json")).status, 64);
  EXPECT_EQ(evaluate(good + "--frame 1 --output " + (folder / "a.json")).status, 65);  // there is one, frame 0
  EXPECT_EQ(evaluate(good + "--frame last --overwrite --output " + out).status, 0);

  EXPECT_EQ(evaluate(good + "--boundary pxp --output " + (folder / "a.json")).status, 64);
  // Without a file to write, the same numbers on the terminal.
  const auto printed = evaluate(good);
  EXPECT_EQ(printed.status, 0) << printed.output;
  EXPECT_EQ(nlohmann::json::parse(printed.output), nlohmann::json::parse(read_text_file(out)));
  EXPECT_EQ(evaluate(folder / "no.data" + " --potential CuZr_mm.eam.fs --species Cu --output " +
                     (folder / "a.json"))
                .status,
            66);
  EXPECT_EQ(evaluate(in_quotes(lammps_case_folder("cu_fcc_500") + "/structure.data") +
                     " --potential no_such.eam.fs --species Cu --output " + (folder / "a.json"))
                .status,
            66);
  std::ofstream(folder / "twins.data")
      << "two atoms in one place\n\n2 atoms\n1 atom types\n\n0 40 xlo xhi\n"
         "0 40 ylo yhi\n0 40 zlo zhi\n\nMasses\n\n1 63.546\n\nAtoms # atomic\n\n"
         "81 1 5 5 5\n92 1 45 5 5\n";
  const auto twins =
      evaluate((folder / "twins.data") + " --potential " + in_quotes(test_potential("CuZr_mm.eam.fs")) +
               " --species Cu --output " + (folder / "a.json"));
  EXPECT_EQ(twins.status, 65) << twins.output;
  EXPECT_NE(twins.output.find("twins.data: atoms 81 (Cu) and 92 (Cu) are 0 A apart"), std::string::npos) << twins.output;
  EXPECT_FALSE(std::filesystem::exists(folder / "a.json"));
}

// Truth: what the OpenMP library itself says of the cores it may use. The program starts itself anew for large pages
// (core/process_settings.hpp), each time with such a word; bound to cores, its threads once came to share the first.
TEST(Program, KeepsItsCoresWhenItStartsItselfAnew) {
  const auto run = run_shell(std::string(clean_environment) + "OMP_PROC_BIND=true OMP_DISPLAY_ENV=true " +
                             PATINA_PROGRAM + " --version");
  ASSERT_EQ(run.status, 0) << run.output;
  std::istringstream lines(run.output);
  std::set<std::string> places;
  for (std::string line; std::getline(lines, line);)
    if (line.find("OMP_PLACES") != std::string::npos) places.insert(line);
  EXPECT_LE(places.size(), 1u) << run.output;
}

// Truth: TMPDIR is a file, in which nobody makes a folder. Programs that began at one moment used to quarrel over such folders of
// Open MPI.
TEST(Program, AloneMakesNoFolderForMessages) {
  const ScratchFolder folder;
  std::ofstream(folder / "file") << "no folder\n";
  const auto run = run_shell(clean_environment + ("TMPDIR=" + folder / "file" + " ") + PATINA_PROGRAM + " --version");
  EXPECT_EQ(run.status, 0) << run.output;
  const auto bench = run_shell(clean_environment + ("TMPDIR=" + folder / "file" + " ") + PATINA_PROGRAM + " bench --case liquid-4k --steps 1 --skin 0.5");
  EXPECT_EQ(bench.status, 0) << bench.output;
}

// Truth: the library's own word. Threads that wait give way soon, unless the user wants them otherwise.
TEST(Program, LetsWaitingThreadsGiveWay) {
  const auto spin_count = [](const std::string& variables) {
    const auto run = run_shell(clean_environment + variables + " OMP_NUM_THREADS=2 OMP_DISPLAY_ENV=verbose " + PATINA_PROGRAM + " --version");
    const std::size_t last = run.output.rfind("GOMP_SPINCOUNT = '");
    return last == std::string::npos ? run.output : run.output.substr(last + 18, run.output.find('\'', last + 18) - last - 18);
  };
  if (spin_count("").find("OMP_") != std::string::npos) GTEST_SKIP() << "not GCC's OpenMP library";
  EXPECT_EQ(spin_count(""), "30000");
  EXPECT_EQ(spin_count("GOMP_SPINCOUNT=77"), "77");
  EXPECT_NE(spin_count("OMP_WAIT_POLICY=active"), "30000");
}

// Truth: the exit codes of core/error.hpp; each before a sample is made, which takes seconds.
TEST(Bench, RefusesAtOnceWhatItCannotDo) {
  for (const auto& [options, status, message] : {std::tuple("--skin nan", 64, "nan is not a number from 0.01 to 5"),
                                                 {"--time-step-fs nan", 64, "nan is not a number from 0.001 to 20"},
                                                 {"--save sample.foo", 64, "no format has the suffix"},
                                                 {"--save /no/such/folder/sample.data", 73, "there is no folder"}}) {
    const auto run = run_shell(std::string(clean_environment) + "timeout 20 " + PATINA_PROGRAM + " bench --case liquid-256k " + options);
    EXPECT_EQ(run.status, status) << run.output;
    EXPECT_NE(run.output.find(message), std::string::npos) << run.output;
  }
}

// A sample without a rate: two atoms that a long time step throws into each other. Truth: `patina run` refuses it too.
TEST(Bench, GivesNoRateOfASampleThatExplodes) {
  const ScratchFolder folder;
  std::ofstream data(folder / "close.data");
  data << "close\n\n32 atoms\n1 atom types\n\n0 14.46 xlo xhi\n0 7.23 ylo yhi\n0 7.23 zlo zhi\n\nMasses\n\n1 63.546\n\nAtoms\n\n";
  for (int i = 0; i < 32; ++i) {
    const double b[4][3] = {{0, 0, 0}, {0, 0.5, 0.5}, {0.5, 0, 0.5}, {0.5, 0.5, 0}};
    const int cell = i / 4;
    data << i + 1 << " 1 " << 3.615 * (cell % 4 + b[i % 4][0]) << ' '
         << 3.615 * (cell / 4 + b[i % 4][1]) - (i == 1 ? 1.4 : 0.0) << ' ' << 3.615 * b[i % 4][2] - (i == 1 ? 1.4 : 0.0) << '\n';
  }
  data.close();
  const auto run = run_shell(std::string(clean_environment) + PATINA_PROGRAM + " bench --structure " + (folder / "close.data") +
                             " --potential Cu_u3.eam --species Cu --time-step-fs 10 --steps 200 --skin 0.5");
  EXPECT_EQ(run.status, 76) << run.output;
  EXPECT_NE(run.output.find("the sample is exploding"), std::string::npos) << run.output;
  EXPECT_NE(run.output.find(folder / "close.data: step "), std::string::npos) << run.output;
}

TEST(Bench, RefusesThreadsThatCannotBe) {
  for (const auto& [threads, shown] : {std::pair("20000", "20000"), {"0", "0"}, {"many", "many"}, {"-2", "-2"}}) {
    const auto run = run_shell(std::string(clean_environment) + "OMP_NUM_THREADS=" + threads + " " + PATINA_PROGRAM + " bench --case liquid-4k");
    EXPECT_EQ(run.status, 64) << run.output;
    EXPECT_NE(run.output.find("OMP_NUM_THREADS is \"" + std::string(shown) + "\": must be an integer >= 1, <= 1024"), std::string::npos) << run.output;
  }
}

TEST(Lanes, AreToldAndChosen) {
  const auto version = [](const std::string& variables) { return run_shell(clean_environment + variables + " " + PATINA_PROGRAM + " --version"); };
  EXPECT_NE(version("PATINA_LANES=generic").output.find("vectors    generic ("), std::string::npos);
  const auto wrong = version("PATINA_LANES=sse9");
  EXPECT_EQ(wrong.status, 64) << wrong.output;
  EXPECT_NE(wrong.output.find("PATINA_LANES is \"sse9\": must be AVX-512, AVX2 or generic"), std::string::npos) << wrong.output;
}

// Atoms that have left the others, two by two and ever farther apart: F is steepest where density begins, within a cell of its table.
// Truth: 2 F(rho(r)) + phi(r), by the cubics of the file for each pair alone.
TEST(Evaluate, AtomsWithHardlyAnyDensityAreNoOverlap) {
  for (const auto& [file, species] : {std::pair("Cu_u3.eam", "Cu"), {"Cu_mishin1.eam.alloy", "Cu"}, {"Fe_mm.eam.fs", "Fe"}, {"Zr_mm.eam.fs", "Zr"}}) {
    const std::string path = std::string("/usr/share/lammps/potentials/") + file;
    const EamFunctions f = read_eam_file(path, {species});
    const auto embedding = hermite_cells(f.embedding[0]), density = hermite_cells(f.density[0][0]), r_phi = hermite_cells(f.r_phi[0][0]);
    const ScratchFolder folder;
    std::ofstream data(folder / "pairs.data");
    const int pairs = 200;
    data << "pairs\n\n" << 2 * pairs << " atoms\n1 atom types\n\n0 12 xlo xhi\n0 12 ylo yhi\n0 " << 30 * pairs << " zlo zhi\n\nAtoms # atomic\n\n";
    double energy = 0.0;
    for (int k = 0; k < pairs; ++k) {
      const double r = 2.0 + (f.cutoff - 2.0) * k / pairs;
      data << 2 * k + 1 << " 1 1 1 " << 30 * k + 1 << '\n' << 2 * k + 2 << " 1 1 1 " << fmt::format("{:.17g}", 30 * k + 1 + r) << '\n';
      energy += 2.0 * interpolate(embedding, f.rho_step, interpolate(density, f.r_step, r).value).value + interpolate(r_phi, f.r_step, r).value / r;
    }
    data.close();
    const auto run = evaluate((folder / "pairs.data") + " --boundary fff --potential " + path + " --species " + species + " --output " + (folder / "out.json"));
    ASSERT_EQ(run.status, 0) << file << run.output;
    const auto out = nlohmann::json::parse(std::ifstream(folder / "out.json"));
    EXPECT_NEAR(out["potential_energy_eV"].get<double>(), energy, 1e-9 * pairs) << file;
  }
}

// A pair potential, no densities: Lennard-Jones. Truth: 4 epsilon ((s/r)^12 - (s/r)^6) where it stands, an error where the table
// says nothing.
TEST(Evaluate, ReportsAtomsInOnePlaceWithoutDensitiesToo) {
  const ScratchFolder folder;
  std::ofstream file(folder / "lj.eam.alloy");
  file.precision(17);
  file << "Lennard-Jones\n\n\n1 Cu\n10 0.1 1000 0.006 5.994\n29 63.546 3.6 fcc\n";
  for (int k = 0; k < 1010; ++k) file << "0\n";
  for (int k = 0; k < 1000; ++k) {
    const double r = std::max(1, k) * 0.006, x = std::pow(2.3 / std::max(r, 0.8), 6);
    file << r * 1.6 * (x * x - x) << '\n';
  }
  file.close();
  const auto of_distance = [&](double distance) {
    std::ofstream(folder / "two.data") << "two\n\n2 atoms\n1 atom types\n\n0 30 xlo xhi\n0 30 ylo yhi\n0 30 zlo zhi\n\nMasses\n\n1 63.546\n\nAtoms\n\n1 1 1 1 1\n2 1 "
                                     << 1.0 + distance << " 1 1\n";
    return evaluate((folder / "two.data") + " --potential " + (folder / "lj.eam.alloy") + "  --species Cu --overwrite --output " + (folder / "out.json"));
  };
  EXPECT_EQ(of_distance(2.0).status, 0) << of_distance(2.0).output;
  for (const double distance : {0.5, 0.1, 0.0}) {
    const auto run = of_distance(distance);
    EXPECT_EQ(run.status, 65) << distance << run.output;
    EXPECT_NE(run.output.find(fmt::format("atoms 1 (Cu) and 2 (Cu) are {:g} A apart", distance)), std::string::npos) << run.output;
  }
}

}  // namespace
}  // namespace patina::test
