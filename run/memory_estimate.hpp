// SPDX-License-Identifier: BSD-3-Clause
// What a run, or one pass over a stored trajectory, needs of memory at one time, put together from what its parts tell of
// themselves (md/memory.hpp). Protocol steps follow each other: the observers of one are gone when the next begins. Within one
// they keep what they keep, and beside that one of them looks at a frame, or all leave their state to a checkpoint, or one after
// the other makes its results.
#pragma once

#include <string>
#include <vector>

#include "core/amounts.hpp"
#include "core/log.hpp"
#include "core/mpi.hpp"
#include "md/memory.hpp"

namespace patina {

struct ObserverNeeds {
  std::string kind;  // "xpcs", "dynamics", ...
  RankNeeds needs;
};
struct StepMemory {
  std::string label;
  std::vector<ObserverNeeds> observers;
  double thermo_lines = 0.0;
  double atom_steps = 0.0;  // time steps, each of as many atoms as there are at the end
  bool keeps_sample = false;
};

struct MemoryEstimate {
  int ranks = 1, groups = 1, samples = 1;  // ranks of one sample; samples at a time, and in all
  double sample = 0.0;        // of each rank while it is made
  std::string mover;          // "engine", "trajectory"
  RankNeeds moving;
  std::vector<StepMemory> steps;
  double atoms = 0.0;  // the most that there are at a time
};

// Bytes at one time on rank 0 of a sample, and on each other rank.
double most_on_root(const MemoryEstimate& estimate);
double most_elsewhere(const MemoryEstimate& estimate);

// A table for people.
std::string memory_table(const MemoryEstimate& estimate);
// The table, what all ranks of this machine need and what it has, and the doubt below. Collective.
void tell_memory(const Comm& world, const MemoryEstimate& estimate, Log& log);

// Need and what there is, of the ranks on this machine, bytes. `available` is what the system can give without swapping
// (MemAvailable of /proc/meminfo), infinite where it does not tell. Collective.
struct MachineMemory {
  int ranks = 1;
  double needed = 0.0, available = 0.0;
};
MachineMemory machine_memory(const Comm& world, const MemoryEstimate& estimate);
// A warning if more is needed than there is on any machine, else empty. Collective.
std::string memory_doubt(const Comm& world, const MachineMemory& machine);

}  // namespace patina
