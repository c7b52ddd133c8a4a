// SPDX-License-Identifier: BSD-3-Clause
// Truths: LAMMPS (Debian's 29 Sep 2021; tests/data/lammps_eam) on all three file formats; the text of the
// files itself, read by a few lines here; published identities of tables (physics.md 0.2); FIPS 180-4 example
// digests.
#include "md/eam_file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "md/potential_search.hpp"
#include "tests/reference_eam.hpp"
#include "tests/scratch_folder.hpp"

namespace patina::test {
namespace {

std::string data(const std::string& file) { return std::string(PATINA_SOURCE_DIR) + "/tests/data/" + file; }

// A LAMMPS text dump: id type x y z fx fy fz energy, sorted by id, of a triclinic periodic cell.
struct LammpsFrame {
  Box box;
  std::vector<int> type;
  std::vector<Vec3> position, force;
  std::vector<double> energy;
};

LammpsFrame read_frame(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::string line;
  for (int k = 0; k < 5; ++k) std::getline(file, line);
  double bound[3][3];  // low, high, tilt
  for (auto& axis : bound)
    for (double& value : axis) file >> value;
  const double xy = bound[0][2], xz = bound[1][2], yz = bound[2][2];
  const Vec3 low = {
      {bound[0][0] - std::min({0.0, xy, xz, xy + xz}), bound[1][0] - std::min(0.0, yz), bound[2][0]}};
  const Vec3 high = {
      {bound[0][1] - std::max({0.0, xy, xz, xy + xz}), bound[1][1] - std::max(0.0, yz), bound[2][1]}};
  LammpsFrame frame;
  frame.box = Box({{{high[0] - low[0], 0, 0}, {xy, high[1] - low[1], 0}, {xz, yz, high[2] - low[2]}}}, low,
                  {true, true, true});
  std::getline(file, line);
  std::getline(file, line);
  int id = 0, type = 0;
  for (Vec3 r, f; file >> id >> type >> r[0] >> r[1] >> r[2] >> f[0] >> f[1] >> f[2];) {
    frame.type.push_back(type - 1);
    frame.position.push_back(r);
    frame.force.push_back(f);
    file >> frame.energy.emplace_back();
  }
  EXPECT_EQ(frame.type.size(), 108u) << path;
  return frame;
}

EamReference expect_lammps_numbers(const std::string& name, const EamFunctions& functions) {
  const auto frame = read_frame(data("lammps_eam/" + name + ".dump"));
  const auto found = reference_eam(functions, frame.box, frame.position, frame.type);
  double largest = 0.0;
  for (const auto& f : frame.force) largest = std::max(largest, norm(f));
  for (std::size_t i = 0; i < frame.type.size(); ++i) {
    // Energies of single atoms cancel: 1e-12 of their largest parts.
    EXPECT_NEAR(found.atom_energy[i], frame.energy[i], 1e-12 * (10.0 + std::abs(frame.energy[i])))
        << name << i;
    for (int d = 0; d < 3; ++d)
      EXPECT_NEAR(found.force[i][d], frame.force[i][d], 1e-11 * largest) << name << i;
  }
  return found;
}

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

TEST(EamFile, AlloyAsInLammps) {
  expect_lammps_numbers("cu_ni_alloy", read_eam_file(test_potential("CuNi.eam.alloy"), {"Cu", "Ni"}));
  expect_lammps_numbers("cu_zhou_alloy", read_eam_file(test_potential("Cu_zhou.eam.alloy"), {"Cu"}));
}

TEST(EamFile, FinnisSinclairAsInLammps) {
  expect_lammps_numbers("cu_zr_fs", read_eam_file(test_potential("CuZr_mm.eam.fs"), {"Cu", "Zr"}));
  expect_lammps_numbers("al_h_ni_fs", read_eam_file(test_potential("NiAlH_jea.eam.fs"), {"Al", "H", "Ni"}));
}

TEST(EamFile, FuncflOfTwoElementsAsInLammps) {
  // In the order of the files, not of the species: the atomic number tells.
  const std::vector<std::string> paths = {test_potential("Ni_u3.eam"), test_potential("Cu_u3.eam")};
  const auto functions = read_eam_files(Comm::world(), paths, {"Cu", "Ni"});
  expect_lammps_numbers("cu_ni_funcfl", functions);
  const auto close = expect_lammps_numbers("cu_ni_funcfl_close", functions);
  EXPECT_GT(*std::max_element(close.density.begin(), close.density.end()), functions.rho_max);
}

// Every value in its place, for the species in the order asked for, against a plain reading of the words.
TEST(EamFile, HoldsTheNumbersOfTheFile) {
  const std::string path = test_potential("NiAlH_jea.eam.fs");
  std::istringstream text(slurp(path));
  std::string line;
  for (int k = 0; k < 4; ++k) std::getline(text, line);
  int points = 1000;
  double skip = 0.0;
  for (int k = 0; k < 5; ++k) text >> skip;
  std::vector<double> embedding[3], density[3][3], r_phi[3][3];
  const auto take = [&](std::vector<double>& values) {
    values.resize(points);
    for (double& value : values) text >> value;
  };
  for (int i = 0; i < 3; ++i) {
    std::string lattice;
    text >> skip >> skip >> skip >> lattice;
    take(embedding[i]);
    for (int j = 0; j < 3; ++j) take(density[i][j]);
  }
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j <= i; ++j) take(r_phi[i][j]);
  ASSERT_TRUE(text);

