// SPDX-License-Identifier: BSD-3-Clause
// Synthetic speckle movies of a sample whose dynamics are known exactly: reads and checks the input, finds generators for all shells,
// then makes blocks of pixels on all ranks and threads, which rank 0 writes to synth.h5. The file has the same numbers on any of them.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"

namespace patina {

struct SynthOptions {
  std::string input;
  std::string folder;
  std::vector<std::string> overrides;  // "/json/pointer=value"
  bool draws_frames = false;           // a figure of them is wanted: refuse an input without a detector
  bool dry_run = false;                // check the input, tell memory and sizes of files, touch no folder
};

// Collective. An impossible covariance, or one that the generator cannot make, is found before the folder is touched.
void synth(const Comm& world, const SynthOptions& options);

}  // namespace patina
