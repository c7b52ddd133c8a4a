// SPDX-License-Identifier: BSD-3-Clause
#include "md/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/digest.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "core/version.hpp"
#include "md/checkpoint_file.hpp"
#include "md/checkpoint_outputs.hpp"
#include "md/state_hash.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kept_checkpoints = 2;

std::string folder_of(const std::string& run_folder) { return run_folder + "/checkpoint"; }

// checkpoint_<step>.h5, or with a further number if the manifest knows one of that name.
std::string free_name(std::int64_t step, const CheckpointManifest& manifest) {
  std::set<std::string> taken;
  for (const auto& record : manifest.checkpoints) taken.insert(record.file.name);
  std::string name = fmt::format("checkpoint_{}.h5", step);
  for (int k = 1; taken.count(name); ++k) name = fmt::format("checkpoint_{}_{}.h5", step, k);
  return name;
}

// The finished temporary file gets its name and its place in the manifest; what is beyond the kept ones goes.
void enter(const std::string& run_folder, const std::string& name, CheckpointRecord record,
           const CheckpointManifest& before) {
  const std::string folder = folder_of(run_folder), path = folder + "/" + name;
  record_outputs(run_folder, before, record);
  sync_file(path + ".tmp");
  record.file = record_of(path + ".tmp");
  record.file.name = name;
  // A file of this name that no manifest knows is left from a crash between these two lines.
  commit_file(path + ".tmp", path, IfExists::replace);
  CheckpointManifest after;
  after.checkpoints.push_back(std::move(record));
  std::string ignored;
  for (const auto& old : before.checkpoints)
    if (after.checkpoints.size() < kept_checkpoints && verify(folder, old.file, ignored))
      after.checkpoints.push_back(old);
  write_manifest(folder, after);
  for (const auto& old : before.checkpoints) {
    const bool kept = std::any_of(after.checkpoints.begin(), after.checkpoints.end(),
                                  [&](const auto& keeper) { return keeper.file.name == old.file.name; });
    std::error_code error;
    if (!kept) fs::remove(folder + "/" + old.file.name, error);
  }
}

// Gives the space back at once: the library may still hold the file open.
void discard(const std::string& unfinished) {
  std::error_code ignored;
  fs::resize_file(unfinished, 0, ignored);
  fs::remove(unfinished, ignored);
}

// Collective.
CheckpointRecord record_of(const System& system, const ProtocolPosition& position,
                           const std::string& resolved_input) {
  const BuildInfo& build = build_info();
  CheckpointRecord record;
  record.step = system.step;
  record.time_ps = system.time_ps;
  record.protocol_step = position.protocol_step;
  record.step_in_protocol_step = position.step_in_protocol_step;
  record.state = state_hash(system);
  record.build = fmt::format("{} {} {} on {} ranks", build.version, build.git_hash, build.kokkos_devices,
                             system.comm->size());
  record.input_sha256 = sha256_hex(resolved_input);
  return record;
}

bool has_checkpoint_files(const std::string& folder) {
  if (!fs::is_directory(folder)) return false;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    // What a crash cut short (.tmp) is no checkpoint, nor a manifest.
    if (name.ends_with(".tmp")) continue;
    if (name.starts_with("manifest") || (name.starts_with("checkpoint_") && name.ends_with(".h5")))
      return true;
  }
  return false;
}

