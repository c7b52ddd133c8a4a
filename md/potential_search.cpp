// SPDX-License-Identifier: BSD-3-Clause
#include "md/potential_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "core/suggest.hpp"

namespace patina {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view debian_folder = "/usr/share/lammps/potentials";
constexpr std::string_view checkout_folder = PATINA_CHECKOUT_POTENTIALS;

// Published tables that Debian has inside openkim-models only.
constexpr std::string_view openkim_names[] = {"Cu-Zr_2.eam.fs", "CuZr_3.eam.fs", "Cu-Zr_4.eam.fs", "Ni_Zr_Mendelev_2010.eam.fs"};

// Names under which tables of formulae go here, and what makes them.
constexpr std::pair<std::string_view, std::string_view> formula_names[] = {
    {"KA.eam.alloy", "kob-andersen"}, {"KA2.eam.alloy", "ka2"}, {"Wahnstrom.eam.alloy", "wahnstrom"}};

std::vector<std::string> folders_of(const char* variable) {
  std::vector<std::string> folders;
  const char* value = std::getenv(variable);
  std::istringstream list(value ? value : "");
  for (std::string folder; std::getline(list, folder, ':');)
    if (!folder.empty()) folders.push_back(folder);
  return folders;
}

// The file most like the one that is not there, in the folders searched.
std::string most_like(const std::string& name, const std::vector<std::string>& candidates) {
  std::vector<std::string> names;
  for (const std::string& candidate : candidates) {
    std::error_code failed;
    fs::directory_iterator files(fs::path(candidate).parent_path(), failed);
    for (; !failed && files != fs::directory_iterator(); files.increment(failed)) names.push_back(files->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return nearest(fs::path(name).filename().string(), names);
}

std::string not_found(const std::string& name, const std::vector<std::string>& candidates) {
  std::string message = fmt::format("potential file '{}' was not found; searched:", name);
  for (const auto& path : candidates) message += "\n  " + path;
  for (const char* variable : {"PATINA_POTENTIALS", "LAMMPS_POTENTIALS"})
    if (folders_of(variable).empty()) message += fmt::format("\n  (${} is not set)", variable);
  const std::string file = fs::path(name).filename().string();
  if (std::find(std::begin(openkim_names), std::end(openkim_names), file) != std::end(openkim_names))
    message += fmt::format("\nDebian's openkim-models has it: scripts/openkim-potential {} -o {}", file,
                           fs::path(checkout_folder).string());
  else if (const auto formula = std::find_if(std::begin(formula_names), std::end(formula_names), [&](const auto& entry) { return entry.first == file; });
           formula != std::end(formula_names))
    message += fmt::format("\npatina potential {} -o {} makes it", formula->second, file);
  else if (const std::string alike = most_like(name, candidates); !alike.empty())
    message += fmt::format("\ndid you mean '{}'?", alike);
  return message;
}

}  // namespace

std::vector<std::string> potential_candidates(const std::string& name, const std::string& input_folder) {
  std::vector<std::string> candidates = {name};
  if (fs::path(name).is_absolute()) return candidates;
  std::vector<std::string> folders;
  if (!input_folder.empty()) folders.push_back(input_folder);
  for (const char* variable : {"PATINA_POTENTIALS", "LAMMPS_POTENTIALS"})
    for (auto& folder : folders_of(variable)) folders.push_back(std::move(folder));
  folders.emplace_back(debian_folder);
  folders.emplace_back(checkout_folder);
  for (const auto& folder : folders) candidates.push_back((fs::path(folder) / name).string());
  return candidates;
}

std::string find_potential(const Comm& comm, const std::string& name, const std::string& input_folder) {
  if (name.empty()) throw Error(ExitCode::bad_input, "the name of a potential file is empty");
  std::string found, failure;
  if (comm.is_root()) {
    const auto candidates = potential_candidates(name, input_folder);
    std::error_code ignored;
    const auto first = std::find_if(candidates.begin(), candidates.end(), [&](const std::string& path) {
      return fs::exists(path, ignored) && !fs::is_directory(path, ignored);
    });
    if (first != candidates.end())
      found = *first;
    else
      failure = not_found(name, candidates);
  }
  comm.broadcast(found);
  comm.broadcast(failure);
  if (!failure.empty()) throw Error(ExitCode::missing_input, failure);
  return found;
}

}  // namespace patina
