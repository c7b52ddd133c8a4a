// SPDX-License-Identifier: BSD-3-Clause
#include "run/simulation.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "core/stopwatch.hpp"
#include "core/units.hpp"
#include "md/checkpoint_manifest.hpp"
#include "md/division.hpp"
#include "md/eam.hpp"
#include "md/integrate.hpp"
#include "md/gather_atoms.hpp"
#include "md/h5md.hpp"
#include "md/kinetic.hpp"
#include "md/trajectory.hpp"
#include "md/state_hash.hpp"
#include "md/turn_cell.hpp"
#include "md/velocity.hpp"
#include "run/ensemble.hpp"
#include "run/sample.hpp"
#include "run/sample_library.hpp"
#include "run/schedule.hpp"
#include "run/sound_state.hpp"
#include "run/stop_signal.hpp"
#include "run/swap_moves.hpp"

namespace patina {

namespace {

// In the state of a checkpoint.
const char* const film_key = "film/substrate_atoms";

// What the log says of a step's targets: "2000.0 K to 1000.0 K", or where the velocities come from; a pressure or a strain that changes.
std::string describe_targets(const EnsembleSpec& ensemble, const Schedule& schedule, bool velocities_drawn) {
  std::string text = "no thermostat, velocities as the step before left them";
  if (velocities_drawn) text = fmt::format("velocities drawn at {:.1f} K, no thermostat", schedule.from_K);
  if (ensemble.thermostat.kind != ThermostatKind::none) text = fmt::format("{:.1f} K to {:.1f} K", schedule.from_K, schedule.to_K);
  if (schedule.from_pressure_GPa != schedule.to_pressure_GPa)
    text += fmt::format(", {:g} GPa to {:g} GPa", schedule.from_pressure_GPa, schedule.to_pressure_GPa);
  if (schedule.to_strain != 0.0) text += fmt::format(", strained by {:g}", schedule.to_strain);
  return text;
}

// What the reservoirs of a step hold or end at; nothing that no reservoir holds.
std::map<std::string, double> thermodynamic_state(const EnsembleSpec& ensemble, const Schedule& schedule) {
  std::map<std::string, double> state;
  if (ensemble.thermostat.kind != ThermostatKind::none) state["temperature_K"] = schedule.to_K;
  if (ensemble.barostat.kind != BarostatKind::none) state["pressure_GPa"] = schedule.to_pressure_GPa;
  return state;
}

}  // namespace

std::optional<FinishedSample> finished_sample(const Comm& comm, const SimulationSetup& setup) {
  std::vector<std::int64_t> steps;
  std::string state;
  on_root(comm, [&] {
    const std::string folder = setup.folder + "/checkpoint";
    std::vector<std::string> problems;
    const CheckpointManifest manifest = read_manifest(folder, problems);
    std::string reason;
    if (problems.empty() && !manifest.checkpoints.empty() &&
        manifest.checkpoints[0].protocol_step == static_cast<std::int64_t>(setup.protocol.size()) &&
        verify(folder, manifest.checkpoints[0].file, reason)) {
      steps.push_back(manifest.checkpoints[0].step);
      state = manifest.checkpoints[0].state;
    }
  });
  comm.broadcast(steps);
  comm.broadcast(state);
  if (steps.empty()) return std::nullopt;
  return FinishedSample{steps[0], state};
}

Simulation::Simulation(const Comm& comm, const SimulationSetup& setup, bool resume, Log& log)
    : comm_(comm), setup_(setup), config_(setup.config), protocol_(setup.protocol), log_(log), time_limit_(setup.time_limit) {
  if (resume) loaded_ = load_checkpoint(comm, setup.folder, log);
  if (loaded_) {
    system_ = make_system(comm, loaded_->atoms, setup.seed);
    system_.step = loaded_->step;
    system_.time_ps = loaded_->time_ps;
    if (const auto film = loaded_->state.find(film_key); film != loaded_->state.end()) substrate_atoms_ = static_cast<std::int64_t>(film->second.at(0));
    loaded_->atoms = {};  // the system has them
    log.line("going on from step {} ({:.3f} ps)", system_.step, system_.time_ps);
  } else {
    system_ = make_system(comm,
                          make_sample(comm, config_.structure, setup.functions.species, setup.functions.mass_amu,
                                      setup.input_folder, setup.seed),
                          setup.seed);
    log.line("sample of {} atoms in {:.2f} A^3", system_.atom_count, system_.box.volume());
  }
  if (const auto* sample = std::get_if<SampleStructureConfig>(&config_.structure)) {
    on_root(comm, [&] { history_ = history_of(*sample, setup.input_folder, setup.parents[0]); });
    if (!loaded_) log.line("it is {} of {}, {}, state {}", setup.parents[0].step, sample->run, sample->velocities == "new" ? "without its velocities" : "with its velocities", setup.parents[0].state);
  }
  set_aside_new_segments();
  if (config_.dynamics.tables != "file") log_.line("{}", setup.tables_text);
  make_engine();
  const std::string thermo_path = setup.folder + "/thermo.csv";
  // A run that was killed before its first checkpoint left lines too; none of them is kept. Nor are those of a step that the checkpoint stands before,
  // where step counters do not tell: the line of a sample that is back, of a minimum that needed no iteration.
  const std::int64_t kept_step = loaded_ ? loaded_->step : -1;
  const std::int64_t kept_protocol_step = !loaded_ ? -1 : loaded_->position.protocol_step - (has_lines_before(loaded_->position) ? 0 : 1);
  thermo_file_ = resume ? ThermoFile::resume(comm, thermo_path, kept_step, kept_protocol_step, log)
                        : ThermoFile::create(comm, thermo_path);
  std::int64_t done = 0;
  if (loaded_) {
    const auto index = static_cast<std::size_t>(loaded_->position.protocol_step);
    done = steps_before(index);
    // Iterations of a minimisation are no time steps.
    if (index < protocol_.size() && takes_time(protocol_[index])) done += loaded_->position.step_in_protocol_step;
  }
  const std::int64_t all_steps = steps_before(protocol_.size());
  progress_.emplace(log, all_steps, done, system_.atom_count, setup.turn);
  tell_length(all_steps * (setup.turn.of_group - setup.turn.finished) - done);
}

bool Simulation::run() {
  try {
    return run_protocol();
  } catch (const Error& error) {
    if (error.code() == ExitCode::unstable) leave_panic_file();
    throw;
  }
}

bool Simulation::run_protocol() {
  const std::size_t first = loaded_ ? static_cast<std::size_t>(loaded_->position.protocol_step) : 0;
  for (std::size_t index = first; index < protocol_.size(); ++index) {
    const std::string label = step_label(index, protocol_[index]);
    bool ended = true;
    if (takes_time(protocol_[index])) ended = move(index);
    else if (is_minimisation(protocol_[index])) ended = minimise(index);
    else if (std::holds_alternative<CutFilmStep>(protocol_[index])) cut(index);
    else restore(index);
    if (!ended) {
      tell_stop(label);
      return false;
    }
    if (takes_time(protocol_[index])) require_sound(system_, *engine_, label);
    // Before the checkpoint, behind which the step is not taken again.
    if (keeps_sample(protocol_[index])) keep(index);
    checkpoint(index + 1, 0, {});
  }
  summarise();
  return true;
}

// A step at finite temperature: the loop over time steps.
bool Simulation::move(std::size_t index) {
  const StepConfig& step = protocol_[index];
  const Schedule schedule = make_schedule(step, config_.dynamics.time_step_fs * units::ps_per_fs);
  const std::string label = step_label(index, step);
  const bool resumed = resumes_within(index);
  std::int64_t done = resumed ? loaded_->position.step_in_protocol_step : 0;
  // A sample at rest (new, or minimised) starts with the velocities of the step's first temperature. Atoms take their
  // places first: sums over them (the momentum) then do not depend on where a continued run stood before.
  const bool at_rest = kinetic_energy(system_) == 0.0;
  if (system_.step == 0) require_apart(engine_->compute(system_, Tally::virial), system_, name_of_sample());
  std::optional<Growth> growth = begin_growth(index, schedule);
  if (at_rest) {
    if (schedule.from_K == 0.0)
      throw Error(ExitCode::bad_input, fmt::format("{}: begins with a sample at rest: give temperature_K, at which its velocities are drawn", label));
    engine_->compute(system_, Tally::forces);
    draw_velocities(system_, schedule.from_K);
  }

  // Observers that follow wave vectors see the same edges through all of the step.
  if (!resumed) turn_sheared_cell(step);
  EnsembleSpec ensemble = make_ensemble(config_.dynamics, step, system_.box);
  if (growth) ensemble.groups = growth->groups();
  Integrator integrator(ensemble, system_, *engine_);
  std::optional<SwapMoves> swaps;
  if (const auto* swap = std::get_if<SwapStep>(&step)) swaps.emplace(*swap, label, setup_.tables, system_.species);
  const Observers observers =
      make_observers(observers_of(step), observer_context(index, thermodynamic_state(ensemble, schedule)), comm_, system_.species);
  const ThermoObserver::Place place = {index, label, system_.step - done, steps_before(index), swaps ? &*swaps : nullptr};
  ThermoObserver thermo(integrator, ensemble, schedule, place, config_.output.thermo_interval_steps, *thermo_file_,
                        *progress_);
  log_.line("{}: {} time steps, {}", label, schedule.steps, describe_targets(ensemble, schedule, at_rest));
  if (resumed) {
    integrator.load(loaded_->state);
    if (swaps) swaps->load(loaded_->state);
    load(observers, loaded_->state);
    loaded_->state.clear();  // observers have it
  } else {
    observe(observers, thermo, 0);
  }

  while (done < schedule.steps) {
    if (growth && growth->admit(system_, *engine_, integrator, done)) progress_->count_atoms(system_.atom_count, place.steps_before + done);
    ++done;
    const bool swap_now = swaps && swaps->due(done);
    integrator.step(schedule.targets(done, ensemble.time_step_ps, integrator.pressure()), thermo.due(done) || swap_now);
    if (swap_now) swaps->sweep(system_, *engine_, integrator);
    observe(observers, thermo, done);
    if (done == schedule.steps) break;
    const Asked what = asked(done);
    if (what != Asked::nothing || done % config_.output.checkpoint_interval_steps == 0) {
      // Finds atoms that stand too close, too; and what follows is the same whether or not the process ends here.
      integrator.refresh();
      require_sound(system_, *engine_, label);
      StateMap state;
      integrator.save(state);
      if (swaps) swaps->save(state);
      if (growth) growth->save(state);
      save(observers, state);
      checkpoint(index, done, std::move(state));
      if (what == Asked::stop) return false;
    }
  }
  if (swaps) log_.line("{}: changed places: {}", label, swaps->text());
  for (const auto& observer : observers) observer->finish();
  if (growth) end_growth(*growth, label);
  return true;
}

void Simulation::make_engine() {
  EngineOptions options;
  options.tune_skin = !config_.dynamics.skin_A;
  if (config_.dynamics.skin_A) options.skin_A = *config_.dynamics.skin_A;
  engine_ = std::make_unique<Engine>(system_, std::make_unique<EamPotential>(setup_.tables, precision_of(config_.dynamics)), options);
}

void Simulation::turn_sheared_cell(const StepConfig& step) {
  const Deformation deformation = deformation_of(step);
  if (deformation.kind == Deformation::Kind::shear) turn_cell(system_, deformation.along);
}

void Simulation::keep(std::size_t index) {
  Stopwatch watch;
  SampleHead head;
  head.self.step = step_label(index, protocol_[index]);
  head.self.potential_sha256 = setup_.functions.sha256;
  head.self.resolved_input = setup_.resolved_input;
  head.ends_run = index + 1 == protocol_.size();
  head.history = history_;
  keep_sample(setup_.folder, system_, {static_cast<std::int64_t>(index) + 1, 0}, head);
  time_limit_.count_checkpoint(watch.lap());
}

// Ranks must agree; asking each other now and then costs less than a neighbour-list check. The clock is that of rank 0.
Simulation::Asked Simulation::asked(std::int64_t iteration) const {
  constexpr std::int64_t interval = 4;
  if (comm_.size() > 1 && iteration % interval != 0) return Asked::nothing;
  Asked mine = Asked::nothing;
  if (checkpoint_signal()) mine = Asked::checkpoint;
  if (stop_signal() || (comm_.is_root() && time_limit_.over())) mine = Asked::stop;
  const Asked all = comm_.size() == 1 ? mine : static_cast<Asked>(static_cast<int>(comm_.max(static_cast<double>(mine))));
  if (all != Asked::nothing) forget_checkpoint_signal();
  return all;
}

void Simulation::tell_stop(const std::string& label) const {
  const char* name = stop_signal();
  // The checkpoint that was just written may have been quicker than what was set aside for it.
  const bool late = time_limit_.over() || setup_.time_limit.over();
  const std::string reason = name ? name : late ? fmt::format("--max-walltime {}", time_limit_.text()) : "a signal to another rank";
  log_.line("stopped by {} in {} at step {} ({:.3f} ps): a checkpoint is written; go on with the same command and --resume",
            reason, label, system_.step, system_.time_ps);
}

// For whoever wants to see what went wrong; the run goes on from its checkpoints only, which are sound. Its own failure must not
// hide that of the sample.
void Simulation::leave_panic_file() try {
  const std::string path = fmt::format("{}/panic_{}.h5md", setup_.folder, system_.step);
  const IdBlock block = id_ordered(frame_of(system_));
  std::optional<H5mdWriter> writer;
  on_root(comm_, [&] {
    std::filesystem::remove(path + ".tmp");
    H5mdHeader header;
    header.species = system_.species.symbol;
    header.mass_amu = system_.species.mass_amu;
    header.periodic = system_.box.periodic();
    header.atom_count = system_.atom_count;
    header.velocities = header.double_precision = true;
    header.config_json = setup_.resolved_input;
    writer.emplace(path + ".tmp", header);
    writer->begin_frame(system_.step, system_.time_ps, system_.box);
  });
  gather_atoms(comm_, block, system_.atom_count, [&](const AtomRows& atoms) { writer->write_atoms(atoms); });
  on_root(comm_, [&] {
    writer->close();
    commit_file(path + ".tmp", path, IfExists::replace);
  });
  log_.line("the sample as it was is in {}", path);
} catch (const Error& error) {
  log_.warning("the sample as it was could not be written: {}", error.what());
}

void Simulation::tell_length(std::int64_t steps_left) const {
  constexpr double rate_per_core = 1e6, least_s = 60.0, most_s = 30.0 * 86400.0;  // atom-steps/s, about what a core does
  const int cores = comm_.size() * Kokkos::DefaultHostExecutionSpace().concurrency();
  const double seconds = static_cast<double>(steps_left) * static_cast<double>(system_.atom_count) / (rate_per_core * cores);
  if (seconds < least_s) return;
  const std::string length = fmt::format("{} time steps of {} atoms take about {} at 10^6 atom-steps/s on each of {} core(s)",
                                         steps_left, system_.atom_count, clock_time(seconds), cores);
  if (seconds > most_s)
    log_.warning("{}", length);
  else
    log_.line("{}", length);
}

void Simulation::observe(const Observers& observers, ThermoObserver& thermo, std::int64_t step) {
  if (thermo.due(step)) thermo.observe(frame_of(system_));
  for (const auto& observer : observers)
    if (observer->due(step)) observer->observe(frame_of(system_));
}

// What follows does not depend on whether the process ends here: no sum depends on the order of the atoms.
void Simulation::checkpoint(std::size_t protocol_step, std::int64_t step_in_protocol_step, StateMap state) {
  Stopwatch watch;
  if (substrate_atoms_ > 0) state[film_key] = {static_cast<double>(substrate_atoms_)};
  write_checkpoint(setup_.folder, system_, {static_cast<std::int64_t>(protocol_step), step_in_protocol_step}, state,
                   setup_.resolved_input);
  time_limit_.count_checkpoint(watch.lap());
}

// Trajectory segments that the checkpoint does not know of hold frames that this run writes again.
void Simulation::set_aside_new_segments() {
  std::vector<std::string> keep;
  if (loaded_)
    for (const FileRecord& segment : loaded_->segments) keep.push_back(segment.name);
  set_aside_segments(comm_, setup_.folder + "/trajectory", keep, log_);
}

std::int64_t Simulation::steps_before(std::size_t index) const {
  return time_steps_before(protocol_, index, config_.dynamics.time_step_fs * units::ps_per_fs);
}

bool Simulation::resumes_within(std::size_t index) const {
  return loaded_ && static_cast<std::size_t>(loaded_->position.protocol_step) == index && loaded_->position.step_in_protocol_step > 0;
}

// Whether thermo.csv has lines of the step within which a checkpoint was written; a minimisation has one at its end alone.
bool Simulation::has_lines_before(const ProtocolPosition& position) const {
  const auto index = static_cast<std::size_t>(position.protocol_step);
  return position.step_in_protocol_step > 0 && takes_time(protocol_[index]);
}

std::string Simulation::name_of_sample() const {
  if (const auto* sample = std::get_if<SampleStructureConfig>(&config_.structure))
    return sample_file_path(parent_folder(*sample, setup_.input_folder, setup_.parents[0].replica), setup_.parents[0].step);
  const auto* file = std::get_if<FileStructureConfig>(&config_.structure);
  return file ? sample_path(*file, setup_.input_folder) : "the sample";
}

ObserverContext Simulation::observer_context(std::size_t index, std::map<std::string, double> state) const {
  return {setup_.folder,
          step_label(index, protocol_[index]),
          setup_.resolved_input,
          setup_.functions.sha256,
          setup_.tables_text,
          setup_.seed,
          std::move(state),
          [this](const std::string& line) { log_.line("{}", line); }};
}

void Simulation::summarise() {
  // The same for any ranks and threads, and for a run that was resumed: anyone can check.
  log_.line("state {} after step {}", state_hash(system_), system_.step);
  const EngineCounters& counters = engine_->counters();
  const bool tuned = !config_.dynamics.skin_A;
  log_.line("done: {} steps, {:.3f} ps in {:.1f} s; {} neighbour lists, one in {:.1f} steps, {} {:.2f} A", system_.step,
            system_.time_ps, progress_->elapsed_s(), counters.rebuilds,
            static_cast<double>(counters.computes) / static_cast<double>(std::max(1LL, counters.rebuilds)),
            tuned ? "skin tuned to" : "skin", engine_->skin_A());
  if (comm_.size() > 1) {
    const auto& ranks = engine_->domain().ranks();
    log_.line("{} x {} x {} ranks, imbalance {:.3f} (largest time for pair forces over the mean)", ranks[0], ranks[1], ranks[2],
              imbalance(comm_, counters.seconds.pair_forces));
  }
  // A tuned skin grows away from single steps, unless it is as large as pays already.
  if (tuned && counters.hasty_rebuilds > counters.rebuilds / 4)
    log_.warning("{} of {} neighbour lists lasted a single step: the time step is long for atoms as fast as these; results are "
                 "right, but slow",
                 counters.hasty_rebuilds, counters.rebuilds);
  if (!tuned && counters.hasty_rebuilds > 0)
    log_.warning("{} neighbour lists lasted a single step: skin_A is thin (without it the skin is tuned) or the time step long; "
                 "results are right, but slow",
                 counters.hasty_rebuilds);
}

}  // namespace patina
