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
#include "md/film.hpp"
#include "md/potential_search.hpp"
#include "md/smooth_tables.hpp"
#include "run/deposit_checks.hpp"
#include "run/disk_estimate.hpp"
#include "run/ensemble.hpp"
#include "run/expansion.hpp"
#include "run/memory_estimate.hpp"
#include "run/observers.hpp"
#include "run/parent_samples.hpp"
#include "run/replicas.hpp"
#include "run/run_checks.hpp"
#include "run/run_config.hpp"
#include "run/run_folder.hpp"
#include "run/sample.hpp"
#include "run/schedule.hpp"
#include "run/stop_signal.hpp"
#include "run/swap_moves.hpp"
#include "run/time_estimate.hpp"
#include "run/whole_files.hpp"

namespace patina {

namespace {

std::vector<NamedFile> potential_files(const Comm& comm, const PotentialConfig& config, const std::string& input_folder) {
  std::vector<NamedFile> files;
  for (const std::string& file : config.files) files.push_back({file, find_potential(comm, file, input_folder)});
  return files;
}

EamFunctions read_potential(const Comm& comm, const std::vector<NamedFile>& files, const PotentialConfig& config, const std::string& text,
                            const RunOptions& options) {
  std::vector<std::string> paths;
  for (const NamedFile& file : files) paths.push_back(file.path);
  try {
    return read_eam_files(comm, paths, config.species);
  } catch (const NoSuchElement& missing) {
    const auto place = std::find(config.species.begin(), config.species.end(), missing.symbol) - config.species.begin();
    PlacedErrorList errors;
    errors.add(fmt::format("/potential/species/{}", place), missing.what());
    errors.throw_if_any(text, options.input, options.overrides);
    throw;
  }
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

// Atoms that are to change places must be there.
void check_swap_pairs(const SwapStep& swap, const std::string& place, const std::vector<std::string>& species, const std::vector<std::int64_t>& count, PlacedErrorList& errors) {
  const auto pairs = swap_pairs(swap, species, count);
  if (pairs.empty()) errors.add(place, "the sample has one species: no atoms could change places");
  for (std::size_t p = 0; p < pairs.size(); ++p)
    for (const int type : pairs[p])
      if (count[static_cast<std::size_t>(type)] == 0)
        errors.add(fmt::format("{}/pairs/{}", place, p), fmt::format("the sample has no {}", species[static_cast<std::size_t>(type)]));
}

// Of a run that begins with samples of another: which, and their files.
void find_parents(const Comm& world, SimulationSetup& setup, const std::string& text, const RunOptions& options, std::vector<NamedFile>& files) {
  auto* structure = std::get_if<SampleStructureConfig>(&setup.config.structure);
  if (!structure) return;
  PlacedErrorList errors;
  setup.parents = find_parents(world, *structure, setup.input_folder, setup.config.replicas, setup.functions.sha256, errors);
  const bool begun = options.resume != RunOptions::Resume::never && holds_run(world, options.folder);
  if (begun && !errors.errors().empty())
    errors.add("/structure/run", fmt::format("the run in {} began with a sample from there, and tells of it in what it keeps: to go on it must be there again (a symbolic link in its place will do)",
                                             options.folder));
  on_root(world, [&] { errors.throw_if_any(text, options.input, options.overrides); });
  for (const ParentSample& parent : setup.parents) {
    const std::string path = sample_file_path(parent_folder(*structure, setup.input_folder, parent.replica), parent.step);
    if (files.empty() || files.back().path != path) files.push_back({sample_file_path(parent_folder(*structure, "", parent.replica), parent.step), path});
  }
  resolve(*structure, setup.parents);
}

// The sample that replica 0 begins with, of those that setup.parents names.
StructureConfig first_structure(const SimulationSetup& setup) {
  StructureConfig structure = setup.config.structure;
  if (auto* sample = std::get_if<SampleStructureConfig>(&structure)) take_replica(*sample, setup.parents.at(0));
  return structure;
}

// What of a step of the input, at `place`, the sample does not allow as the step finds it; of a composite one, what its first elementary step that is
// wrong says. `start`: the sample of the run's start.
void check_item(const ProtocolItem& item, const DynamicsConfig& dynamics, const std::string& place, const ForeseenSample& sample, const Structure& start, double cutoff_A,
                PlacedErrorList& errors) {
  if (std::holds_alternative<BranchStep>(item) || std::holds_alternative<RestoreStep>(item)) return;
  const Box& box = sample.numbers.box;
  const auto atoms = static_cast<std::int64_t>(sample.numbers.atoms());
  const bool cell_moves = box.periodic() != std::array{false, false, false};
  const auto fail = [&](const char* key, const char* message) { errors.add(place + key, message); };
  const std::vector<StepConfig> steps = elementary_steps(item, dynamics);
  if (takes_time(steps.front()) && atoms < 2)
    fail("", "a sample of one atom has no temperature: its momentum stays zero; only a minimise step can take it");
  if (!cell_moves && ask_for_pressure(steps))
    fail(pressure_key(item), "no axis of the sample is periodic: nothing can hold this pressure");
  if (const auto* minimise = std::get_if<MinimiseStep>(&item); minimise && minimise->relax_cell != "none" && !cell_moves)
    fail("/relax_cell", "no axis of the sample is periodic: no cell can relax");
  if (const auto* swap = std::get_if<SwapStep>(&item)) check_swap_pairs(*swap, place, start.species, sample.numbers.count, errors);
  const Deformation deformation = deformation_of(steps.front());
  for (std::size_t d = 0; d < 3; ++d)
    if (deformation.axes[d] && !box.periodic(static_cast<int>(d)))
      errors.add(place + "/deformation", fmt::format("axis {} of the sample is free: its edge cannot be strained", "xyz"[d]));
  const auto watched = std::find_if(steps.begin(), steps.end(), [](const StepConfig& step) { return !observers_of(step).empty(); });
  if (watched != steps.end())
    check_observers(observers_of(*watched), box, start.species, atoms, place + "/observers", errors);
  if (const auto* unload = std::get_if<UnloadStep>(&item)) {
    const auto shears = shears_released(*unload);
    if (std::any_of(shears.begin(), shears.end(), [&](const Deformation& shear) { return !box.periodic(shear.along) || !box.periodic(shear.across); }))
      fail("/shear", "an axis of it is free in the sample");
  }
  if (const auto* cut = std::get_if<CutFilmStep>(&item); cut && kept_atoms({0, cut->from, cut->to}, sample.film_atoms()) < 1)
    errors.add(place + "/to", fmt::format("from {} to {} of the {} atoms of the film there is none: nothing would be kept", cut->from, cut->to, sample.film_atoms()));
  if (const auto* deposit = std::get_if<DepositStep>(&item)) check_substrate(*deposit, sample, start, cutoff_A, place, errors);
}

// All that can be found wrong before anything is written; the samples of the other replicas differ in their seed alone. `written`:
// the input as it stands in the text. Gives the sample's numbers, as the smallest group of ranks has it.
SampleNumbers check_start(const Comm& comm, const SimulationSetup& setup, const RunConfig& written, const std::string& text,
                          const RunOptions& options) {
  const Structure sample = make_sample(comm, first_structure(setup), setup.functions.species, setup.functions.mass_amu,
                                       setup.input_folder, setup.seed);
  SampleNumbers numbers{sample.box, std::vector<std::int64_t>(sample.species.size()), setup.seed,
                        comm.size() / groups_of(comm, setup.config), ExecSpace().concurrency()};
  for (const int type : sample.type) ++numbers.count[static_cast<std::size_t>(type)];
  PlacedErrorList errors;
  Foresight foresight(numbers, setup.protocol, sample.species);
  const auto check = [&](const ProtocolItem& item, const std::string& place) {
    check_item(item, written.dynamics, place, foresight.now(), sample, setup.functions.cutoff, errors);
    for (std::size_t j = 0; j < elementary_steps(item, written.dynamics).size(); ++j) foresight.take_next();
  };
  for (std::size_t k = 0; k < written.protocol.size(); ++k) {
    const std::string place = fmt::format("/protocol/{}", k);
    const auto* branch = std::get_if<BranchStep>(&written.protocol[k]);
    if (!branch) {
      check(written.protocol[k], place);
      continue;
    }
    for (std::size_t b = 0; b < branch->from.size() * static_cast<std::size_t>(branch->branches); ++b) {
      foresight.take_next();  // the restored sample
      for (std::size_t j = 0; j < branch->steps.size(); ++j) check(item_of(branch->steps[j]), fmt::format("{}/steps/{}", place, j));
      errors.throw_if_any(text, options.input, options.overrides);  // which the other branches have too
    }
  }
  errors.throw_if_any(text, options.input, options.overrides);
  return numbers;
}

// `label` and `place_of_list` as the elementary step and the input's item have them.
StepMemory step_memory(const StepConfig& step, const std::string& label, double time_step_ps, std::int64_t thermo_interval,
                       const SampleNumbers& sample, const std::string& place_of_list) {
  const std::int64_t steps = takes_time(step) ? make_schedule(step, time_step_ps).steps : 0;
  const std::string length = takes_time(step) ? fmt::format(", {} time steps", steps) : "";
  return {label + length, observer_needs(observers_of(step), sample, steps, time_step_ps, place_of_list), static_cast<double>(steps / thermo_interval + 1), static_cast<double>(steps) * sample.atoms(), keeps_sample(step)};
}

MemoryEstimate estimate_memory(const Comm& world, const SimulationSetup& setup, const RunConfig& written, const SampleNumbers& sample,
                               const std::string& input) {
  const DynamicsConfig& dynamics = setup.config.dynamics;
  const Precision precision = precision_of(dynamics);
  const PairCutoffs cutoffs = EamPotential(setup.tables, precision).cutoffs();
  MemoryEstimate estimate{sample.ranks, groups_of(world, setup.config), setup.config.replicas, 0.0, "engine", {}, {}};
  estimate.sample = sample_need(sample, std::holds_alternative<RandomStructureConfig>(setup.config.structure));
  Foresight foresight(sample, setup.protocol, setup.functions.species);
  SampleNumbers largest = sample;
  for (std::size_t k = 0; k < written.protocol.size(); ++k)
    for (const std::string& place : places_of_elementary_steps(written.protocol[k], dynamics, fmt::format("/protocol/{}", k))) {
      const std::size_t index = estimate.steps.size();
      const StepConfig& step = setup.protocol[index];
      // What is observed is the sample that a step ends with.
      const double before = foresight.now().numbers.atoms();
      foresight.take_next();
      const SampleNumbers& after = foresight.now().numbers;
      if (after.atoms() > largest.atoms()) largest = after;
      estimate.steps.push_back(step_memory(step, step_label(index, step), dynamics.time_step_fs * units::ps_per_fs,
                                           setup.config.output.thermo_interval_steps, after, fmt::format("{}: {}/observers", input, place)));
      auto& observers = estimate.steps.back().observers;
      for (ObserverNeeds& needs : film_needs(step, std::max(before, after.atoms()))) observers.push_back(std::move(needs));
      if (std::holds_alternative<SwapStep>(step)) {
        RankNeeds exchanges;
        exchanges.root.frame = swap_bytes_on_root(after.atoms(), after.box, setup.tables);
        exchanges.other.frame = swap_bytes_elsewhere(after.atoms());
        observers.push_back({"exchanges of atoms", exchanges});
      }
    }
  estimate.atoms = largest.atoms();
  estimate.moving = engine_need(largest, cutoffs, precision, dynamics.skin_A.value_or(EngineOptions{}.skin_A));
  return estimate;
}

// Of the sample of replica 0 on as many ranks as a replica gets, all groups at once.
void tell_pace(const Comm& world, const SimulationSetup& setup, const MemoryEstimate& estimate, Log& log) {
  double atom_steps = 0.0;
  for (const StepMemory& step : estimate.steps) atom_steps += step.atom_steps;
  if (atom_steps <= 0.0) return;
  const Comm comm = Comm::split(world, group_of(world, estimate.groups));
  const Structure sample = make_sample(comm, first_structure(setup), setup.functions.species, setup.functions.mass_amu, setup.input_folder, setup.seed);
  EngineOptions options;
  options.skin_A = setup.config.dynamics.skin_A.value_or(options.skin_A);
  tell_time(atom_steps, estimate.samples, estimate.groups, force_pace(comm, sample, setup.tables, precision_of(setup.config.dynamics), options), log);
}

void tell_dry_run(const Comm& world, const SimulationSetup& setup, const RunConfig& written, const SampleNumbers& sample,
                  const std::string& input) {
  const MemoryEstimate estimate = estimate_memory(world, setup, written, sample, input);
  Log log(world.is_root());
  log.line("{}: nothing is wrong with it", input);
  for (const std::string& doubt : doubts(setup.config)) log.warning("{}", doubt);
  tell_memory(world, estimate, log);
  tell_disk(disk_estimate(estimate), setup.folder, log);
  if (memory_doubt(world, machine_memory(world, estimate)).empty()) tell_pace(world, setup, estimate, log);
}

}  // namespace

void run(const Comm& world, const RunOptions& options) {
  if (!options.dry_run) watch_for_signals();
  const std::string text = read_file_on_root(world, options.input);
  SimulationSetup setup;
  const RunConfig written = read_config<RunConfig>(text, options.input, options.overrides);
  setup.config = expanded(written);
  setup.protocol = elementary_steps(written);
  setup.input_folder = std::filesystem::path(options.input).parent_path().string();
  setup.folder = options.folder;
  setup.time_limit = options.time_limit;
  std::vector<NamedFile> files = potential_files(world, setup.config.potential, setup.input_folder);
  setup.functions = read_potential(world, files, setup.config.potential, text, options);
  find_parents(world, setup, text, options, files);
  setup.resolved_input = resolved_json(setup.config);
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
