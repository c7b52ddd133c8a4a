// SPDX-License-Identifier: BSD-3-Clause
#include "cli/python_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/shared_files.hpp"
#include "core/error.hpp"

extern char** environ;

namespace patina {
namespace {

constexpr const char* python = "/usr/bin/python3";
constexpr const char* packages = "apt-get install python3 python3-matplotlib python3-h5py (Debian, Ubuntu)";
// What the Python programs end with if one of their modules cannot be imported.
constexpr int module_missing = 78;

std::string report_folder() { return shared_folder("report", "scripts/report", "__main__.py", "the report program"); }

}  // namespace

void run_report_program(const std::string& program, const std::vector<std::string>& arguments) {
  const std::string path = program.empty() ? report_folder() : report_folder() + "/" + program;
  std::vector<std::string> words{python, path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_t child = 0;
  const int refused = posix_spawn(&child, python, nullptr, nullptr, pointers.data(), environ);
  if (refused != 0)
    throw Error(ExitCode::environment, fmt::format("{} cannot be started ({}); the report needs it: {}",
                                                   python, std::strerror(refused), packages));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == module_missing)
    throw Error(ExitCode::environment,
                fmt::format("the report needs matplotlib and h5py for {}: {}", python, packages));
  throw Error(ExitCode::internal,
              fmt::format("the report program {} failed; its message stands above", path));
}

void check_figure(const std::string& path) {
  const std::string suffix = std::filesystem::path(path).extension().string();
  if (!path.empty() && suffix != ".png" && suffix != ".pdf" && suffix != ".svg")
    throw Error(ExitCode::usage, fmt::format("--figure {}: the suffix is \"{}\", allowed: .png .pdf .svg", path, suffix));
}

}  // namespace patina
