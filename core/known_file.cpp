// SPDX-License-Identifier: BSD-3-Clause
#include "core/known_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "core/digest.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;

std::string line_of(const std::string& digest, const std::string& path) { return fmt::format("{}  {}\n", digest, fs::path(path).filename().string()); }

// Whether the list beside the file has this line; a list that is cut or damaged has no such line.
bool is_listed(const std::string& list, const std::string& wanted) {
  std::ifstream file(list, std::ios::binary);
  for (std::string line; std::getline(file, line);)
    if (line + "\n" == wanted) return true;
  return false;
}

}  // namespace

std::string doubt_of_known_file(const std::string& path) {
  const std::string list = path + known_file_suffix;
  if (!fs::exists(path) || !fs::exists(list) || is_listed(list, line_of(sha256_of_file(path), path))) return "";
  return fmt::format("{}: is not what was written (its SHA-256 is not in {})", path, list);
}

void replace_known_file(const std::string& temporary, const std::string& path) {
  if (const std::string doubt = doubt_of_known_file(path); !doubt.empty()) throw Error(ExitCode::bad_input, doubt);
  std::string lines = line_of(sha256_of_file(temporary), path);
  if (fs::exists(path)) lines += line_of(sha256_of_file(path), path);
  write_file_durably(path + known_file_suffix, lines, IfExists::replace);
  commit_file(temporary, path, IfExists::replace);
}

}  // namespace patina
