// SPDX-License-Identifier: BSD-3-Clause
#include "run/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/on_root.hpp"
#include "core/placed_errors.hpp"
#include "core/units.hpp"
#include "md/eam.hpp"
#include "md/eam_file.hpp"
#include "md/engine.hpp"
#include "md/engine_memory.hpp"
#include "md/potential_search.hpp"
#include "md/smooth_tables.hpp"
#include "run/deposit_checks.hpp"
#include "run/disk_estimate.hpp"
#include "run/ensemble.hpp"
#include "run/expansion.hpp"
#include "run/memory_estimate.hpp"
#include "run/observers.hpp"
#include "run/replicas.hpp"
#include "run/run_checks.hpp"
#include "run/run_config.hpp"
#include "run/run_folder.hpp"
#include "run/sample.hpp"
#include "run/schedule.hpp"
#include "run/stop_signal.hpp"
#include "run/whole_files.hpp"

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

void make_tables(SimulationSetup& setup) {
  if (setup.config.dynamics.tables == "file") {
    setup.tables = make_eam_tables(setup.functions);
    return;
  }
  const SmoothTables smooth = make_smooth_tables(setup.functions);
  setup.tables = smooth.tables;
  setup.tables_text = describe(smooth.deviation, setup.functions.species);
}

// What of a step of the input the sample, as the step finds it, does not allow; of a composite one, what its first elementary step that is
// wrong says.
void check_item(const ProtocolItem& item, const std::vector<StepConfig>& steps, std::size_t k, const ForeseenSample& sample, const Structure& start, double cutoff_A,
                PlacedErrorList& errors) {
  const Box& box = sample.numbers.box;
  const auto atoms = static_cast<std::int64_t>(sample.numbers.atoms());
  const bool cell_moves = box.periodic() != std::array{false, false, false};
  const auto fail = [&](const char* key, const char* message) { errors.add(fmt::format("/protocol/{}{}", k, key), message); };
  if (!is_at_rest(steps.front()) && atoms < 2)
    fail("", "a sample of one atom has no temperature: its momentum stays zero; only a minimise step can take it");
  if (!cell_moves && ask_for_pressure(steps))
    fail(pressure_key(item), "no axis of the sample is periodic: nothing can hold this pressure");
  if (const auto* minimise = std::get_if<MinimiseStep>(&item); minimise && minimise->relax_cell != "none" && !cell_moves)
    fail("/relax_cell", "no axis of the sample is periodic: no cell can relax");
  const Deformation deformation = deformation_of(steps.front());
  for (std::size_t d = 0; d < 3; ++d)
    if (deformation.axes[d] && !box.periodic(static_cast<int>(d)))
      errors.add(fmt::format("/protocol/{}/deformation", k), fmt::format("axis {} of the sample is free: its edge cannot be strained", "xyz"[d]));
  const auto watched = std::find_if(steps.begin(), steps.end(), [](const StepConfig& step) { return !observers_of(step).empty(); });
  if (watched != steps.end())
    check_observers(observers_of(*watched), box, start.species, atoms, fmt::format("/protocol/{}/observers", k), errors);
  if (const auto* deposit = std::get_if<DepositStep>(&item)) check_substrate(*deposit, sample, start, cutoff_A, fmt::format("/protocol/{}", k), errors);
}

// All that can be found wrong before anything is written; the samples of the other replicas differ in their seed alone. `written`:
// the input as it stands in the text. Gives the sample's numbers, as the smallest group of ranks has it.
SampleNumbers check_start(const Comm& comm, const SimulationSetup& setup, const RunConfig& written, const std::string& text,
                          const RunOptions& options) {
  const Structure sample = make_sample(comm, setup.config.structure, setup.functions.species, setup.functions.mass_amu,
                                       setup.input_folder, setup.seed);
  SampleNumbers numbers{sample.box, std::vector<std::int64_t>(sample.species.size()), setup.seed,
                        comm.size() / groups_of(comm, setup.config), ExecSpace().concurrency()};
  for (const int type : sample.type) ++numbers.count[static_cast<std::size_t>(type)];
  PlacedErrorList errors;
  ForeseenSample foreseen{numbers};
  for (std::size_t k = 0; k < written.protocol.size(); ++k) {
    const std::vector<StepConfig> steps = elementary_steps(written.protocol[k], written.dynamics);
    check_item(written.protocol[k], steps, k, foreseen, sample, setup.functions.cutoff, errors);
    for (const StepConfig& step : steps) foreseen.take(step, sample.species);
  }
  errors.throw_if_any(text, options.input, options.overrides);
  return numbers;
}

// `label` and `place_of_list` as the elementary step and the input's item have them.
StepMemory step_memory(const StepConfig& step, const std::string& label, double time_step_ps, std::int64_t thermo_interval,
                       const SampleNumbers& sample, const std::string& place_of_list) {
  const std::int64_t steps = is_at_rest(step) ? 0 : make_schedule(step, time_step_ps).steps;
  const std::string length = is_at_rest(step) ? "" : fmt::format(", {} time steps", steps);
  return {label + length, observer_needs(observers_of(step), sample, steps, time_step_ps, place_of_list), static_cast<double>(steps / thermo_interval + 1)};
}