  const auto functions = read_eam_file(path, {"H", "Ni"});  // places 2 and 0 of Ni Al H
  EXPECT_EQ(functions.species, (std::vector<std::string>{"H", "Ni"}));
  EXPECT_EQ(functions.atomic_number, (std::vector<int>{1, 28}));
  EXPECT_EQ(functions.mass_amu, (std::vector<double>{1.008, 58.71}));
  EXPECT_EQ(functions.cutoff, 5.65);
  EXPECT_EQ(functions.r_step, 0.5678391959798995e-02);
  EXPECT_EQ(functions.rho_max, 999 * 0.1300722995578975e-01);
  EXPECT_EQ(functions.embedding[0], embedding[2]);
  EXPECT_EQ(functions.embedding[1], embedding[0]);
  EXPECT_EQ(functions.density[0][1], density[2][0]);
  EXPECT_EQ(functions.density[1][0], density[0][2]);
  EXPECT_EQ(functions.density[0][0], density[2][2]);
  EXPECT_EQ(functions.r_phi[0][1], r_phi[2][0]);
  EXPECT_EQ(functions.r_phi[1][0], r_phi[2][0]);
  EXPECT_EQ(functions.r_phi[1][1], r_phi[0][0]);
}

TEST(EamFile, KnowsTheFormatsByContent) {
  const ScratchFolder folder;
  // Cheng's ZrCuAl.lammps.eam is a setfl file in spite of its name; a name without suffix says nothing.
  for (const char* name : {"/alloy.lammps.eam", "/alloy", "/alloy.EAM.ALLOY"}) {
    std::filesystem::copy_file(test_potential("CuNi.eam.alloy"), folder.path() + name);
    EXPECT_EQ(read_eam_file(folder.path() + name, {"Ni"}).density[0][0].size(), 500u);
  }
  std::filesystem::copy_file(test_potential("NiAlH_jea.eam.fs"), folder.path() + "/fs.txt");
  const auto fs = read_eam_file(folder.path() + "/fs.txt", {"Ni", "Al"});
  EXPECT_NE(fs.density[0][1], fs.density[1][0]);
}

// Debian's two copies of Mendelev, Sordelet & Kramer 2007 have the same functions (physics.md 0.2): the
// script takes the table out of the KIM model unchanged.
TEST(OpenKimPotential, GivesTheFileInsideTheModel) {
  const ScratchFolder folder;
  const std::string command = std::string(PATINA_SOURCE_DIR) + "/scripts/openkim-potential Cu-Zr.eam.fs -o " +
                              folder.path() + " > " + folder.path() + "/log 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0) << slurp(folder.path() + "/log") << "run scripts/setup first";
  const auto kim = read_eam_file(folder.path() + "/Cu-Zr.eam.fs", {"Cu", "Zr"});
  const auto debian = read_eam_file(test_potential("CuZr_mm.eam.fs"), {"Cu", "Zr"});
  EXPECT_EQ(kim.embedding, debian.embedding);
  EXPECT_EQ(kim.density, debian.density);
  EXPECT_EQ(kim.r_phi, debian.r_phi);
  EXPECT_EQ(kim.r_step, debian.r_step);
  EXPECT_EQ(kim.rho_step, debian.rho_step);
  EXPECT_EQ(kim.mass_amu, debian.mass_amu);
  EXPECT_NE(kim.sha256, debian.sha256);
  const std::string missing = std::string(PATINA_SOURCE_DIR) + "/scripts/openkim-potential No.eam.fs -o " +
                              folder.path() + " > /dev/null 2>&1";
  EXPECT_NE(std::system(missing.c_str()), 0);
}

TEST(Sha256, OfTheStandardsExamples) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 pieces;
  for (int k = 0; k < 1000; ++k) pieces.update(std::string(1000, 'a').data(), 1000);
  EXPECT_EQ(pieces.finish(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(pieces.finish(), sha256_hex(""));
}

TEST(Sha256, OfAFileIsThatOfItsBytes) {
  const ScratchFolder folder;
  const std::string path = folder.path() + "/abc";
  std::ofstream(path) << "abc";
  EXPECT_EQ(sha256_of_file(path), sha256_hex("abc"));
  EXPECT_EQ(read_eam_file(test_potential("Cu_u3.eam"), {"Cu"}).sha256,
            sha256_of_file(test_potential("Cu_u3.eam")));
  EXPECT_THROW(sha256_of_file(folder.path() + "/none"), Error);
  EXPECT_THROW(sha256_of_file(folder.path()), Error);
}

class PotentialSearch : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"given", "input", "first", "second", "lammps"})
      std::filesystem::create_directory(folder_.path() + "/" + name);
    remember("PATINA_POTENTIALS", old_patina_);
    remember("LAMMPS_POTENTIALS", old_lammps_);
    setenv("PATINA_POTENTIALS", (at("first") + "::" + at("second")).c_str(), 1);
    setenv("LAMMPS_POTENTIALS", at("lammps").c_str(), 1);
  }
  void TearDown() override {
    restore("PATINA_POTENTIALS", old_patina_);
    restore("LAMMPS_POTENTIALS", old_lammps_);
  }
  static void remember(const char* name, std::string& value) {
    if (const char* now = std::getenv(name)) value = now;
  }
  static void restore(const char* name, const std::string& value) {
    value.empty() ? unsetenv(name) : setenv(name, value.c_str(), 1);
  }
  std::string at(const std::string& name) const { return folder_.path() + "/" + name; }
  std::string find(const std::string& name) const { return find_potential(Comm::world(), name, at("input")); }

  ScratchFolder folder_;
  std::string old_patina_, old_lammps_;
};

