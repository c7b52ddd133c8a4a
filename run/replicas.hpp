// SPDX-License-Identifier: BSD-3-Clause
// The replicas of a run, spread over its ranks.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "run/simulation.hpp"

namespace patina {

// How many replicas run at a time, each on a group of ranks.
int groups_of(const Comm& world, const RunConfig& config);
// Which of so many groups this rank is in.
int group_of(const Comm& world, int groups);

// Takes every replica through the protocol: as many groups of ranks as there are replicas or ranks, each taking every
// n-th replica. `setup.folder` is that of the run; `notes` go to the first log. Collective over `world`.
//
// What one replica fails with, its ranks alone know: its root writes the message, which names the replica, to the log and
// to standard error and ends the whole job with the error's exit code; the checkpoints of the others stay. A run that a
// signal stopped throws Error(stopped_early) on all ranks.
void run_replicas(const Comm& world, const SimulationSetup& setup, bool resume, const std::vector<std::string>& notes);

}  // namespace patina
