// SPDX-License-Identifier: BSD-3-Clause
// patina correlate: g2 and two-time correlations of the frames of a detector, with errors, into one file of the layout of the APS and of
// NXxpcs. Frames pass once, and once more for each further group of bins whose events do not fit into memory together.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"

namespace patina {

struct CorrelateOptions {
  std::string frames;  // a file or a folder
  std::string input;   // JSON; empty: all defaults
  std::string output;
  bool overwrite = false;
  bool dry_run = false;                // check everything, tell memory and times, write nothing
  std::vector<std::string> overrides;  // "/json/pointer=value"
};

// Collective; rank 0 works, with all of its threads.
void correlate(const Comm& world, const CorrelateOptions& options);

}  // namespace patina
