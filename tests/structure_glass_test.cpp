// SPDX-License-Identifier: BSD-3-Clause
// Truth: glassy Cu50.9Zr49.1 of LAMMPS, potential of 2007, 2048 atoms quenched at 1e13 K/s to 300 K, a single sample [physics.md 2.4 and P3].
// Its 8.1 % of icosahedra are not asked for: five quenches of this size had 6.4 to 10.9 %, mean 9.3 (docs/validation.md).
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "scratch_folder.hpp"

namespace patina::test {
namespace {

using nlohmann::json;

constexpr int first_seed = 12, samples = 2;

std::string input(int seed) {
  return R"({
  "title": "Cu50.9Zr49.1 quenched at 1e13 K/s", "seed": )" + std::to_string(seed) + R"(,
  "potential": {"files": ["CuZr_mm.eam.fs"], "species": ["Cu", "Zr"]},
  "structure": {"type": "random", "atoms": 2048, "composition": {"Cu": 0.509, "Zr": 0.491}, "volume_per_atom_A3": 18.5, "min_distance_A": 2.1},
  "dynamics": {"time_step_fs": 2.0, "thermostat": {"type": "nose_hoover", "relaxation_ps": 0.1}, "barostat": {"type": "mtk", "relaxation_ps": 1.0}},
  "protocol": [
    {"type": "minimise", "max_steps": 200, "max_force_eV_per_A": 0.1},
    {"type": "melt", "temperature_K": 2000, "duration_ps": 10},
    {"type": "quench", "from_K": 2000, "to_K": 300, "cooling_rate_K_per_s": 1e13},
    {"type": "anneal", "temperature_K": 300, "duration_ps": 2, "observers": [{"type": "trajectory", "interval_steps": 250}]}
  ],
  "output": {"thermo_interval_steps": 500, "checkpoint_interval_steps": 50000}
})";
}

class Glass : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder;
    for (int seed = first_seed; seed < first_seed + samples; ++seed) {
      const std::string name = *folder_ / std::to_string(seed);
      std::ofstream(name + ".json") << input(seed);
      const auto made = run_patina("run " + name + ".json --output " + name);
      ASSERT_EQ(made.status, 0) << made.output;
    }
  }
  static void TearDownTestSuite() { delete folder_; }

  // Mean over samples; percent of the centre's cells.
  static double population(const std::string& options, const std::string& centre, const std::vector<int>& index) {
    double sum = 0.0;
    for (const json& figures : surveys(options))
      for (const json& one : figures.at("populations"))
        if (one.at("centre") == centre && one.at("index") == index) sum += 100.0 / samples * one.at("fraction").at("mean").get<double>();
    return sum;
  }

  static double coordination(const std::string& options, const std::string& centre) {
    double sum = 0.0;
    for (const json& figures : surveys(options)) sum += figures.at("cells").at(centre).at("coordination").at("mean").get<double>() / samples;
    return sum;
  }

 private:
  static std::vector<json> surveys(const std::string& options) {
    std::vector<json> found;
    for (int seed = first_seed; seed < first_seed + samples; ++seed) {
      const std::string name = *folder_ / std::to_string(seed);
      const auto made = run_patina("structure " + name + " --overwrite --output " + name + "_out.json " + options);
      EXPECT_EQ(made.status, 0) << made.output;
      found.push_back(json::parse(read_text_file(name + "_out.json")));
    }
    return found;
  }

  static inline ScratchFolder* folder_ = nullptr;
};

TEST_F(Glass, HasTheLavesCentresAndNeighboursOfThatOfLammps) {
  EXPECT_NEAR(population("", "Zr", {0, 0, 12, 4}), 1.2, 1.0);
  EXPECT_NEAR(coordination("--face-threshold 0.01", "Cu"), 11.55, 0.15);
  EXPECT_NEAR(coordination("--face-threshold 0.01", "Zr"), 14.14, 0.15);
}

// P3: icosahedra do not depend on small faces (8.06 % with and without), <0,2,8,2> does (11.4 to 6.4 %).
TEST_F(Glass, HasIcosahedraWhateverTheThreshold) {
  EXPECT_NEAR(population("--face-threshold 0.01", "Cu", {0, 0, 12, 0}), population("", "Cu", {0, 0, 12, 0}), 0.1);
  EXPECT_NEAR(population("", "Cu", {0, 2, 8, 2}), 11.4, 2.0);
  EXPECT_NEAR(population("--face-threshold 0.01", "Cu", {0, 2, 8, 2}), 6.4, 2.0);
}

}  // namespace
}  // namespace patina::test
