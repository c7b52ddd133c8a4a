// SPDX-License-Identifier: BSD-3-Clause
#include "run/replicas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/version.hpp"
#include "run/parent_samples.hpp"
#include "run/run_folder.hpp"
#include "run/stop_signal.hpp"
#include "run/whole_files.hpp"

namespace patina {

namespace {

// Replica 0 has the seed of the input; the others are as independent of it as two seeds chosen by hand.
std::uint64_t replica_seed(std::uint64_t seed, int replica) {
  constexpr std::uint64_t golden_ratio = 0x9e3779b97f4a7c15u;
  return seed + golden_ratio * static_cast<std::uint64_t>(replica);
}

struct Share {
  const Comm& comm;  // of the group
  int group = 0;
  int groups = 1;
  int replicas = 1;
  std::string folder = {};  // of the whole run

  SimulationSetup setup_of(const SimulationSetup& run, int replica) const {
    SimulationSetup mine = run;
    mine.seed = replica_seed(run.config.seed, replica);
    if (auto* sample = std::get_if<SampleStructureConfig>(&mine.config.structure)) {
      mine.parents = {run.parents.at(static_cast<std::size_t>(replica))};
      take_replica(*sample, mine.parents[0]);
    }
    mine.turn = {replica / groups, (replicas - group + groups - 1) / groups, groups};
    if (replicas > 1) mine.folder = fmt::format("{}/replica_{:03d}", run.folder, replica);
    return mine;
  }
  std::string name_of(int replica) const { return fmt::format("replica {} of {}", replica + 1, replicas); }
};

void describe_run(Log& log, const SimulationSetup& setup, const Comm& comm) {
  const BuildInfo& build = build_info();
  log.line("patina {} (git {}), {} rank(s) of {} thread(s)", build.version, build.git_hash, comm.size(),
           ExecSpace().concurrency());
  if (!setup.config.title.empty()) log.line("{}", setup.config.title);
  log.line("potential {} (sha256 {})", setup.functions.file, setup.functions.sha256);
}

// False if it was stopped.
bool run_replica(const Share& share, const SimulationSetup& setup, int replica, bool resume,
                 const std::vector<std::string>& notes) {
  const Comm& comm = share.comm;
  make_subfolder(comm, setup.folder);
  Log log(comm.is_root() && share.group == 0);
  if (const auto finished = resume ? finished_sample(comm, setup) : std::nullopt) {
    log.line("{}: already finished ({} steps), nothing to do", setup.folder, finished->steps);
    if (!finished->state.empty()) log.line("state {} after step {}", finished->state, finished->steps);
    return true;
  }
  if (comm.is_root()) {
    std::error_code ignored;
    std::filesystem::remove(share.folder + "/" + whole_files_name, ignored);  // no longer: files change again
    log.attach(setup.folder + "/log.txt");
  }
  if (share.replicas > 1) log.line("{}, {} at a time", share.name_of(replica), share.groups);
  for (const std::string& note : notes) log.line("{}", note);
  describe_run(log, setup, comm);
  Simulation simulation(comm, setup, resume, log);
  return simulation.run();
}

// The message of a failed replica, which its log keeps. Several groups never fail alike: the first to know ends the job.
[[noreturn]] void fail(const Share& share, const SimulationSetup& setup, int replica, const Error& error) {
  std::string message = error.what();
  if (share.replicas > 1) message = fmt::format("{} ({}): {}", share.name_of(replica), setup.folder, message);
  if (share.comm.is_root() && std::filesystem::is_directory(setup.folder))
    std::ofstream(setup.folder + "/log.txt", std::ios::app) << "error: " << message << '\n';
  if (share.groups > 1 && share.comm.is_root()) fail_one(error.code(), message);
  throw Error(error.code(), message);
}

}  // namespace

int groups_of(const Comm& world, const RunConfig& config) { return std::min(config.replicas, world.size()); }

int group_of(const Comm& world, int groups) { return static_cast<int>(static_cast<long>(world.rank()) * groups / world.size()); }

void run_replicas(const Comm& world, const SimulationSetup& setup, bool resume, const std::vector<std::string>& notes) {
  const int replicas = setup.config.replicas;
  const int groups = groups_of(world, setup.config);
  const int group = group_of(world, groups);
  const Comm comm = Comm::split(world, group);
  const Share share{comm, group, groups, replicas, setup.folder};
  bool stopped = false;
  for (int replica = group; replica < replicas && !stopped; replica += groups) {
    const SimulationSetup mine = share.setup_of(setup, replica);
    try {
      stopped = !run_replica(share, mine, replica, resume, notes);
    } catch (const Error& error) {
      fail(share, mine, replica, error);
    }
  }
  if (world.any(stopped))
    throw Error(ExitCode::stopped_early, fmt::format("{}: stopped {}; go on with the same command and --resume", setup.folder,
                                                     stop_signal() || !setup.time_limit.is_set() ? "by a signal" : "by --max-walltime"));
}

}  // namespace patina
