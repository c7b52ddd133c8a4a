// SPDX-License-Identifier: BSD-3-Clause
#include "run/run.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "core/error.hpp"
#include "md/eam_file.hpp"
#include "md/potential_search.hpp"
#include "run/replicas.hpp"
#include "run/run_checks.hpp"
#include "run/run_config.hpp"
#include "run/run_folder.hpp"
#include "run/sample.hpp"
#include "run/schedule.hpp"
#include "run/stop_signal.hpp"

namespace patina {

namespace {

std::vector<NamedFile> potential_files(const Comm& comm, const PotentialConfig& config, const std::string& input_folder) {
  std::vector<NamedFile> files;
  for (const std::string& file : config.files) files.push_back({file, find_potential(comm, file, input_folder)});
  return files;
}

EamFunctions read_potential(const Comm& comm, const std::vector<NamedFile>& files, const PotentialConfig& config) {
  std::vector<std::string> paths;
  for (const NamedFile& file : files) paths.push_back(file.path);
  return read_eam_files(comm, paths, config.species);
}

// What of the protocol the sample does not allow.
void check_protocol(const RunConfig& config, const Structure& sample, const std::string& input) {
  const bool cell_moves = sample.box.periodic() != std::array{false, false, false};
  for (std::size_t k = 0; k < config.protocol.size(); ++k) {
    const StepConfig& step = config.protocol[k];
    const auto fail = [&](const char* key, const char* message) {
      throw Error(ExitCode::bad_input, fmt::format("{}: /protocol/{}{}: {}", input, k, key, message));
    };
    if (!is_minimisation(step) && sample.size() < 2)
      fail("", "a sample of one atom has no temperature: its momentum stays zero; only a minimise step can take it");
    if (!cell_moves && pressure_of(step) != 0.0)
      fail("/pressure_GPa", "no axis of the sample is periodic: nothing can hold this pressure");
    if (const auto* minimise = std::get_if<MinimiseStep>(&step); minimise && minimise->relax_cell != "none" && !cell_moves)
      fail("/relax_cell", "no axis of the sample is periodic: no cell can relax");
  }
}

// All that can be found wrong before anything is written; the samples of the other replicas differ in their seed alone.
void check_start(const Comm& comm, const SimulationSetup& setup, const std::string& input) {
  const Structure sample = make_sample(comm, setup.config.structure, setup.functions.species, setup.functions.mass_amu,
                                       setup.input_folder, setup.seed);
  check_protocol(setup.config, sample, input);
  for (std::size_t k = 0; k < setup.config.protocol.size(); ++k)
    check_observers(observers_of(setup.config.protocol[k]), sample.box, sample.species, static_cast<std::int64_t>(sample.size()),
                    fmt::format("{}: /protocol/{}/observers", input, k));
}

}  // namespace

void run(const Comm& world, const RunOptions& options) {
  const std::string text = read_file_on_root(world, options.input);
  SimulationSetup setup;
  setup.config = read_config<RunConfig>(text, options.input, options.overrides);
  setup.resolved_input = resolved_json(setup.config);
  setup.input_folder = std::filesystem::path(options.input).parent_path().string();
  setup.folder = options.folder;
  std::vector<NamedFile> files = potential_files(world, setup.config.potential, setup.input_folder);
  setup.functions = read_potential(world, files, setup.config.potential);
  setup.seed = setup.config.seed;
  if (const auto* structure = std::get_if<FileStructureConfig>(&setup.config.structure))
    files.push_back({structure->file, sample_path(*structure, setup.input_folder)});
  if (!options.resume || !holds_run(world, options.folder)) check_start(world, setup, options.input);
  RunFolder folder = prepare_run_folder(world, options.folder, setup.resolved_input, files, options.resume);
  for (const std::string& doubt : doubts(setup.config)) folder.notes.push_back("warning: " + doubt);
  watch_for_stop_signals();
  run_replicas(world, setup, options.resume, folder.notes);
}

}  // namespace patina
