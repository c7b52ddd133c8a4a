// SPDX-License-Identifier: BSD-3-Clause
// Runs that begin with samples which other runs kept: structure {"type": "sample", "run": FOLDER, "step": LABEL}. Each replica begins with
// the parent's replica of its own number, or, where the parent has a single sample or one replica is named, all with the same.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "core/placed_errors.hpp"
#include "run/run_config.hpp"
#include "run/sample_library.hpp"

namespace patina {

struct ParentSample {
  int replica = -1;    // of the parent; -1: it has none
  std::string step;    // "step03_anneal"
  std::string state;   // fingerprint
};

// The folder of the parent, or of one replica of it, that holds the samples; relative names begin at that of the input.
std::string parent_folder(const SampleStructureConfig& config, const std::string& input_folder, int replica);

// The sample of each replica. What is wrong, on rank 0, goes to `errors`: no such folder, run, step or replica; a run that is being written; damage; another
// potential. Collective, the same samples on all ranks; none if something is wrong.
std::vector<ParentSample> find_parents(const Comm& comm, const SampleStructureConfig& config, const std::string& input_folder, int replicas,
                                       const std::string& potential_sha256, PlacedErrorList& errors);

// The structure of a replica that begins with this parent.
void take_replica(SampleStructureConfig& config, const ParentSample& parent);

// The structure as resolved.json has it: step and fingerprints are those that were found.
void resolve(SampleStructureConfig& config, const std::vector<ParentSample>& parents);

// The parent of one replica and its ancestors, oldest first, as the replica's own samples keep them. On one rank.
std::vector<SampleOrigin> history_of(const SampleStructureConfig& config, const std::string& input_folder, const ParentSample& parent);

}  // namespace patina
