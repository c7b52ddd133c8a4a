// SPDX-License-Identifier: BSD-3-Clause
#include "cli/shared_files.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "core/error.hpp"

namespace patina {

std::string shared_folder(const std::string& installed, const std::string& in_source, const std::string& marker, const std::string& what) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  std::vector<fs::path> places{fs::path(PATINA_SOURCE_DIR) / in_source};
  if (!failed) places.insert(places.begin(), program.parent_path().parent_path() / "share/patina" / installed);
  for (const auto& place : places)
    if (fs::exists(place / marker)) return place.string();
  throw Error(ExitCode::environment, fmt::format("{} {} neither at {} nor at {}", what, what.ends_with('s') ? "are" : "is",
                                                 places.front().string(), places.back().string()));
}

}  // namespace patina
