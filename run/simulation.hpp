// SPDX-License-Identifier: BSD-3-Clause
// One sample taken through its protocol: the loop over protocol steps, and within each the loop over time steps.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/log.hpp"
#include "md/checkpoint.hpp"
#include "md/eam_tables.hpp"
#include "md/engine.hpp"
#include "md/system.hpp"
#include "md/thermo.hpp"
#include "run/growth.hpp"
#include "run/observers.hpp"
#include "run/parent_samples.hpp"
#include "run/progress.hpp"
#include "run/run_config.hpp"
#include "run/thermo_observer.hpp"
#include "run/time_limit.hpp"

namespace patina {

// What the simulation of one replica needs to know.
struct SimulationSetup {
  RunConfig config;
  std::vector<StepConfig> protocol;  // of `config`, elementary
  std::string resolved_input;  // text of `config`, kept in every output
  std::string input_folder;    // relative file names of the input start here
  std::string folder;          // of this replica
  std::uint64_t seed = 1;      // of this replica
  ReplicaTurn turn;
  TimeLimit time_limit;
  EamFunctions functions;
  EamTables tables;                  // of `functions`, for all replicas
  std::string tables_text = "file";  // what result files say of them
  // Of a run that begins with samples of another: that of each replica; of one replica, its own.
  std::vector<ParentSample> parents;
};

// A sample that has come to the end of its protocol, as its newest checkpoint tells.
struct FinishedSample {
  std::int64_t steps = 0;
  std::string state;  // its fingerprint
};
// Nothing of a sample that has not. Collective.
std::optional<FinishedSample> finished_sample(const Comm& comm, const SimulationSetup& setup);

class Simulation {
 public:
  // Builds the sample, or takes it from the newest good checkpoint of the folder. Collective over `comm`, which, like
  // `setup` and `log`, must outlive it.
  Simulation(const Comm& comm, const SimulationSetup& setup, bool resume, Log& log);

  // The rest of the protocol; false if a signal or the time limit stopped it before the end. An unstable sample is left in
  // panic_STEP.h5md before the error goes on. Collective.
  bool run();

 private:
  // What a step loop was asked for while it ran.
  enum class Asked { nothing, checkpoint, stop };

  bool run_protocol();
  // False if they were stopped.
  bool move(std::size_t index);
  // Steps in which no time passes (steps_at_rest.cpp).
  bool minimise(std::size_t index);
  void restore(std::size_t index);
  void cut(std::size_t index);
  void turn_sheared_cell(const StepConfig& step);
  // The sample as the step left it goes into samples/.
  void keep(std::size_t index);
  // Of a step that deposits, nothing of others.
  std::optional<Growth> begin_growth(std::size_t index, const Schedule& schedule);
  void end_growth(const Growth& growth, const std::string& label);
  // Of the system as it stands.
  void make_engine();
  void strain_at_rest(const MinimiseStep& step);
  // The step's observers, at the sample as it stands.
  void look_once(std::size_t index, const std::map<std::string, double>& state);
  Asked asked(std::int64_t iteration) const;
  void leave_panic_file();
  void tell_stop(const std::string& label) const;
  void tell_length(std::int64_t steps_left) const;
  void observe(const Observers& observers, ThermoObserver& thermo, std::int64_t step_in_protocol_step);
  void checkpoint(std::size_t protocol_step, std::int64_t step_in_protocol_step, StateMap state);
  std::int64_t steps_before(std::size_t index) const;  // time steps
  bool resumes_within(std::size_t index) const;
  bool has_lines_before(const ProtocolPosition& position) const;
  std::string name_of_sample() const;  // its file, if it has one
  ObserverContext observer_context(std::size_t index, std::map<std::string, double> state) const;
  void set_aside_new_segments();
  void summarise();

  const Comm& comm_;
  const SimulationSetup& setup_;
  const RunConfig& config_;
  const std::vector<StepConfig>& protocol_;
  Log& log_;
  std::optional<CheckpointData> loaded_;  // what this process went on from
  System system_;
  std::unique_ptr<Engine> engine_;
  std::int64_t substrate_atoms_ = 0;  // atoms with higher ids came down on it; 0: there is no film
  TimeLimit time_limit_;
  std::optional<ThermoFile> thermo_file_;
  std::optional<Progress> progress_;
  std::vector<SampleOrigin> history_;  // of the sample that the run began with; on rank 0
};

}  // namespace patina
