// SPDX-License-Identifier: BSD-3-Clause
#include "frames/frame_set.hpp"

#include <filesystem>

#include "core/durable_file.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

// The last of them is written last.
std::vector<std::string> names_of(const std::string& stem) {
  return {stem + ".h5", stem + "_events.h5", stem + ".bin", stem + "_metadata.hdf", "qmap.h5", stem + "_eigen.hdf", stem + "_results.hdf"};
}

}  // namespace

bool holds_frame_set(const std::string& folder, const std::string& stem) { return std::filesystem::exists(folder + "/" + names_of(stem).back()); }

void remove_unfinished_frame_set(const std::string& folder, const std::string& stem) {
  if (holds_frame_set(folder, stem)) return;
  for (const std::string& name : names_of(stem))
    for (const char* end : {"", ".tmp"}) std::filesystem::remove(folder + "/" + name + end);
}

FrameSet::FrameSet(FrameSetPlan plan) : plan_(std::move(plan)), sums_(plan_.map, plan_.frames) {
  make_folders(plan_.folder);
  // Told before any work, not after the last frame.
  for (const std::string& name : names_of(plan_.stem)) check_target(plan_.folder + "/" + name, IfExists::refuse);
  files_ = create_frame_files(plan_.folder, plan_.stem, plan_.storage, plan_.shape(), plan_.geometry.two_theta_deg);
}

void FrameSet::push(std::span<const PhotonEvent> events) {
  sums_.add(events);
  for (const auto& file : files_) file->push(events);
}

void FrameSet::finish(const FrameCorrelations& expected, const std::function<void(h5::File&, const std::string& group)>& write_truth) {
  require(static_cast<std::int64_t>(sums_.frame_means().size()) == plan_.frames, "FrameSet: fewer frames than were announced");
  for (const auto& file : files_) file->finish();
  const std::string path = plan_.folder + "/" + plan_.stem;
  write_metadata_file(path + "_metadata.hdf", plan_);
  write_qmap_file(plan_.folder + "/qmap.h5", plan_);
  write_eigen_file(path + "_eigen.hdf", plan_);
  write_results_file(path + "_results.hdf", plan_, sums_, expected, write_truth);
}

}  // namespace patina
