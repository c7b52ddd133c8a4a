// SPDX-License-Identifier: BSD-3-Clause
#include "run/memory_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>

namespace patina {

namespace {

// Of a process that runs 300 atoms: code, MPI, HDF5, FFTW, tables of a potential. Measured (66 MB; 93 on rank 0, which reads the files).
constexpr double program_bytes = 65e6;

using Side = MemoryNeed RankNeeds::*;

double most_of_step(const MemoryNeed& moving, const std::vector<ObserverNeeds>& observers, Side side) {
  double kept = moving.kept, frame = moving.frame, checkpoint = moving.checkpoint, finish = 0.0;
  for (const ObserverNeeds& observer : observers) {
    const MemoryNeed& need = observer.needs.*side;
    kept += need.kept;
    frame = std::max(frame, need.frame);
    checkpoint += need.checkpoint;
    finish = std::max(finish, need.finish);
  }
  return kept + std::max({frame, checkpoint, finish});
}

double most(const MemoryEstimate& estimate, Side side) {
  double bytes = std::max(estimate.sample, (estimate.moving.*side).most());
  for (const StepMemory& step : estimate.steps)
    bytes = std::max(bytes, most_of_step(estimate.moving.*side, step.observers, side));
  return program_bytes + bytes;
}

std::string megabytes(double bytes) { return fmt::format("{:.1f}", 1e-6 * bytes); }

// Rows of a name and numbers; the last column only where there are other ranks.
class Table {
 public:
  explicit Table(bool several_ranks) : several_ranks_(several_ranks) {
    row("MB (10^6 bytes) on rank 0", {"kept", "frame", "checkpoint", "results"}, "other ranks");
  }
  void add(const std::string& name, const RankNeeds& needs) {
    const MemoryNeed& root = needs.root;
    row(needs.detail.empty() ? name : fmt::format("{} ({})", name, needs.detail),
        {megabytes(root.kept), megabytes(root.frame), megabytes(root.checkpoint), megabytes(root.finish)}, megabytes(needs.other.most()));
  }
  void add(const std::string& name, double root, double other) { row(name, {megabytes(root), "", "", ""}, megabytes(other)); }
  void heading(const std::string& name) { text_ += name + "\n"; }
  const std::string& text() const { return text_; }

 private:
  void row(const std::string& name, const std::vector<std::string>& numbers, const std::string& other) {
    text_ += fmt::format("{:<60}", name);
    for (const std::string& number : numbers) text_ += fmt::format(" {:>10}", number);
    text_ += several_ranks_ ? fmt::format(" {:>12}\n", other) : "\n";
  }
  bool several_ranks_;
  std::string text_;
};

double available_bytes() {
  std::ifstream file("/proc/meminfo");
  for (std::string key; file >> key;) {
    double kibibytes = 0.0;
    if (key == "MemAvailable:" && file >> kibibytes) return 1024.0 * kibibytes;
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace

double most_on_root(const MemoryEstimate& estimate) { return most(estimate, &RankNeeds::root); }
double most_elsewhere(const MemoryEstimate& estimate) { return most(estimate, &RankNeeds::other); }

std::string memory_table(const MemoryEstimate& estimate) {
  Table table(estimate.ranks > 1);
  table.add("program, libraries, tables", program_bytes, program_bytes);
  if (estimate.sample > 0.0) table.add("the sample while it is made", estimate.sample, estimate.sample);
  table.add(estimate.mover, estimate.moving);
  for (const StepMemory& step : estimate.steps) {
    table.heading(step.label);
    for (const ObserverNeeds& observer : step.observers) table.add("  " + observer.kind, observer.needs);
    if (step.observers.empty()) continue;
    table.add("  at one time", program_bytes + most_of_step(estimate.moving.root, step.observers, &RankNeeds::root),
              program_bytes + most_of_step(estimate.moving.other, step.observers, &RankNeeds::other));
  }
  table.add("needed at one time", most_on_root(estimate), most_elsewhere(estimate));
  return table.text();
}

void tell_memory(const Comm& world, const MemoryEstimate& estimate, Log& log) {
  const MachineMemory machine = machine_memory(world, estimate);
  if (estimate.samples > 1) log.line("{} replicas, {} at a time; of one of them:", estimate.samples, estimate.groups);
  log.line("{}", memory_table(estimate));
  log.line("wave vectors are counted in the cell of the start; each step chooses its own in the cell it begins with, more of them in a larger one");
  log.line("this machine: {} rank(s) need about {}, {} are available", machine.ranks, bytes_text(machine.needed), bytes_text(machine.available));
  if (const std::string doubt = memory_doubt(world, machine); !doubt.empty()) log.warning("{}", doubt);
}

MachineMemory machine_memory(const Comm& world, const MemoryEstimate& estimate) {
  const auto group = [&](int rank) { return static_cast<long>(rank) * estimate.groups / world.size(); };
  const bool root = world.is_root() || group(world.rank()) != group(world.rank() - 1);
  const Comm machine = Comm::split_by_machine(world);
  return {machine.size(), machine.sum(root ? most_on_root(estimate) : most_elsewhere(estimate)), available_bytes()};
}

std::string memory_doubt(const Comm& world, const MachineMemory& machine) {
  if (!world.any(machine.needed > machine.available)) return "";
  // Rank 0 speaks for all, and may have enough itself.
  const double short_of = world.max(machine.needed - machine.available);
  return fmt::format("more memory is needed than there is: about {} on this machine, of which {} are available; {} are missing{}: fewer "
                     "frames or vectors, shorter steps, fewer waiting times or more machines",
                     bytes_text(machine.needed), bytes_text(machine.available), bytes_text(short_of),
                     machine.needed > machine.available ? "" : " on another machine");
}

}  // namespace patina
