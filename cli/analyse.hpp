// SPDX-License-Identifier: BSD-3-Clause
// What `analyse` and `report` share: the arguments and the work.
#pragma once

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <string>

#include "analysis/run_analysis.hpp"

namespace patina {

struct AnalysisArguments {
  std::string folder;  // of a run, or a file of correlations
  AnalysisOptions options;
  std::string output, figure, events;  // of a file
  bool overwrite = false;
};

void add_analysis_options(CLI::App& verb, AnalysisArguments& arguments);
// Of a run folder: writes FOLDER/analysis.json and prints its main numbers. One rank calls it.
void write_analysis(const AnalysisArguments& arguments);

}  // namespace patina
