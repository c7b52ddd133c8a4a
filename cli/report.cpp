// SPDX-License-Identifier: BSD-3-Clause
// patina report DIR: analyses the run, then draws figures/*.png and one self-contained report.html with the
// Python package scripts/report (matplotlib and h5py of the system's Python; nothing is fetched).
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <filesystem>
#include <memory>

#include "cli/analyse.hpp"
#include "cli/verbs.hpp"
#include "core/on_root.hpp"

extern char** environ;

namespace patina {
namespace {

namespace fs = std::filesystem;

constexpr const char* python = "/usr/bin/python3";
constexpr const char* packages = "apt-get install python3 python3-matplotlib python3-h5py (Debian, Ubuntu)";
// What the Python program ends with if one of its modules cannot be imported.
constexpr int module_missing = 78;

// Beside the installed program, or in the source tree that the program was built from.
std::string report_program() {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  std::vector<fs::path> places{fs::path(PATINA_SOURCE_DIR) / "scripts/report"};
  if (!failed) places.insert(places.begin(), program.parent_path().parent_path() / "share/patina/report");
  for (const auto& place : places)
    if (fs::exists(place / "__main__.py")) return place.string();
  throw Error(ExitCode::environment, fmt::format("the report program is neither at {} nor at {}",
                                                 places.front().string(), places.back().string()));
}

void draw_report(const std::string& folder) {
  const std::string program = report_program();
  std::vector<std::string> words{python, program, folder};
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int refused = posix_spawn(&child, python, nullptr, nullptr, arguments.data(), environ);
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
              fmt::format("the report program {} failed; its message stands above", program));
}

}  // namespace

void add_report(CLI::App& app, const Comm& world) {
  auto* verb =
      app.add_subcommand("report", "One HTML page and PNG figures of a run, with everything `analyse` finds");
  auto arguments = std::make_shared<AnalysisArguments>();
  add_analysis_options(*verb, *arguments);
  verb->callback([arguments, &world] {
    on_root(world, [&] {
      write_analysis(*arguments);
      draw_report(arguments->folder);
      fmt::print("wrote {}/report.html\n", arguments->folder);
    });
  });
}

}  // namespace patina
