// SPDX-License-Identifier: BSD-3-Clause
// A kept sample: a checkpoint file (md/checkpoint_file.hpp) of a sample at the end of a protocol step, with a group /sample that says
// which step and state it is, and a group /history of the samples that its run, and theirs, began with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "md/checkpoint.hpp"

namespace patina {

struct SampleOrigin {
  std::string run;                 // the folder, as the input of the run that began with the sample names it; empty of a sample itself
  std::string step;                // "step03_anneal"
  std::string state;               // its fingerprint (md/state_hash.hpp)
  std::int64_t time_steps = 0;     // of its run
  double time_ps = 0.0;
  std::uint64_t seed = 0;
  std::string potential_sha256;
  std::string program;             // version, git hash, back ends
  std::string resolved_input;
};

struct SampleHead {
  SampleOrigin self;
  bool ends_run = false;               // nothing of the protocol follows
  std::vector<SampleOrigin> history;   // oldest first
};

// A new file, closed, not yet known to lie on the disk. Of `head.self` step, state and potential count; what else it holds is that of
// the system and of this program. `head` counts on rank 0. Collective.
void write_sample_file(const std::string& path, const System& system, const ProtocolPosition& position, const SampleHead& head);

// On one rank; the atoms are what read_checkpoint_file() gives. Error(bad_input) if the file is no kept sample.
SampleHead read_sample_head(const std::string& path);

}  // namespace patina
