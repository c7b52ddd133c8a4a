// SPDX-License-Identifier: BSD-3-Clause
// The input of `patina run` as plain structs with their defaults. Keys, ranges and documentation stand in one
// table per struct in run_config.cpp; docs/input.md is generated from those tables.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/config.hpp"
#include "run/step_config.hpp"

namespace patina {

// --- what the sample is made of -----------------------------------------------------------------------------

struct PotentialConfig {
  std::vector<std::string> files;
  std::vector<std::string> species;
};

// Atoms at random positions without overlaps, exact stoichiometry.
struct RandomStructureConfig {
  static constexpr const char* type_name = "random";
  int atoms = 0;
  std::map<std::string, double> composition;
  double volume_per_atom_A3 = 0.0;
  double min_distance_A = 2.0;
};

struct LatticeStructureConfig {
  static constexpr const char* type_name = "lattice";
  std::string lattice = "fcc";
  double lattice_constant_A = 0.0;
  double c_over_a = 1.6329931618554521;  // ideal hcp, sqrt(8/3)
  std::array<int, 3> repeat = {1, 1, 1};
  std::map<std::string, double> composition;       // fcc, bcc, hcp: a random solution
  std::vector<std::string> sublattice_species;     // B2, C15: the compound
};

struct FileStructureConfig {
  static constexpr const char* type_name = "file";
  std::string file;
  std::optional<std::vector<std::string>> species, boundary;
  std::optional<std::int64_t> frame;
};

// The fractions of a key "composition": an error if they do not add up to 1.
void check_composition(const std::map<std::string, double>& composition, const ConfigChecker& at);

// The words of a key "species", elements of types 1, 2, ... of a file: an error for each that is none, or is there already.
void check_species(const std::optional<std::vector<std::string>>& species, const ConfigChecker& at);

// The words of a key "boundary": an error for each that is none of "periodic" and "free"; and what they mean.
void check_boundary(const std::optional<std::vector<std::string>>& boundary, const ConfigChecker& at);
std::optional<std::array<bool, 3>> periodic_of(const std::optional<std::vector<std::string>>& boundary);

// A sample that another run kept (run/parent_samples.hpp).
struct SampleStructureConfig {
  static constexpr const char* type_name = "sample";
  std::string run;
  std::optional<std::string> step;  // not set: the last
  std::optional<int> replica;       // not set: the one of the same number
  std::string velocities = "kept";
  bool other_potential = false;
  std::vector<std::string> states;
};
void describe(ConfigTable<SampleStructureConfig>& table);

using StructureConfig = std::variant<RandomStructureConfig, LatticeStructureConfig, FileStructureConfig, SampleStructureConfig>;

// --- how it moves, and its history (run/step_config.hpp) -----------------------------------------------------

struct DynamicsConfig {
  double time_step_fs = 2.0;
  std::optional<double> skin_A;  // not set: tuned
  std::string precision = "double";
  std::string tables = "file";
  ThermostatConfig thermostat;
  BarostatConfig barostat;
};

struct OutputConfig {
  int thermo_interval_steps = 100;
  int checkpoint_interval_steps = 10000;
};

inline constexpr std::size_t most_protocol_steps = 10000;

struct RunConfig {
  std::string title;
  std::uint64_t seed = 1;
  int replicas = 1;
  PotentialConfig potential;
  StructureConfig structure;
  DynamicsConfig dynamics;
  std::vector<ProtocolItem> protocol;
  OutputConfig output;
};

void describe(ConfigTable<RunConfig>& table);

}  // namespace patina
