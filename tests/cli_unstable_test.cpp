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
  ProgramResult run(const std::string& text, const std::string& options = "") {
    std::ofstream(folder_ / "in.json") << text;
    return run_patina("run " + (folder_ / "in.json") + " --output " + out_ + options);
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

TEST_F(Exploding, LangevinDoesNotHideIt) {
  const char* langevin = R"({"time_step_fs": 20, "thermostat": {"type": "langevin"}, "barostat": {"type": "none"}})";
  expect_unstable(run(input(copper, langevin, R"({"type": "anneal", "temperature_K": 5000, "duration_ps": 40})", 1)));
  expect_finite_thermo();
  EXPECT_TRUE(fs::exists(out_ + "/checkpoint/manifest.json"));
}

// A crystal of copper in which each atom has a second one 0.85 A away.
TEST_F(Exploding, AtomsNearlyOverlap) {
  std::ofstream file(folder_ / "twins.xyz");
  file << "128\nLattice=\"14.44 0 0 0 14.44 0 0 0 14.44\" Properties=species:S:1:pos:R:3\n";
  for (int k = 0; k < 64; ++k)
    for (const double shift : {0.0, 0.85})
      file << "Cu " << 3.61 * (k % 4) + shift << ' ' << 3.61 * (k / 4 % 4) << ' ' << 3.61 * (k / 16) << '\n';
  file.close();
  const char* crushed = R"({"type": "file", "file": "twins.xyz"})";
  expect_unstable(run(input(crushed, free_flight, R"({"type": "anneal", "temperature_K": 5000, "duration_ps": 4})", 10)));
  expect_finite_thermo();
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
