// SPDX-License-Identifier: BSD-3-Clause
// Checkpoints: everything a run needs to go on with the same bits, in RUN/checkpoint/checkpoint_<step>.h5,
// atoms in order of id so that any number of ranks reads it. Written under a temporary name, closed, flushed,
// hashed, renamed, entered in the manifest (checkpoint_manifest.hpp), and only then the oldest is removed:
// the newest and one valid older one are kept, and at every instant one valid checkpoint is on the disk
// [reliability.md 0.1].
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/log.hpp"
#include "core/state_map.hpp"
#include "md/checkpoint_manifest.hpp"
#include "md/structure.hpp"
#include "md/system.hpp"

namespace patina {

// Where in the protocol a run stands.
struct ProtocolPosition {
  std::int64_t protocol_step = 0;          // index, from 0
  std::int64_t step_in_protocol_step = 0;  // time steps, or iterations of a minimisation, done of it
};

struct CheckpointData {
  Structure atoms;  // ids in order, those of the input; positions as the run had them, perhaps outside the cell
  std::uint64_t seed = 0;
  std::int64_t step = 0;
  double time_ps = 0.0;
  ProtocolPosition position;
  StateMap state;  // of thermostats, barostats, observers; of a minimisation
  std::string resolved_input;
  std::vector<FileRecord> segments;  // of the trajectory; newer ones belong to set_aside_segments()
};

// Rank 0's data to all ranks.
void broadcast(const Comm& comm, CheckpointData& data);

// Collective. `state` counts on rank 0; observers must have saved theirs before (the trajectory closes its
// segment then). Throws Error(io) on all ranks; the checkpoints that were there stay.
void write_checkpoint(const std::string& run_folder, const System& system, const ProtocolPosition& position,
                      const StateMap& state, const std::string& resolved_input);

// Collective; the same data on all ranks. The newest checkpoint whose bytes are those that were written; each
// damaged one is a warning. Nothing if the run has no checkpoint yet; Error(bad_input) if all are damaged, or if the outputs
// that it stands on were changed (md/checkpoint_outputs.hpp).
std::optional<CheckpointData> load_checkpoint(const Comm& comm, const std::string& run_folder, Log& log);

}  // namespace patina
