// SPDX-License-Identifier: BSD-3-Clause
// The outputs that a checkpoint stands on: thermo.csv as far as it was written then, the closed segments of the trajectory, and results.
// A run goes on only behind outputs that are still what they were [reliability.md R9].
#pragma once

#include <string>
#include <vector>

#include "core/log.hpp"
#include "md/checkpoint_manifest.hpp"

namespace patina {

// Of the run folder as it is. Segments that the checkpoint before knew are not read again.
void record_outputs(const std::string& run_folder, const CheckpointManifest& before, CheckpointRecord& record);

// Error(bad_input) that lists every output that has changed since; one that is missing is a warning, and the run begins it anew.
// Of segments beyond the newest gibibyte only the size is compared (`patina check` reads all).
void require_outputs(const std::string& run_folder, const CheckpointRecord& record, Log& log);

}  // namespace patina
