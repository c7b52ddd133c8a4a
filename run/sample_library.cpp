// SPDX-License-Identifier: BSD-3-Clause
#include "run/sample_library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/digest.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "core/version.hpp"
#include "md/checkpoint_file.hpp"
#include "md/state_hash.hpp"

namespace patina {

namespace {

constexpr const char* suffix = ".h5";

void enter(const std::string& folder, CheckpointRecord record) {
  std::vector<std::string> problems;
  CheckpointManifest manifest = read_manifest(folder, problems);
  std::erase_if(manifest.checkpoints, [&](const CheckpointRecord& known) { return known.file.name == record.file.name; });
  manifest.checkpoints.push_back(std::move(record));
  std::stable_sort(manifest.checkpoints.begin(), manifest.checkpoints.end(),
                   [](const CheckpointRecord& a, const CheckpointRecord& b) { return a.protocol_step > b.protocol_step; });
  write_manifest(folder, manifest);
}

// On the rank that reads. The bytes are right; whether the atoms are, their fingerprint tells.
std::string verified_path(const std::string& replica_folder, const std::string& step) {
  const auto kept = kept_samples(replica_folder);
  const auto found = std::find_if(kept.begin(), kept.end(), [&](const CheckpointRecord& record) { return step_of(record) == step; });
  const std::string folder = samples_folder(replica_folder);
  if (found == kept.end()) throw Error(ExitCode::bad_input, fmt::format("{}: no sample of {} is kept here", folder, step));
  std::string reason;
  if (!verify(folder, found->file, reason)) throw Error(ExitCode::bad_input, reason + ": the sample cannot be used");
  return folder + "/" + found->file.name;
}

}  // namespace

std::string samples_folder(const std::string& replica_folder) { return replica_folder + "/samples"; }

std::string sample_file_path(const std::string& replica_folder, const std::string& step) { return samples_folder(replica_folder) + "/" + step + suffix; }

std::string step_of(const CheckpointRecord& record) {
  return record.file.name.ends_with(suffix) ? record.file.name.substr(0, record.file.name.size() - std::string(suffix).size()) : record.file.name;
}

void keep_sample(const std::string& replica_folder, const System& system, const ProtocolPosition& position, SampleHead head) {
  const Comm& comm = *system.comm;
  const std::string folder = samples_folder(replica_folder), path = sample_file_path(replica_folder, head.self.step);
  head.self.state = state_hash(system);
  on_root(comm, [&] { make_folders(folder); });
  try {
    write_sample_file(path + ".tmp", system, position, head);
  } catch (const Error&) {
    // Gives the space back at once.
    std::error_code ignored;
    if (comm.is_root()) std::filesystem::remove(path + ".tmp", ignored);
    throw;
  }
  on_root(comm, [&] {
    const BuildInfo& build = build_info();
    CheckpointRecord record;
    sync_file(path + ".tmp");
    record.file = record_of(path + ".tmp");
    record.file.name = head.self.step + suffix;
    record.step = system.step;
    record.time_ps = system.time_ps;
    record.protocol_step = position.protocol_step;
    record.step_in_protocol_step = position.step_in_protocol_step;
    record.state = head.self.state;
    record.build = fmt::format("{} {} {} on {} ranks", build.version, build.git_hash, build.kokkos_devices, comm.size());
    record.input_sha256 = sha256_hex(head.self.resolved_input);
    commit_file(path + ".tmp", path, IfExists::replace);
    enter(folder, std::move(record));
  });
}

std::vector<CheckpointRecord> kept_samples(const std::string& replica_folder) {
  std::vector<std::string> problems;
  CheckpointManifest manifest = read_manifest(samples_folder(replica_folder), problems);
  if (!problems.empty()) throw Error(ExitCode::bad_input, problems.front());
  std::reverse(manifest.checkpoints.begin(), manifest.checkpoints.end());
  return manifest.checkpoints;
}

SampleHead load_sample_head(const std::string& replica_folder, const std::string& step) { return read_sample_head(verified_path(replica_folder, step)); }

CheckpointData load_sample(const Comm& comm, const std::string& replica_folder, const std::string& step) {
  CheckpointData data;
  std::string state;
  on_root(comm, [&] {
    const std::string path = verified_path(replica_folder, step);
    state = read_sample_head(path).self.state;
    data = read_checkpoint_file(path);
  });
  broadcast(comm, data);
  comm.broadcast(state);
  if (const std::string found = state_hash(make_system(comm, data.atoms, data.seed)); found != state)
    throw Error(ExitCode::bad_input, fmt::format("{}: its atoms have the fingerprint {}, {} was written: the sample cannot be used",
                                                 sample_file_path(replica_folder, step), found, state));
  return data;
}

}  // namespace patina
