// SPDX-License-Identifier: BSD-3-Clause
// A liquid Cu64.5Zr35.5 at zero pressure, made and watched by the program itself, and what its files say.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace patina::test {

struct LiquidPlan {
  std::string potential = "Cu-Zr_2.eam.fs";
  int atoms = 4000;
  double temperature_K = 1500.0;
  double watched_ps = 40.0;  // after melting at 2000 K, cooling and waiting for 10 ps each
  std::string observers;     // JSON list
  int seed = 1;
};

// Protocol step that is watched.
inline constexpr int watched_step = 4;

// Runs the program in `folder` and returns the run's folder. Throws std::runtime_error with its output if it
// fails.
std::string run_liquid(const std::string& folder, const LiquidPlan& plan);

// The columns of thermo.csv in the protocol step that is watched.
std::map<std::string, std::vector<double>> watched_thermo(const std::string& run_folder);

}  // namespace patina::test
