// SPDX-License-Identifier: BSD-3-Clause
// How fast the engine is: NVE dynamics of a sample on all ranks, timed after a while of equilibration.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "md/eam_tables.hpp"
#include "md/engine.hpp"
#include "md/smooth_tables.hpp"
#include "md/structure.hpp"
#include "md/system.hpp"

namespace patina {

struct BenchSpec {
  double temperature_K = 0.0;  // of the velocities drawn
  double time_step_fs = 1.0;
  std::optional<double> skin_A;  // not set: tuned, before the timing and on
  Precision precision = Precision::full;
  bool smooth_tables = false;
  int warm_up_steps = 100;  // under a Langevin thermostat of 0.1 ps: repeated cells become different
  int steps = 100;          // timed
  std::function<void(const System&)> before_timing = [](const System&) {};
};

struct BenchResult {
  std::int64_t atoms = 0;
  int ranks = 1, threads = 1;
  double seconds = 0.0;
  double atom_steps_per_s = 0.0;
  long long rebuilds = 0;
  double skin_A = 0.0;  // at the end
  double list_entries_per_atom = 0.0;  // of rank 0
  EngineCounters::Seconds engine;      // of rank 0, within `seconds`
  double imbalance = 1.0;              // of ranks, by their time for pair forces: largest over mean
  std::optional<TableDeviation> smooth_tables;  // of the file's, if asked for
  std::string state_hash;              // of the last state: the same for any ranks and threads
};

// Collective.
BenchResult bench(const Comm& world, const Structure& sample, const EamFunctions& functions, const BenchSpec& spec);

}  // namespace patina
