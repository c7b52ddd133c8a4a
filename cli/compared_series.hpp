// SPDX-License-Identifier: BSD-3-Clause
// What `patina compare` lays over each other: relaxation times against waiting time or temperature, of a run folder or a table, in seconds.
#pragma once

#include <string>
#include <vector>

#include "analysis/legitimacy.hpp"
#include "analysis/run_analysis.hpp"
#include "analysis/scale_factors.hpp"

namespace patina {

struct ComparedSeries {
  std::string path, entry;  // the entry of a run; empty of a table
  RelaxationSeries series;  // s, K
  ComparedSample sample;
  std::vector<std::string> notes;
};

struct SimulatedResults {
  std::string path;
  bool of_run = false;
  RunAnalysis run;  // without speckles; of a run folder
};

SimulatedResults read_simulated(const std::string& path);

// Of the run's entries the named one, or that with most waiting times. Throws Error(bad_input) with what there is, if there are fewer than three points.
ComparedSeries simulated_series(const SimulatedResults& results, ScaledAgainst against, const std::string& entry);
ComparedSeries table_series(const std::string& path, ScaledAgainst against);

// T_g (of the enthalpy) and cooling rate of the run's last quench that has one.
void set_glass_transition(const RunAnalysis& run, ComparedSample& sample);

// What a table's columns say: waiting times go first.
ScaledAgainst kind_of_table(const std::string& path);

}  // namespace patina
