// SPDX-License-Identifier: BSD-3-Clause
#include "run/disk_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "core/error.hpp"

namespace patina {
namespace {

constexpr double checkpoint_of_atom = 24.0 + 24.0 + 12.0 + 4.0;  // place, velocity, image, type
constexpr int checkpoints_at_once = 3;                             // the last two, and one that is being written
constexpr double thermo_line = 330.0;                              // measured
constexpr double compressed_positions = 0.8;                       // single precision of a glass: 0.88

}  // namespace

double DiskEstimate::certain() const { return compressed_positions * trajectories + checkpoints + samples; }

DiskEstimate disk_estimate(const MemoryEstimate& estimate) {
  DiskEstimate disk;
  double most_state = 0.0;
  for (const StepMemory& step : estimate.steps) {
    double state = 0.0;
    for (const ObserverNeeds& observer : step.observers) {
      (observer.kind == "trajectory" ? disk.trajectories : disk.results) += observer.needs.files;
      if (observer.kind != "trajectory") state += observer.needs.root.checkpoint;
    }
    most_state = std::max(most_state, state);
    disk.thermo += thermo_line * step.thermo_lines;
    if (step.keeps_sample) disk.samples += checkpoint_of_atom * estimate.atoms;
  }
  disk.checkpoints = checkpoints_at_once * (checkpoint_of_atom * estimate.atoms + most_state);
  for (double* part : {&disk.trajectories, &disk.results, &disk.thermo, &disk.checkpoints, &disk.samples}) *part *= estimate.samples;
  return disk;
}

double free_disk(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code failed;
  fs::path there = fs::absolute(folder, failed);
  while (!there.empty() && !fs::exists(there, failed) && there != there.root_path()) there = there.parent_path();
  const fs::space_info space = fs::space(there, failed);
  return failed ? std::numeric_limits<double>::infinity() : static_cast<double>(space.available);
}

void tell_disk(const DiskEstimate& disk, const std::string& folder, Log& log) {
  log.line("files, before compression: about {}: trajectories {}, results {}, thermo.csv {}, checkpoints (three at once) {}, kept samples {}", bytes_text(disk.all()), bytes_text(disk.trajectories),
           bytes_text(disk.results), bytes_text(disk.thermo), bytes_text(disk.checkpoints), bytes_text(disk.samples));
  const std::string place = folder.empty() ? std::filesystem::current_path().string() : folder;
  const double free = free_disk(place);
  log.line("{}: {} are free there", place, bytes_text(free));
  if (disk.certain() > free)
    log.warning("the run needs at least {} of it, {} are missing, and would be refused", bytes_text(disk.certain()), bytes_text(disk.certain() - free));
  else if (disk.all() > free)
    log.warning("whether that is enough depends on how far frames and results are compressed");
}

void refuse_what_cannot_fit(const DiskEstimate& disk, const std::string& folder) {
  const double free = free_disk(folder);
  if (disk.certain() <= free) return;
  throw Error(ExitCode::io, fmt::format("{}: the run needs at least {} on this disk (trajectories {}, checkpoints {}, kept samples {}), and {} are free: longer intervals of the trajectory, or another folder", folder,
                                        bytes_text(disk.certain()), bytes_text(disk.trajectories), bytes_text(disk.checkpoints), bytes_text(disk.samples), bytes_text(free)));
}

}  // namespace patina
