// SPDX-License-Identifier: BSD-3-Clause
// The trajectory of a run: frames written into closed segments DIR/trajectory/seg_000000.h5md, ... A segment
// is written under a temporary name and gets its own when it is closed: at every checkpoint (save), when it
// has grown to `segment_bytes`, when the types of atoms change, at the end. So a kill loses at most the
// frames since the last checkpoint, which the resumed run writes again, and whatever is there can be read
// while the run goes on.
#pragma once

#include <optional>

#include "core/log.hpp"
#include "md/h5md.hpp"
#include "md/memory.hpp"
#include "md/observer.hpp"

namespace patina {

struct TrajectoryOptions {
  std::string folder;  // DIR/trajectory; made if need be
  std::int64_t interval_steps = 1;
  bool velocities = false;
  bool double_precision = false;
  std::uint64_t segment_bytes = std::uint64_t{256} << 20;
  std::string config_json = "{}";
};

// Bytes. Kept: 4 for the type of each atom of the rank. At a frame: the atoms in order of id (md/frame.hpp), of which rank 0
// gathers one batch after the other.
RankNeeds memory_need(const TrajectoryOptions& options, const WatchedSample& watched);

class TrajectoryWriter : public Observer {
 public:
  // Collective. Numbers go on after the segments that are there.
  TrajectoryWriter(const Comm& comm, const TrajectoryOptions& options);

  bool due(std::int64_t step_in_protocol_step) const override {
    return step_in_protocol_step % options_.interval_steps == 0;
  }
  // A frame of the step that was written last (the end of one protocol step is the start of the next) is not
  // written again.
  void observe(const Frame& frame) override;
  void finish() override;
  // Closes the segment: what a checkpoint stands on is on the disk.
  void save(StateMap& state) override;
  void load(const StateMap& state) override;

 private:
  void close_segment();
  bool types_changed(const IdBlock& block);
  void open_segment(const Frame& frame);

  const Comm* comm_;
  TrajectoryOptions options_;
  int next_number_ = 0;
  bool open_ = false;  // alike on all ranks; the writer exists on rank 0
  std::optional<H5mdWriter> writer_;
  std::vector<int> block_type_;  // of this rank's id block, in the open segment
  std::optional<std::int64_t> last_step_;
};

// Collective; before a run is continued or begun anew in its folder. Every segment of `folder` that is not
// among `keep` (file names; those that the checkpoint knows), and every unfinished one, is moved to
// folder/orphans/ and told in the log: the run will write those frames again.
void set_aside_segments(const Comm& comm, const std::string& folder, const std::vector<std::string>& keep,
                        Log& log);

}  // namespace patina