std::optional<CheckpointData> load_newest(const std::string& run_folder, Log& log) {
  const std::string folder = folder_of(run_folder);
  std::vector<std::string> problems;
  const CheckpointManifest manifest = read_manifest(folder, problems);
  for (const auto& record : manifest.checkpoints) {
    std::string reason;
    if (verify(folder, record.file, reason)) {
      std::optional<CheckpointData> data;
      try {
        data = read_checkpoint_file(folder + "/" + record.file.name);
      } catch (const Error& error) {
        reason = error.what();
      }
      if (data) {
        require_outputs(run_folder, record, log);
        data->segments = record.segments;
        for (const auto& problem : problems) log.warning("{}", problem);
        if (!problems.empty())
          log.warning("going back to {}/{}, step {}", folder, record.file.name, data->step);
        return data;
      }
    }
    problems.push_back(reason);
  }
  // A manifest that lists nothing, perhaps just on its way to being the previous one: the run ended before its first
  // checkpoint was whole.
  const bool has_manifest =
      fs::exists(folder + "/manifest.json") || fs::exists(folder + "/manifest_previous.json");
  if (problems.empty() && (has_manifest || !has_checkpoint_files(folder))) return std::nullopt;
  if (problems.empty())
    problems.push_back(folder + ": has checkpoint files but no manifest.json that lists them");
  std::string message = fmt::format("{}: no checkpoint can be used", folder);
  for (const auto& problem : problems) message += "\n  " + problem;
  throw Error(ExitCode::bad_input, message);
}

// Arrays of observers may be most of the memory: they go in pieces, and nowhere twice.
void broadcast(const Comm& comm, StateMap& state) {
  if (comm.size() == 1) return;
  constexpr std::size_t piece = std::size_t{1} << 27;
  std::vector<std::string> names;
  std::vector<std::uint64_t> sizes;
  for (const auto& [name, values] : state) {
    names.push_back(name);
    sizes.push_back(values.size());
  }
  comm.broadcast(sizes);
  names.resize(sizes.size());
  for (std::size_t k = 0; k < names.size(); ++k) {
    comm.broadcast(names[k]);
    std::vector<double>& values = state[names[k]];
    values.resize(sizes[k]);
    for (std::size_t at = 0; at < values.size(); at += piece)
      comm.broadcast(values.data() + at, static_cast<int>(std::min(piece, values.size() - at)));
  }
}

void broadcast(const Comm& comm, std::vector<FileRecord>& records) {
  std::vector<std::uint64_t> bytes;
  for (const auto& record : records) bytes.push_back(record.bytes);
  comm.broadcast(bytes);
  records.resize(bytes.size());
  for (std::size_t k = 0; k < records.size(); ++k) {
    comm.broadcast(records[k].name);
    comm.broadcast(records[k].sha256);
    records[k].bytes = bytes[k];
  }
}

}  // namespace

void broadcast(const Comm& comm, CheckpointData& data) {
  patina::broadcast(comm, data.atoms);
  std::vector<std::int64_t> integers{data.step, data.position.protocol_step,
                                     data.position.step_in_protocol_step};
  comm.broadcast(integers);
  std::vector<std::uint64_t> seed{data.seed};
  comm.broadcast(seed);
  comm.broadcast(&data.time_ps, 1);
  data.seed = seed[0];
  data.step = integers[0];
  data.position = {integers[1], integers[2]};
  comm.broadcast(data.resolved_input);
  broadcast(comm, data.state);
  broadcast(comm, data.segments);
}

void write_checkpoint(const std::string& run_folder, const System& system, const ProtocolPosition& position,
                      const StateMap& state, const std::string& resolved_input) {
  const Comm& comm = *system.comm;
  const std::string folder = folder_of(run_folder);
  const CheckpointRecord record = record_of(system, position, resolved_input);
  CheckpointManifest before;
  std::string name;
  on_root(comm, [&] {
    make_folders(folder);
    std::vector<std::string> problems;
    before = read_manifest(folder, problems);
    if (before.checkpoints.empty() && problems.empty()) write_manifest(folder, {});
    name = free_name(system.step, before);
  });
  try {
    write_checkpoint_file(folder + "/" + name + ".tmp", system, position, state, resolved_input);
    on_root(comm, [&] { enter(run_folder, name, record, before); });
  } catch (const Error&) {
    if (comm.is_root()) discard(folder + "/" + name + ".tmp");
    throw;
  }
}

std::optional<CheckpointData> load_checkpoint(const Comm& comm, const std::string& run_folder, Log& log) {
  std::optional<CheckpointData> data;
  on_root(comm, [&] { data = load_newest(run_folder, log); });
  if (!comm.any(data.has_value())) return std::nullopt;
  if (!data) data.emplace();
  broadcast(comm, *data);
  return data;
}

}  // namespace patina
