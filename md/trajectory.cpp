// SPDX-License-Identifier: BSD-3-Clause
#include "md/trajectory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"

namespace patina {

namespace {

const char* const last_step_key = "trajectory.last_step";

int number_of(const std::string& segment_path) {
  return std::atoi(std::filesystem::path(segment_path).filename().string().c_str() + 4);
}

}  // namespace

RankNeeds memory_need(const TrajectoryOptions& options, const WatchedSample& watched) {
  const double local = watched.sample.atoms_of_rank();
  const MemoryNeed other{.kept = sizeof(int) * local, .frame = id_ordered_bytes * local};
  MemoryNeed root = other;
  root.frame = std::max(other.frame, id_block_bytes * local + gathered_bytes(watched.sample.atoms()));
  constexpr double image = 1.0;  // compressed: nearly all are those of their neighbours
  const double vectors = options.velocities ? 2.0 : 1.0, of_atom = vectors * 3.0 * (options.double_precision ? sizeof(double) : sizeof(float)) + image;
  return {root, other, fmt::format("{} frames", watched.frames), static_cast<double>(watched.frames) * watched.sample.atoms() * of_atom};
}

TrajectoryWriter::TrajectoryWriter(const Comm& comm, const TrajectoryOptions& options)
    : comm_(&comm), options_(options) {
  require(options.interval_steps > 0, "a trajectory interval must be positive");
  on_root(comm, [&] {
    make_folders(options_.folder);
    const auto segments = trajectory_segments(options_.folder);
    if (!segments.empty()) next_number_ = number_of(segments.back()) + 1;
  });
}

bool TrajectoryWriter::types_changed(const IdBlock& block) { return comm_->any(block.type != block_type_); }

void TrajectoryWriter::open_segment(const Frame& frame) {
  H5mdHeader header;
  header.species = frame.species->symbol;
  header.mass_amu = frame.species->mass_amu;
  header.periodic = frame.box.periodic();
  header.atom_count = frame.atom_count;
  header.velocities = options_.velocities;
  header.double_precision = options_.double_precision;
  header.config_json = options_.config_json;
  on_root(*comm_,
          [&] { writer_.emplace(options_.folder + "/" + segment_name(next_number_) + ".tmp", header); });
  open_ = true;
}

void TrajectoryWriter::observe(const Frame& frame) {
  if (last_step_ && frame.step == *last_step_) return;
  const IdBlock block = id_ordered(frame);
  if (open_ && types_changed(block)) close_segment();
  if (!open_) {
    open_segment(frame);
    block_type_ = block.type;
  }
  on_root(*comm_, [&] { writer_->begin_frame(frame.step, frame.time_ps, frame.box); });
  gather_atoms(*comm_, block, frame.atom_count, [&](const AtomRows& atoms) { writer_->write_atoms(atoms); });
  last_step_ = frame.step;
  if (comm_->any(comm_->is_root() && writer_->bytes() >= options_.segment_bytes)) close_segment();
}

void TrajectoryWriter::close_segment() {
  if (!open_) return;
  on_root(*comm_, [&] {
    const std::string path = options_.folder + "/" + segment_name(next_number_);
    writer_->close();
    writer_.reset();
    commit_file(path + ".tmp", path, IfExists::refuse);
    ++next_number_;
  });
  open_ = false;
}

void TrajectoryWriter::finish() { close_segment(); }

void TrajectoryWriter::save(StateMap& state) {
  close_segment();
  if (last_step_) state[last_step_key] = {static_cast<double>(*last_step_)};
}

void TrajectoryWriter::load(const StateMap& state) {
  const auto found = state.find(last_step_key);
  if (found != state.end()) last_step_ = static_cast<std::int64_t>(found->second.at(0));
}

void set_aside_segments(const Comm& comm, const std::string& folder, const std::vector<std::string>& keep,
                        Log& log) {
  on_root(comm, [&] {
    if (!std::filesystem::is_directory(folder)) return;
    std::vector<std::string> moving;
    for (const auto& path : trajectory_segments(folder)) {
      const std::string name = std::filesystem::path(path).filename().string();
      if (std::find(keep.begin(), keep.end(), name) == keep.end()) moving.push_back(path);
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("seg_") && name.ends_with(".h5md.tmp")) moving.push_back(entry.path().string());
    }
    for (const auto& path : moving)
      log.line("{} is newer than the checkpoint: moved to {}", path, move_aside(path, folder + "/orphans"));
  });
}

}  // namespace patina