MemoryEstimate estimate_memory(const Comm& world, const SimulationSetup& setup, const RunConfig& written, const SampleNumbers& sample,
                               const std::string& input) {
  const DynamicsConfig& dynamics = setup.config.dynamics;
  const Precision precision = precision_of(dynamics);
  const PairCutoffs cutoffs = EamPotential(setup.tables, precision).cutoffs();
  MemoryEstimate estimate{sample.ranks, groups_of(world, setup.config), setup.config.replicas, 0.0, "engine", {}, {}};
  estimate.sample = sample_need(sample, std::holds_alternative<RandomStructureConfig>(setup.config.structure));
  std::size_t index = 0;
  ForeseenSample foreseen{sample};
  SampleNumbers largest = sample;
  for (std::size_t k = 0; k < written.protocol.size(); ++k)
    for (const StepConfig& step : elementary_steps(written.protocol[k], dynamics)) {
      // What is observed is the sample that a step ends with.
      const double before = foreseen.numbers.atoms();
      foreseen.take(step, setup.functions.species);
      if (foreseen.numbers.atoms() > largest.atoms()) largest = foreseen.numbers;
      estimate.steps.push_back(step_memory(step, step_label(index++, step), dynamics.time_step_fs * units::ps_per_fs,
                                           setup.config.output.thermo_interval_steps, foreseen.numbers,
                                           fmt::format("{}: /protocol/{}/observers", input, k)));
      for (ObserverNeeds& needs : film_needs(step, std::max(before, foreseen.numbers.atoms()))) estimate.steps.back().observers.push_back(std::move(needs));
    }
  estimate.atoms = largest.atoms();
  estimate.moving = engine_need(largest, cutoffs, precision, dynamics.skin_A.value_or(EngineOptions{}.skin_A));
  return estimate;
}

void tell_dry_run(const Comm& world, const SimulationSetup& setup, const RunConfig& written, const SampleNumbers& sample,
                  const std::string& input) {
  const MemoryEstimate estimate = estimate_memory(world, setup, written, sample, input);
  Log log(world.is_root());
  log.line("{}: nothing is wrong with it", input);
  for (const std::string& doubt : doubts(setup.config)) log.warning("{}", doubt);
  tell_memory(world, estimate, log);
  tell_disk(disk_estimate(estimate), setup.folder, log);
}

}  // namespace

void run(const Comm& world, const RunOptions& options) {
  if (!options.dry_run) watch_for_signals();
  const std::string text = read_file_on_root(world, options.input);
  SimulationSetup setup;
  const RunConfig written = read_config<RunConfig>(text, options.input, options.overrides);
  setup.config = expanded(written);
  setup.protocol = elementary_steps(written);
  setup.resolved_input = resolved_json(setup.config);
  setup.input_folder = std::filesystem::path(options.input).parent_path().string();
  setup.folder = options.folder;
  setup.time_limit = options.time_limit;
  std::vector<NamedFile> files = potential_files(world, setup.config.potential, setup.input_folder);
  setup.functions = read_potential(world, files, setup.config.potential);
  make_tables(setup);
  setup.seed = setup.config.seed;
  if (const auto* structure = std::get_if<FileStructureConfig>(&setup.config.structure))
    files.push_back({structure->file, sample_path(*structure, setup.input_folder)});
  if (options.dry_run) return tell_dry_run(world, setup, written, check_start(world, setup, written, text, options), options.input);
  const bool resume = options.resume != RunOptions::Resume::never, begun = resume && holds_run(world, options.folder);
  if (options.resume == RunOptions::Resume::must && !begun)
    throw Error(ExitCode::missing_input, fmt::format("{}: holds no run to go on with, and --resume=must begins none", options.folder));
  std::string memory;
  if (!begun) {
    const SampleNumbers sample = check_start(world, setup, written, text, options);
    const MemoryEstimate estimate = estimate_memory(world, setup, written, sample, options.input);
    on_root(world, [&] { refuse_what_cannot_fit(disk_estimate(estimate), options.folder); });
    memory = memory_doubt(world, machine_memory(world, estimate));
  }
  RunFolder folder = prepare_run_folder(world, options.folder, setup.resolved_input, files, resume);
  for (const std::string& doubt : doubts(setup.config)) folder.notes.push_back("warning: " + doubt);
  if (!memory.empty()) folder.notes.push_back("warning: " + memory);
  run_replicas(world, setup, resume, folder.notes);
  on_root(world, [&] {
    if (!std::filesystem::exists(options.folder + "/" + whole_files_name)) write_whole_files(options.folder);
  });
}

}  // namespace patina
