// SPDX-License-Identifier: BSD-3-Clause
#include "score/known_truth.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/error.hpp"

namespace patina {

Truth read_truth(const std::string& path, const std::string& entry) {
  namespace fs = std::filesystem;
  std::string file = path;
  if (fs::is_directory(path))
    for (const char* name : {"/synth.h5", "/xpcs.h5"})
      if (fs::exists(path + name)) {
        file = path + name;
        break;
      }
  if (fs::is_directory(file))
    throw Error(ExitCode::missing_input, fmt::format("{}: holds no truth: neither synth.h5 (patina synth) nor xpcs.h5 (patina run, patina scatter)", path));
  if (is_synth_file(file)) return read_synth_truth(file);
  if (is_run_file(file)) return read_run_truth(file, entry);
  throw Error(ExitCode::bad_input, fmt::format("{}: holds no truth that patina score knows: synth.h5 of `patina synth`, or xpcs.h5 with an entry of the observer \"xpcs\"", file));
}

}  // namespace patina
