// SPDX-License-Identifier: BSD-3-Clause
#include "md/checkpoint_manifest.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/digest.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/json_text.hpp"

namespace patina {

namespace {

constexpr std::uint64_t format_version = 1;

JsonValue to_json(const FileRecord& record) {
  JsonValue array = JsonValue::make_array();
  array.items = {JsonValue::make(record.name), JsonValue::make(record.bytes), JsonValue::make(record.sha256)};
  return array;
}

JsonValue to_json(const CheckpointRecord& record) {
  JsonValue object = JsonValue::make_object();
  object.add("file", to_json(record.file));
  object.add("step", JsonValue::make(record.step));
  object.add("time_ps", JsonValue::make(record.time_ps));
  object.add("protocol_step", JsonValue::make(record.protocol_step));
  object.add("step_in_protocol_step", JsonValue::make(record.step_in_protocol_step));
  if (!record.state.empty()) object.add("state", JsonValue::make(record.state));
  object.add("build", JsonValue::make(record.build));
  object.add("input_sha256", JsonValue::make(record.input_sha256));
  if (!record.outputs.empty()) {  // manifests of earlier versions have none
    JsonValue outputs = JsonValue::make_array();
    for (const FileRecord& output : record.outputs) outputs.items.push_back(to_json(output));
    object.add("outputs", outputs);
  }
  JsonValue segments = JsonValue::make_array();
  for (const FileRecord& segment : record.segments) segments.items.push_back(to_json(segment));
  object.add("trajectory_segments", segments);
  return object;
}

JsonValue content_of(const CheckpointManifest& manifest) {
  JsonValue root = JsonValue::make_object(), list = JsonValue::make_array();
  for (const CheckpointRecord& record : manifest.checkpoints) list.items.push_back(to_json(record));
  root.add("format_version", JsonValue::make(format_version));
  root.add("checkpoints", list);
  return root;
}

// Takes the parts of a manifest; whatever is not as expected is one and the same answer: damaged.
class ManifestReader {
 public:
  explicit ManifestReader(const std::string& path) : path_(path) {}

  [[noreturn]] void refuse(const std::string& reason) const {
    throw Error(ExitCode::bad_input, fmt::format("{}: {}", path_, reason));
  }
  const JsonValue& member(const JsonValue& object, const std::string& key, JsonValue::Kind kind) const {
    const JsonValue* value = object.find(key);
    if (!value || value->kind != kind) refuse(fmt::format("\"{}\" is missing or of the wrong type", key));
    return *value;
  }
  std::int64_t count(const JsonValue& object, const std::string& key) const {
    return static_cast<std::int64_t>(member(object, key, JsonValue::Kind::natural).natural);
  }
  FileRecord file(const JsonValue& array) const {
    using Kind = JsonValue::Kind;
    if (array.kind != Kind::array || array.items.size() != 3 || array.items[0].kind != Kind::text ||
        array.items[1].kind != Kind::natural || array.items[2].kind != Kind::text)
      refuse("a file is not given as [name, bytes, sha256]");
    const FileRecord record{array.items[0].text, array.items[1].natural, array.items[2].text};
    // A name, never a way out of the folder.
    if (record.name.empty() || record.name[0] == '.' || record.name.find('/') != std::string::npos)
      refuse(fmt::format("\"{}\" is not the name of a file in the folder", record.name));
    return record;
  }
  CheckpointRecord checkpoint(const JsonValue& object) const {
    using Kind = JsonValue::Kind;
    CheckpointRecord record;
    record.file = file(member(object, "file", Kind::array));
    record.step = count(object, "step");
    const JsonValue* time = object.find("time_ps");
    if (!time || !time->is_number()) refuse("\"time_ps\" is missing or of the wrong type");
    record.time_ps = time->real;
    record.protocol_step = count(object, "protocol_step");
    record.step_in_protocol_step = count(object, "step_in_protocol_step");
    if (object.find("state")) record.state = member(object, "state", Kind::text).text;
    record.build = member(object, "build", Kind::text).text;
    record.input_sha256 = member(object, "input_sha256", Kind::text).text;
    if (object.find("outputs"))
      for (const JsonValue& output : member(object, "outputs", Kind::array).items) record.outputs.push_back(file(output));
    for (const JsonValue& segment : member(object, "trajectory_segments", Kind::array).items)
      record.segments.push_back(file(segment));
    return record;
  }

 private:
  std::string path_;
};

std::string content_of_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

}  // namespace

FileRecord record_of(const std::string& path) {
  return {std::filesystem::path(path).filename().string(), std::filesystem::file_size(path),
          sha256_of_file(path)};
}

bool verify(const std::string& folder, const FileRecord& record, std::string& reason) {
  const std::string path = folder + "/" + record.name;
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  if (error) {
    reason = fmt::format("{}: {}", path, error.message());
  } else if (bytes != record.bytes) {
    reason = fmt::format("{}: has {} bytes, {} were written", path, bytes, record.bytes);
  } else if (sha256_of_file(path) != record.sha256) {
    reason = fmt::format("{}: its content is not what was written (SHA-256 differs)", path);
  } else {
    return true;
  }
  return false;
}

std::string to_text(const CheckpointManifest& manifest) {
  JsonValue root = content_of(manifest);
  const std::string digest = sha256_hex(to_json_text(root));
  root.add("manifest_sha256", JsonValue::make(digest));
  return to_json_text(root) + "\n";
}

CheckpointManifest parse_manifest(const std::string& path, const std::string& text) {
  const ManifestReader reader(path);
  JsonValue root;
  if (!parse_json(text, -1, nullptr, root) || root.kind != JsonValue::Kind::object)
    reader.refuse("is damaged: not JSON any more");
  CheckpointManifest manifest;
  const auto version = reader.count(root, "format_version");
  if (version != static_cast<std::int64_t>(format_version))
    reader.refuse(fmt::format("has format version {}, this program reads {}", version, format_version));
  for (const JsonValue& object : reader.member(root, "checkpoints", JsonValue::Kind::array).items)
    manifest.checkpoints.push_back(reader.checkpoint(object));
  // Whatever was changed, the text that would be written for these values is not this one.
  if (to_text(manifest) != text) reader.refuse("is damaged or was edited: its own SHA-256 does not fit");
  return manifest;
}

CheckpointManifest read_manifest(const std::string& folder, std::vector<std::string>& problems) {
  for (const char* name : {"/manifest.json", "/manifest_previous.json"}) {
    const std::string path = folder + name;
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    if (error) continue;
    if (bytes > json_max_bytes) {
      problems.push_back(fmt::format("{}: is damaged: {} bytes", path, bytes));
      continue;
    }
    try {
      return parse_manifest(path, content_of_file(path));
    } catch (const Error& damage) {
      problems.push_back(damage.what());
    }
  }
  return {};
}

void write_manifest(const std::string& folder, const CheckpointManifest& manifest) {
  const std::string current = folder + "/manifest.json";
  std::vector<std::string> problems;
  const CheckpointManifest before = read_manifest(folder, problems);
  // A damaged manifest must not take the place of a good older one.
  if (!before.checkpoints.empty() && problems.empty())
    write_file_durably(folder + "/manifest_previous.json", to_text(before), IfExists::replace);
  write_file_durably(current, to_text(manifest), IfExists::replace);
}

}  // namespace patina
