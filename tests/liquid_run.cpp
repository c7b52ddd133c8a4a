// SPDX-License-Identifier: BSD-3-Clause
#include "liquid_run.hpp"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>

#include "program.hpp"

namespace patina::test {

namespace {

constexpr double melt_K = 2000.0;
constexpr double stage_ps = 10.0;  // melting, cooling, waiting

std::string input_text(const LiquidPlan& plan) {
  const double rate = (melt_K - plan.temperature_K) / stage_ps * 1e12;
  return fmt::format(R"({{
  "seed": {seed},
  "potential": {{"files": ["{potential}"], "species": ["Cu", "Zr"]}},
  "structure": {{"type": "random", "atoms": {atoms}, "composition": {{"Cu": 0.645, "Zr": 0.355}},
                "volume_per_atom_A3": 17.5, "min_distance_A": 2.1}},
  "protocol": [
    {{"type": "minimise", "max_steps": 200, "max_force_eV_per_A": 0.1}},
    {{"type": "melt", "temperature_K": {melt}, "duration_ps": {stage}}},
    {{"type": "quench", "from_K": {melt}, "to_K": {temperature}, "cooling_rate_K_per_s": {rate}}},
    {{"type": "anneal", "temperature_K": {temperature}, "duration_ps": {stage}}},
    {{"type": "anneal", "temperature_K": {temperature}, "duration_ps": {watched}, "observers": {observers}}}
  ],
  "output": {{"thermo_interval_steps": 10, "checkpoint_interval_steps": 100000}}
}})",
                     fmt::arg("seed", plan.seed), fmt::arg("potential", plan.potential),
                     fmt::arg("atoms", plan.atoms), fmt::arg("melt", melt_K), fmt::arg("stage", stage_ps),
                     fmt::arg("temperature", plan.temperature_K), fmt::arg("rate", rate),
                     fmt::arg("watched", plan.watched_ps), fmt::arg("observers", plan.observers));
}

std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> result;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) result.push_back(field);
  return result;
}

}  // namespace

std::string run_liquid(const std::string& folder, const LiquidPlan& plan) {
  std::ofstream(folder + "/liquid.json") << input_text(plan);
  const std::string run = folder + "/run";
  const ProgramResult result = run_patina("run " + folder + "/liquid.json --output " + run);
  if (result.status != 0) throw std::runtime_error(result.output);
  return run;
}

std::map<std::string, std::vector<double>> watched_thermo(const std::string& run_folder) {
  std::istringstream stream(read_text_file(run_folder + "/thermo.csv"));
  std::string line;
  std::getline(stream, line);
  const auto names = fields(line);
  std::map<std::string, std::vector<double>> columns;
  while (std::getline(stream, line)) {
    const auto values = fields(line);
    if (std::stoi(values.at(names.size() - 1)) != watched_step) continue;
    for (std::size_t k = 0; k < names.size(); ++k)
      if (!values[k].empty()) columns[names[k]].push_back(std::stod(values[k]));
  }
  return columns;
}

}  // namespace patina::test
