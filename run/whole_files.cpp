// SPDX-License-Identifier: BSD-3-Clause
#include "run/whole_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/digest.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/known_file.hpp"
#include "md/checkpoint_manifest.hpp"
#include "run/run_lock.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;

// Digests of results while the run went on.
bool is_digest_of_results(const std::string& name) { return fs::path(name).filename() == std::string("xpcs.h5") + known_file_suffix; }

// Relative names of all regular files that keep their content, sorted.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (entry.is_regular_file() && name != run_lock_name && name != whole_files_name && !name.ends_with(".tmp") && !is_digest_of_results(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Digests of trajectory segments that the newest checkpoints know, by path and size: a long trajectory is not read once more.
std::map<std::pair<std::string, std::uint64_t>, std::string> known_digests(const std::string& folder, const std::vector<std::string>& names) {
  std::map<std::pair<std::string, std::uint64_t>, std::string> known;
  for (const std::string& name : names) {
    const fs::path path = fs::path(folder) / name;
    if (path.filename() != "manifest.json") continue;
    std::vector<std::string> problems;
    for (const CheckpointRecord& checkpoint : read_manifest(path.parent_path().string(), problems).checkpoints)
      for (const FileRecord& segment : checkpoint.segments)
        known[{(path.parent_path().parent_path() / "trajectory" / segment.name).string(), segment.bytes}] = segment.sha256;
  }
  return known;
}

}  // namespace

void write_whole_files(const std::string& folder) {
  const auto names = names_in(folder);
  const auto known = known_digests(folder, names);
  std::string text;
  for (const std::string& name : names) {
    const std::string path = (fs::path(folder) / name).string();
    const auto digest = known.find({path, fs::file_size(path)});
    text += fmt::format("{}  {}\n", digest != known.end() ? digest->second : sha256_of_file(path), name);
  }
  write_file_durably(folder + "/" + whole_files_name, text, IfExists::replace);
  // The list has them now.
  std::error_code ignored;
  for (const std::string& name : names) fs::remove(folder + "/" + name + known_file_suffix, ignored);
}

WholeFilesCheck check_whole_files(const std::string& folder) {
  WholeFilesCheck check;
  std::ifstream list(folder + "/" + whole_files_name, std::ios::binary);
  std::ostringstream content;
  content << list.rdbuf();
  const std::string text = std::move(content).str();
  std::set<std::string> listed;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    const bool whole = end < text.size() && line.size() > 66 && line.substr(64, 2) == "  ";
    begin = end + 1;
    ++check.files;
    if (!whole) {
      check.problems.push_back(fmt::format("{}: line {} is damaged", whole_files_name, check.files));
      continue;
    }
    const std::string name = line.substr(66);
    const fs::path path = fs::path(folder) / name;
    listed.insert(name);
    // A name, never a way out of the folder.
    const bool inside = path.lexically_normal().lexically_relative(fs::path(folder).lexically_normal()).string().rfind("..", 0) != 0;
    if (!inside || name[0] == '/')
      check.problems.push_back(fmt::format("{}: line {} names a file outside of the folder", whole_files_name, check.files));
    else if (!fs::is_regular_file(path))
      check.problems.push_back(fmt::format("{}: is missing", name));
    else if (sha256_of_file(path.string()) != line.substr(0, 64))
      check.problems.push_back(fmt::format("{}: its content is not what was written (SHA-256 differs)", name));
  }
  if (check.files == 0) check.problems.push_back(fmt::format("{}: is empty", whole_files_name));
  for (const std::string& name : names_in(folder))
    if (!listed.count(name)) check.others.push_back(name);
  return check;
}

}  // namespace patina
