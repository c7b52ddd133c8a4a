// SPDX-License-Identifier: BSD-3-Clause
// Runs that explode. Truths: exit code 76; every number in thermo.csv is finite; the last checkpoint is one from which
// the run goes on.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina::test {
namespace {

namespace fs = std::filesystem;

// A crystal of copper, at rest at first; `dynamics` and `protocol` as each test says.
std::string input(const std::string& structure, const std::string& dynamics, const std::string& protocol, int checkpoint) {
  return R"({"seed": 3, "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]}, "structure": )" + structure +
         R"(, "dynamics": )" + dynamics + R"(, "protocol": [)" + protocol +
         R"(], "output": {"thermo_interval_steps": 50, "checkpoint_interval_steps": )" + std::to_string(checkpoint) + "}}";
}
const char* const copper = R"({"type": "lattice", "lattice": "fcc", "lattice_constant_A": 3.61, "repeat": [4, 4, 4],
  "composition": {"Cu": 1}})";
const char* const free_flight = R"({"time_step_fs": 20, "thermostat": {"type": "none"}, "barostat": {"type": "none"}})";

class Exploding : public ::testing::Test {
 protected:
  ProgramResult run(const std::string& text, const std::string& options = "", int ranks = 1) {
    std::ofstream(folder_ / "in.json") << text;
    return run_patina_on(ranks, "run " + (folder_ / "in.json") + " --output " + out_ + options);
  }
  static void expect_parts(const ProgramResult& result, const std::vector<std::string>& parts) {
    for (const auto& part : parts) EXPECT_NE(result.output.find(part), std::string::npos) << part << "\n" << result.output;
  }
  void expect_unstable(const ProgramResult& result) const {
    EXPECT_EQ(result.status, 76) << result.output;
    EXPECT_NE(result.output.find("error: "), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("step "), std::string::npos) << result.output;
    EXPECT_TRUE(result.output.find("time step") != std::string::npos) << result.output;
  }
  void expect_finite_thermo() const {
    std::istringstream table(read_text_file(out_ + "/thermo.csv"));
    std::string line, word;
    ASSERT_TRUE(std::getline(table, line));
    while (std::getline(table, line)) {
      std::istringstream words(line);
      while (std::getline(words, word, ',')) {
        if (word.empty()) continue;  // a target that the step does not have
        char* end = nullptr;
        const double value = std::strtod(word.c_str(), &end);
        EXPECT_TRUE(*end == '\0' && std::isfinite(value)) << word << " in " << line;
      }
    }
  }

  ScratchFolder folder_;
  std::string out_ = folder_ / "out";
};

TEST_F(Exploding, TimeStepFarTooLong) {
  const std::string protocol = R"({"type": "minimise"}, {"type": "anneal", "temperature_K": 5000, "duration_ps": 40})";
  // A checkpoint at every step: the first bad state would be written if nobody looked.
  const auto first = run(input(copper, free_flight, protocol, 1));
  expect_unstable(first);
  expect_finite_thermo();
  EXPECT_TRUE(fs::exists(out_ + "/checkpoint/manifest.json"));
  // Going on finds a good checkpoint, and ends where the physics ends.
  const auto second = run(input(copper, free_flight, protocol, 1), " --resume");
  expect_unstable(second);
  EXPECT_NE(second.output.find("going on from step"), std::string::npos) << second.output;
  expect_finite_thermo();
}

// A thermostat finds that the sample explodes at the first step that is far too long; energies are summed for thermo.csv only, every
// 50 steps: what is told was that of the crystal.
TEST_F(Exploding, AnOldEnergyIsNotToldAsNew) {
  const char* rescaling = R"({"time_step_fs": 20, "thermostat": {"type": "velocity_rescaling"}, "barostat": {"type": "none"}})";
  const auto result = run(input(copper, rescaling, R"({"type": "anneal", "temperature_K": 100000, "duration_ps": 40})", 100));
  expect_unstable(result);
  expect_parts(result, {" eV when it was last summed"});
}

TEST_F(Exploding, LangevinDoesNotHideIt) {
  const char* langevin = R"({"time_step_fs": 20, "thermostat": {"type": "langevin"}, "barostat": {"type": "none"}})";
  expect_unstable(run(input(copper, langevin, R"({"type": "anneal", "temperature_K": 5000, "duration_ps": 40})", 1)));
  expect_finite_thermo();
  EXPECT_TRUE(fs::exists(out_ + "/checkpoint/manifest.json"));
}

// A crystal of copper in which each atom has a second one 0.85 A away, the last one 0.8 A. Truth: where they were put.
TEST_F(Exploding, AtomsNearlyOverlap) {
  std::ofstream file(folder_ / "twins.xyz");
  file << "128\nLattice=\"14.44 0 0 0 14.44 0 0 0 14.44\" Properties=species:S:1:pos:R:3:id:I:1\n";
  for (int k = 0; k < 64; ++k)
    for (const double shift : {0.0, k < 63 ? 0.85 : 0.8})
      file << "Cu " << 3.61 * (k % 4) + shift << ' ' << 3.61 * (k / 4 % 4) << ' ' << 3.61 * (k / 16) << ' ' << 300 + 2 * k + (shift > 0.0) << '\n';
  file.close();
  const std::string protocol = R"({"type": "anneal", "temperature_K": 5000, "duration_ps": 4})";
  const std::string text = input(R"({"type": "file", "file": "twins.xyz"})", free_flight, protocol, 10);
  for (const int ranks : {1, 3}) {
    fs::remove_all(out_);
    const auto result = run(text, "", ranks);
    expect_unstable(result);
    expect_parts(result, {folder_ / "twins.xyz: atoms 426 (Cu) and 427 (Cu) are 0.8 A apart", "minimise"});
    expect_finite_thermo();
  }
}

