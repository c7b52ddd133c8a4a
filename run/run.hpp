// SPDX-License-Identifier: BSD-3-Clause
// A whole run: reads and checks the input, prepares the folder, takes every replica through the protocol. Or no run: reads, checks
// and tells what memory it would need.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "run/time_limit.hpp"

namespace patina {

struct RunOptions {
  std::string input;
  std::string folder;
  enum class Resume {
    never,      // a folder that holds a run is refused
    automatic,  // go on with the run in the folder, begin one if there is none, leave a finished one alone
    must,       // a folder that holds none is refused
  };
  Resume resume = Resume::never;
  TimeLimit time_limit;
  bool dry_run = false;  // check the input, tell what memory the run needs, touch no folder
  std::vector<std::string> overrides;  // "/json/pointer=value"
};

// Collective. Everything that can be wrong with the input is found before the folder is touched.
void run(const Comm& world, const RunOptions& options);

}  // namespace patina
