// SPDX-License-Identifier: BSD-3-Clause
#include "run/run_folder.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The first few lines in which two resolved inputs differ. Their layout is fixed, so lines can be compared.
std::string differences(const std::string& old_text, const std::string& new_text) {
  const auto before = lines_of(old_text), after = lines_of(new_text);
  std::string report;
  int shown = 0;
  for (std::size_t k = 0; k < std::max(before.size(), after.size()) && shown < 10; ++k) {
    const std::string was = k < before.size() ? before[k] : "(nothing)";
    const std::string now = k < after.size() ? after[k] : "(nothing)";
    if (was == now) continue;
    report += fmt::format("\n  line {}: was {}\n  {:>{}} is {}", k + 1, was, "", fmt::formatted_size("line {}:", k + 1), now);
    ++shown;
  }
  return report;
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// What a process leaves that was killed while it wrote resolved.json (core/durable_file.hpp).
constexpr const char* unfinished_name = "resolved.json.tmp";

bool holds_more_than_a_beginning(const fs::path& folder) {
  if (!fs::exists(folder)) return false;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename() != unfinished_name) return true;
  return false;
}

void prepare_on_root(const fs::path& folder, const std::string& resolved_input, bool resume) {
  const fs::path resolved = folder / "resolved.json";
  if (fs::exists(folder) && !fs::is_directory(folder))
    throw Error(ExitCode::cannot_create, fmt::format("{}: exists and is not a folder", folder.string()));
  if (fs::exists(resolved)) {
    if (!resume)
      throw Error(ExitCode::cannot_create,
                  fmt::format("{}: already holds a run; give --resume to go on with it, or another --output",
                              folder.string()));
    const std::string before = read_text(resolved);
    if (before != resolved_input)
      throw Error(ExitCode::bad_input,
                  fmt::format("{}: the run in this folder was begun with another input; take another --output, or "
                              "give back the old values:{}",
                              folder.string(), differences(before, resolved_input)));
    return;
  }
  if (holds_more_than_a_beginning(folder))
    throw Error(ExitCode::cannot_create,
                fmt::format("{}: is not empty and holds no run of Patina; take another --output", folder.string()));
  make_folders(folder.string());
  fs::remove(folder / unfinished_name);
  write_file_durably(resolved.string(), resolved_input, IfExists::refuse);
}

}  // namespace

void prepare_run_folder(const Comm& comm, const std::string& folder, const std::string& resolved_input, bool resume) {
  on_root(comm, [&] { prepare_on_root(folder, resolved_input, resume); });
}

void make_subfolder(const Comm& comm, const std::string& folder) {
  on_root(comm, [&] { make_folders(folder); });
}

}  // namespace patina