// Two atoms in one place, in a file that tells no elements: neither motion nor a minimisation parts them, as it does near ones of
// Cu_u3.eam (0.5 A), to where its tables attract (0.67 A). Truth: forces end in both precisions.
TEST_F(Exploding, AtomsInOnePlaceAreNotSentToMinimise) {
  const auto structure = [&](double apart_A) {
    std::ofstream(folder_ / "twins.data") << "twins\n\n3 atoms\n1 atom types\n0 20 xlo xhi\n0 20 ylo yhi\n0 20 zlo zhi\n\nAtoms # atomic\n\n7 1 5 5 5\n9 1 "
                                          << 5 + apart_A << " 5 5\n8 1 15 15 15\n";
    return R"({"type": "file", "file": "twins.data", "species": ["Cu"]})";
  };
  const std::string anneal = R"({"type": "anneal", "temperature_K": 300, "duration_ps": 1})", minimise = R"({"type": "minimise", "max_steps": 100})";
  expect_parts(run(input(structure(0.0), free_flight, anneal, 10)),
               {"twins.data: atoms 7 (Cu) and 9 (Cu) are 0 A apart", "have no direction to part in; move or remove one of them"});
  fs::remove_all(out_);
  expect_parts(run(input(structure(0.0), "{}", minimise, 10)), {"atoms 7 (Cu) and 9 (Cu) are 0 A apart", "Atoms in one place never part."});
  fs::remove_all(out_);
  const std::string copper_alone = " --set /potential='{\"files\":[\"Cu_u3.eam\"],\"species\":[\"Cu\"]}'";
  for (const char* dynamics : {R"({"precision": "double"})", R"({"precision": "mixed"})"}) {
    fs::remove_all(out_);
    const auto parted = run(input(structure(0.5), dynamics, R"({"type": "minimise", "max_steps": 400})", 10), copper_alone);
    EXPECT_EQ(parted.status, 0) << parted.output;
    expect_parts(parted, {"converged after"});
  }
}

// Two atoms far from a crystal fly into each other, 2 A nearer with each step: from 20.5 A to 0.5 A in ten, but for the half
// Angstrom or so that they attract each other by, unseen until the checkpoint at step 10. It is not written; going on from
// that at step 5 ends alike.
TEST_F(Exploding, AtomsThatMeetAreNamed) {
  std::ofstream file(folder_ / "collider.xyz");
  file << "66\nLattice=\"60 0 0 0 60 0 0 0 60\" velocity_unit=A/ps Properties=species:S:1:pos:R:3:velo:R:3:id:I:1\n";
  for (int k = 0; k < 64; ++k)
    file << "Zr " << 3.2 * (k % 4) << ' ' << 3.2 * (k / 4 % 4) << ' ' << 3.2 * (k / 16) << " 0 0 0 " << 5 + k << '\n';
  file << "Cu 20 40 40 100 0 0 2000\nCu 40.5 40 40 -100 0 0 1000\n";
  file.close();
  const std::string dynamics = R"({"time_step_fs": 10, "thermostat": {"type": "none"}, "barostat": {"type": "none"}})";
  const std::string protocol = R"({"type": "anneal", "temperature_K": 300, "duration_ps": 1})";
  const std::string text = input(R"({"type": "file", "file": "collider.xyz"})", dynamics, protocol, 5);
  for (const int ranks : {1, 2}) {
    fs::remove_all(out_);
    for (const char* option : {"", " --resume"}) {
      const auto result = run(text, option, ranks);
      expect_unstable(result);
      expect_parts(result, {"step 9: atoms 1000 (Cu) and 2000 (Cu) are 0."});
      EXPECT_FALSE(fs::exists(out_ + "/checkpoint/checkpoint_10.h5"));
    }
  }
}

// Lattice constants far from any crystal of this potential: the cell would fly apart to a gas of no energy, "converged".
TEST_F(Exploding, ACellThatRelaxesToNothing) {
  const auto laves = [](const char* a) {
    return R"({"type": "lattice", "lattice": "C15", "lattice_constant_A": )" + std::string(a) +
           R"(, "repeat": [2, 2, 2], "sublattice_species": ["Zr", "Cu"]})";
  };
  for (const char* coupling : {"isotropic", "per_axis"}) {
    const std::string protocol = R"({"type": "minimise", "relax_cell": ")" + std::string(coupling) + "\"}";
    const std::string apart = R"({"type": "lattice", "lattice": "fcc", "lattice_constant_A": 9.25, "composition": {"Cu": 1}})";
    for (const auto& structure : {laves("4.7"), laves("5.0"), apart}) {
      fs::remove_all(out_);
      const auto result = run(input(structure, "{}", protocol, 10));
      EXPECT_EQ(result.status, 76) << structure << result.output;
      EXPECT_NE(result.output.find("A^3 per atom"), std::string::npos) << result.output;
    }
    fs::remove_all(out_);
    EXPECT_EQ(run(input(laves("7.2"), "{}", protocol, 10)).status, 0);
  }
}

// The cell explodes before the atoms do.
TEST_F(Exploding, UnderABarostat) {
  const std::string protocol = R"({"type": "anneal", "temperature_K": 20000, "duration_ps": 40})";
  const std::string head = R"({"time_step_fs": 20, "thermostat": {"type": "nose_hoover", "relaxation_ps": 0.2}, "barostat": )";
  for (const char* barostat :
       {R"({"type": "mtk", "relaxation_ps": 0.2})", R"({"type": "cell_rescaling", "relaxation_ps": 0.001})"}) {
    fs::remove_all(out_);
    expect_unstable(run(input(copper, head + barostat + "}", protocol, 5)));
    expect_finite_thermo();
  }
}

}  // namespace
}  // namespace patina::test
