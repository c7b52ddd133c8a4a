// SPDX-License-Identifier: BSD-3-Clause
// A stored trajectory as a sequence of frames spread over ranks, as observers see those of a running
// simulation: rank 0 reads one frame at a time, atoms go to ranks in blocks of ids. Memory is that of one
// frame, whatever their number.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "md/frame.hpp"
#include "md/memory.hpp"
#include "md/structure_file.hpp"
#include "md/unwrapper.hpp"

namespace patina {

struct StoredFramesSpec {
  std::string path;
  ReadOptions read;
  // Which frames of the file are given: first, first + every, ... up to last, counted from 0.
  std::int64_t first = 0;
  std::optional<std::int64_t> last;
  std::int64_t every = 1;
  // Times, where the file tells none or others: frame number, or step, times this.
  std::optional<double> time_between_frames_ps, time_step_fs;
  // Whether anything depends on times and on paths; if not, both are taken as they are.
  bool moving = true;
  Unwrapping unwrap = Unwrapping::automatic;
};

// Bytes. On each rank the arrays of its atoms; on rank 0 the frame that was read last, where its atoms were, and as they go out.
RankNeeds stored_frames_need(const SampleNumbers& sample);

class StoredFrames {
 public:
  // Collective. `comm` must outlive the object.
  StoredFrames(const Comm& comm, StoredFramesSpec spec);

  // The next frame that is wanted, nothing after the last. Its views are valid until the next call. Atoms
  // have the ids 1..N in the order of the file's own. Collective; throws Error(bad_input) "path: frame k
  // (step s): ..." on all ranks.
  std::optional<Frame> next();

  // The next frame that is wanted, without its atoms: when it was, and where it stands in the file. Not beside next(). Collective.
  struct Moment {
    std::int64_t number = 0, step = 0;
    double time_ps = 0.0;
  };
  std::optional<Moment> pass_over();

  // Place in the file of the frame given last, counted from 0; frames that repeat a step do not count.
  std::int64_t number() const { return number_; }
  // "path: frame 3 (step 300)" of the frame given last.
  std::string place() const;

  // On rank 0.
  std::string unwrapping() const;
  const Unwrapper& unwrapper() const { return unwrapper_; }
  std::int64_t repeated() const { return repeated_; }
  std::vector<std::string> take_warnings();

 private:
  struct Head;
  bool read_wanted(StructureFrame& frame, Head& head);
  // The next frame, by one of the reader's two ways.
  template <class Read>
  auto read_frame(const Read& read);
  bool is_wanted(std::int64_t number) const { return number >= spec_.first && (number - spec_.first) % spec_.every == 0; }
  void begin(const StructureFrame& frame);
  void check_atoms(const StructureFrame& frame, const std::string& place) const;
  void check_cell(const Box& box, const std::string& place);
  double time_of(const FrameMoment& moment, std::int64_t number, const std::string& place);
  void compare_times(const FrameMoment& moment, double time_ps);
  void share_species(const Structure& structure);
  Frame spread(Structure& structure, const Head& head);

  const Comm& comm_;
  StoredFramesSpec spec_;
  std::int64_t number_ = -1, step_ = 0;
  Species species_;
  std::int64_t atom_count_ = 0;
  bool velocities_ = false;
  // This rank's atoms.
  Rows<double, 3> position_, velocity_;
  Rows<int, 3> image_;
  Array<int> type_;
  Array<std::int64_t> id_;
  // On rank 0.
  std::unique_ptr<FrameReader> reader_;
  SameEdges edges_;
  Unwrapper unwrapper_;
  std::int64_t next_number_ = 0, repeated_ = 0;
  std::optional<std::int64_t> last_step_;
  std::optional<double> last_time_ps_, first_file_time_ps_, first_time_ps_;
  std::vector<std::int64_t> file_id_;
  std::vector<int> file_type_;
  std::vector<std::string> symbols_;
  std::optional<Box> box_;
  bool times_differ_ = false;
  std::vector<std::string> warnings_;
};

}  // namespace patina
