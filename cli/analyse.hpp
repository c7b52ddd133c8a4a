// SPDX-License-Identifier: BSD-3-Clause
// What `analyse` and `report` share: the arguments and the work.
#pragma once

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "analysis/run_analysis.hpp"

namespace patina {

struct AnalysisArguments {
  std::string folder;  // of a run, or a file of correlations or of tau(T)
  std::vector<std::string> folders;  // of `analyse`: all that were named
  bool as_replicas = false;          // these are replicas of one run
  double glass_tau_s = 100.0;        // at which T_g is told
  AnalysisOptions options;
  std::string output, figure, events;  // of a file
  bool overwrite = false;
};

void add_analysis_options(CLI::App& verb, AnalysisArguments& arguments);
// Of a run folder: writes FOLDER/analysis.json and prints its main numbers. One rank calls it.
void write_analysis(const AnalysisArguments& arguments);
// With what observers "xpcs" stored: the whole analysis of one run, or of several as its replicas.
RunAnalysis analysis_of(const RunData& run, const AnalysisArguments& arguments);
void print_summary(const RunAnalysis& analysis);
// In what is analysed of a run, times being ps.
AnalysisOptions options_in_ps(const AnalysisArguments& arguments);

// Several folders together: writes each one's analysis.json and what they say as one (analysis/glass_state.hpp), or one analysis of all replicas.
void analyse_several(const AnalysisArguments& arguments);
// A table of tau(T).
void analyse_tau_table(const AnalysisArguments& arguments);
void print_heating(const std::vector<HeatingScan>& scans, const std::vector<ComparedScan>& compared);

}  // namespace patina