TEST_F(PotentialSearch, TakesTheFirstPlaceThatHasIt) {
  EXPECT_EQ(find("CuZr_mm.eam.fs"), "/usr/share/lammps/potentials/CuZr_mm.eam.fs");
  for (const char* place : {"lammps", "second", "first", "input"}) {
    std::ofstream(at(place) + "/CuZr_mm.eam.fs") << place;
    EXPECT_EQ(find("CuZr_mm.eam.fs"), at(place) + "/CuZr_mm.eam.fs");
  }
  std::ofstream(at("given") + "/CuZr_mm.eam.fs") << "given";
  EXPECT_EQ(find(at("given") + "/CuZr_mm.eam.fs"), at("given") + "/CuZr_mm.eam.fs");
  // A folder of the name is not the file.
  std::filesystem::remove(at("input") + "/CuZr_mm.eam.fs");
  std::filesystem::create_directory(at("input") + "/CuZr_mm.eam.fs");
  EXPECT_EQ(find("CuZr_mm.eam.fs"), at("first") + "/CuZr_mm.eam.fs");
}

TEST_F(PotentialSearch, SaysWhereItLooked) {
  try {
    find("None.eam.fs");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::missing_input);
    const std::string message = error.what();
    for (const std::string& place :
         {std::string("  None.eam.fs"), at("input") + "/None.eam.fs", at("first") + "/None.eam.fs",
          at("second") + "/None.eam.fs", at("lammps") + "/None.eam.fs",
          std::string("/usr/share/lammps/potentials/None.eam.fs"),
          std::string("/.deps/potentials/None.eam.fs")})
      EXPECT_NE(message.find(place), std::string::npos) << place << " in " << message;
    EXPECT_EQ(message.find("openkim"), std::string::npos);
  }
}

TEST_F(PotentialSearch, SaysHowToGetTheMendelevTables) {
  // A folder in front, so that the name is found nowhere even where scripts/setup has run.
  try {
    find("nowhere/Cu-Zr_2.eam.fs");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("scripts/openkim-potential Cu-Zr_2.eam.fs -o "),
              std::string::npos);
  }
}

}  // namespace
}  // namespace patina::test
