// SPDX-License-Identifier: BSD-3-Clause
#include "md/checkpoint_outputs.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/digest.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/known_file.hpp"
#include "md/h5md.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;

constexpr const char* thermo_name = "thermo.csv";
constexpr const char* results_name = "xpcs.h5";  // replaced whole at the end of a step, it has a digest of its own beside it
// Some seconds to read.
constexpr std::uint64_t most_bytes_read = std::uint64_t{1} << 30;

FileRecord segment_record(const std::string& path, const CheckpointManifest& before) {
  const std::string name = fs::path(path).filename().string();
  if (!before.checkpoints.empty())
    for (const FileRecord& record : before.checkpoints[0].segments)
      if (record.name == name && record.bytes == fs::file_size(path)) return record;
  return record_of(path);
}

void check_thermo(const std::string& run_folder, const FileRecord& record, std::vector<std::string>& changed) {
  const std::string path = run_folder + "/" + record.name;
  if (!fs::exists(path)) return;  // whoever goes on with it tells
  const auto bytes = fs::file_size(path);
  if (bytes < record.bytes)
    changed.push_back(fmt::format("{}: has {} bytes, {} were written before the checkpoint", path, bytes, record.bytes));
  else if (sha256_of_file(path, record.bytes) != record.sha256)
    changed.push_back(fmt::format("{}: its first {} bytes are not what was written (SHA-256 differs)", path, record.bytes));
}

}  // namespace

void record_outputs(const std::string& run_folder, const CheckpointManifest& before, CheckpointRecord& record) {
  const std::string thermo = run_folder + "/" + thermo_name;
  if (fs::exists(thermo)) {
    sync_file(thermo);
    record.outputs = {record_of(thermo)};
  }
  record.segments.clear();
  for (const std::string& path : trajectory_segments(run_folder + "/trajectory")) record.segments.push_back(segment_record(path, before));
}

void require_outputs(const std::string& run_folder, const CheckpointRecord& record, Log& log) {
  std::vector<std::string> changed;
  for (const FileRecord& output : record.outputs) check_thermo(run_folder, output, changed);
  if (std::string doubt = doubt_of_known_file(run_folder + "/" + results_name); !doubt.empty()) changed.push_back(std::move(doubt));
  const std::string folder = run_folder + "/trajectory";
  std::uint64_t read = 0;
  for (auto segment = record.segments.rbegin(); segment != record.segments.rend(); ++segment) {
    const std::string path = folder + "/" + segment->name;
    std::string reason;
    if (!fs::exists(path)) {
      log.warning("{} is missing: its frames are not written again", path);
    } else if (read + segment->bytes > most_bytes_read) {
      if (fs::file_size(path) != segment->bytes) changed.push_back(fmt::format("{}: has {} bytes, {} were written", path, fs::file_size(path), segment->bytes));
    } else {
      read += segment->bytes;
      if (!verify(folder, *segment, reason)) changed.push_back(reason);
    }
  }
  if (changed.empty()) return;
  std::string message = fmt::format("{}: outputs have changed since the checkpoint of step {}; give back what was there, or move these files "
                                    "away (the run then goes on without them):",
                                    run_folder, record.step);
  for (const std::string& one : changed) message += "\n  " + one;
  throw Error(ExitCode::bad_input, message);
}

}  // namespace patina
