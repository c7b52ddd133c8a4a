// SPDX-License-Identifier: BSD-3-Clause
// A whole run: reads and checks the input, prepares the folder, takes every replica through the protocol.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"

namespace patina {

struct RunOptions {
  std::string input;
  std::string folder;
  bool resume = false;
  std::vector<std::string> overrides;  // "/json/pointer=value"
};

// Collective. Everything that can be wrong with the input is found before the folder is touched.
void run(const Comm& world, const RunOptions& options);

}  // namespace patina
