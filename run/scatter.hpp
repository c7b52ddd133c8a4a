// SPDX-License-Identifier: BSD-3-Clause
// The observers of a run on a stored trajectory: reads and checks the input and the first frame, prepares the
// folder, gives every frame to every observer that wants it, writes xpcs.h5 at the end.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"

namespace patina {

struct ScatterOptions {
  std::string trajectory;
  std::string input;
  std::string folder;
  bool overwrite = false;
  bool dry_run = false;  // read all frames, tell what memory looking at them needs, touch no folder
  std::vector<std::string> overrides;  // "/json/pointer=value"
};

// Collective. What is wrong with the input, or with the first frame for these observers, is found before the
// folder is touched.
void scatter(const Comm& world, const ScatterOptions& options);

}  // namespace patina
