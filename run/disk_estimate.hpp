// SPDX-License-Identifier: BSD-3-Clause
// What a run leaves on the disk, from what its parts tell of their files (md/memory.hpp), and whether it can fit. Sizes are those before compression, of
// which detector frames are far smaller in the end, positions hardly.
#pragma once

#include <string>

#include "core/log.hpp"
#include "run/memory_estimate.hpp"

namespace patina {

struct DiskEstimate {
  double trajectories = 0.0, results = 0.0, thermo = 0.0, checkpoints = 0.0, samples = 0.0;  // of all samples, bytes
  double all() const { return trajectories + results + thermo + checkpoints + samples; }
  // What no compression takes away.
  double certain() const;
};

DiskEstimate disk_estimate(const MemoryEstimate& estimate);

// On the file system where `folder` is or would be made; infinite where the system does not tell.
double free_disk(const std::string& folder);

void tell_disk(const DiskEstimate& estimate, const std::string& folder, Log& log);

// Throws ExitCode::io with both amounts if what is certain is more than there is.
void refuse_what_cannot_fit(const DiskEstimate& estimate, const std::string& folder);

}  // namespace patina
