// SPDX-License-Identifier: BSD-3-Clause
#include "md/checkpoint_frames.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "md/checkpoint_file.hpp"

namespace patina {

namespace {

class CheckpointReader : public FrameReader {
 public:
  CheckpointReader(const std::string& path, const ReadOptions& options) : path_(path), options_(options) {}

  std::optional<StructureFrame> next() override {
    if (read_) return std::nullopt;
    read_ = true;
    CheckpointData data = read_checkpoint_file(path_);
    StructureFrame frame{std::move(data.atoms), data.step, data.time_ps, false};
    settle_boundary(path_, frame.structure.box.periodic(), options_.periodic);
    if (!options_.species.empty() && options_.species != frame.structure.species)
      throw Error(ExitCode::bad_input, fmt::format("{}: its species are {}, {} are given: leave them out", path_, fmt::join(frame.structure.species, ", "), fmt::join(options_.species, ", ")));
    sort_by_id(frame.structure);
    return frame;
  }
  std::optional<FrameMoment> pass_over() override {
    const auto frame = next();
    if (!frame) return std::nullopt;
    return FrameMoment{frame->step, frame->time_ps};
  }

 private:
  std::string path_;
  ReadOptions options_;
  bool read_ = false;
};

}  // namespace

bool is_checkpoint_file(const std::string& path) {
  // Not close(), which counts the objects of all who have the file open: somebody may be reading its frames.
  const h5::File file = h5::File::open(path);
  return file.has_attribute("/", "format") && file.text_attribute("/", "format").at(0) == "Patina checkpoint";
}

std::unique_ptr<FrameReader> open_checkpoint(const std::string& path, const ReadOptions& options) { return std::make_unique<CheckpointReader>(path, options); }

}  // namespace patina
