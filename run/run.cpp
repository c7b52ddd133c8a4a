// SPDX-License-Identifier: BSD-3-Clause
#include "run/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/log.hpp"
#include "core/version.hpp"
#include "md/eam_file.hpp"
#include "md/potential_search.hpp"
#include "run/run_config.hpp"
#include "run/run_folder.hpp"
#include "run/sample.hpp"
#include "run/simulation.hpp"

namespace patina {

namespace {

EamFunctions read_potential(const Comm& comm, const PotentialConfig& config, const std::string& input_folder) {
  std::vector<std::string> paths;
  for (const std::string& file : config.files) paths.push_back(find_potential(comm, file, input_folder));
  return read_eam_files(comm, paths, config.species);
}

// Replica 0 has the seed of the input; the others are as independent of it as two seeds chosen by hand.
std::uint64_t replica_seed(std::uint64_t seed, int replica) {
  constexpr std::uint64_t golden_ratio = 0x9e3779b97f4a7c15u;
  return seed + golden_ratio * static_cast<std::uint64_t>(replica);
}

void describe_run(Log& log, const SimulationSetup& setup, const Comm& comm) {
  const BuildInfo& build = build_info();
  log.line("patina {} (git {}), {} rank(s) of {} thread(s)", build.version, build.git_hash, comm.size(),
           ExecSpace().concurrency());
  if (!setup.config.title.empty()) log.line("{}", setup.config.title);
  log.line("potential {} (sha256 {})", setup.functions.file, setup.functions.sha256);
}

// All that can be found wrong before anything is written; the samples of the other replicas differ in their seed alone.
void check_start(const Comm& comm, const SimulationSetup& setup, const std::string& input) {
  const Structure sample = make_sample(comm, setup.config.structure, setup.functions.species, setup.functions.mass_amu,
                                       setup.input_folder, setup.seed);
  check_observers(setup.config.protocol, sample, input);
}

// Ranks share the replicas: as many groups as there are replicas or ranks, each taking every n-th replica.
void run_replicas(const Comm& world, const RunOptions& options, const SimulationSetup& setup) {
  const int replicas = setup.config.replicas;
  const int groups = std::min(replicas, world.size());
  const int group = static_cast<int>(static_cast<long>(world.rank()) * groups / world.size());
  const Comm comm = Comm::split(world, group);
  for (int replica = group; replica < replicas; replica += groups) {
    SimulationSetup mine = setup;
    mine.seed = replica_seed(setup.config.seed, replica);
    mine.turn = {replica / groups, (replicas - group + groups - 1) / groups, groups};
    if (replicas > 1) mine.folder = fmt::format("{}/replica_{:03d}", options.folder, replica);
    make_subfolder(comm, mine.folder);
    Log log(comm.is_root() && group == 0);
    if (comm.is_root()) log.attach(mine.folder + "/log.txt");
    if (replicas > 1) log.line("replica {} of {}, {} at a time", replica + 1, replicas, groups);
    describe_run(log, mine, comm);
    Simulation simulation(comm, mine, options.resume, log);
    simulation.run();
  }
  world.barrier();
}

}  // namespace

void run(const Comm& world, const RunOptions& options) {
  const std::string text = read_file_on_root(world, options.input);
  SimulationSetup setup;
  setup.config = read_config<RunConfig>(text, options.input, options.overrides);
  setup.resolved_input = resolved_json(setup.config);
  setup.input_folder = std::filesystem::path(options.input).parent_path().string();
  setup.folder = options.folder;
  setup.functions = read_potential(world, setup.config.potential, setup.input_folder);
  setup.seed = setup.config.seed;
  if (!options.resume) check_start(world, setup, options.input);
  prepare_run_folder(world, options.folder, setup.resolved_input, options.resume);
  run_replicas(world, options, setup);
}

}  // namespace patina
