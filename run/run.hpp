// SPDX-License-Identifier: BSD-3-Clause
// A whole run: reads and checks the input, prepares the folder, takes every replica through the protocol. Or no run: reads, checks
// and tells what memory it would need.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"

namespace patina {

struct RunOptions {
  std::string input;
  std::string folder;
  bool resume = false;
  bool dry_run = false;  // check the input, tell what memory the run needs, touch no folder
  std::vector<std::string> overrides;  // "/json/pointer=value"
};

// Collective. Everything that can be wrong with the input is found before the folder is touched.
void run(const Comm& world, const RunOptions& options);

}  // namespace patina
