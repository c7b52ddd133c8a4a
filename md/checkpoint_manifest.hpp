// SPDX-License-Identifier: BSD-3-Clause
// checkpoint/manifest.json: which checkpoint files there are, newest first, with size and SHA-256, and which
// outputs and trajectory segments each stands on. HDF5 opens no checkpoint whose bytes are not the ones listed here. The
// manifest carries the SHA-256 of its own content; the one before it stays as manifest_previous.json.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace patina {

struct FileRecord {
  std::string name;  // within its folder
  std::uint64_t bytes = 0;
  std::string sha256;
};

struct CheckpointRecord {
  FileRecord file;
  std::int64_t step = 0;
  double time_ps = 0.0;
  std::int64_t protocol_step = 0;
  std::int64_t step_in_protocol_step = 0;
  std::string state;                 // its fingerprint (md/state_hash.hpp); empty in files of builds that kept none
  std::string build;                 // version, git hash, back ends, rank count
  std::string input_sha256;          // of the resolved input
  std::vector<FileRecord> outputs;   // that only grow, as they were then: thermo.csv
  std::vector<FileRecord> segments;  // of the trajectory, when the checkpoint was written
};

struct CheckpointManifest {
  std::vector<CheckpointRecord> checkpoints;  // newest first
};

FileRecord record_of(const std::string& path);
// Whether folder/record.name has the recorded size and digest; otherwise `reason` says what is wrong.
bool verify(const std::string& folder, const FileRecord& record, std::string& reason);

std::string to_text(const CheckpointManifest& manifest);
// Throws Error(bad_input) if the text is not a whole, unchanged manifest.
CheckpointManifest parse_manifest(const std::string& path, const std::string& text);

// What manifest.json of the folder says; if it is missing or damaged, manifest_previous.json. Each damaged
// one adds a line to `problems`. Empty if there is none.
CheckpointManifest read_manifest(const std::string& folder, std::vector<std::string>& problems);
void write_manifest(const std::string& folder, const CheckpointManifest& manifest);

}  // namespace patina
