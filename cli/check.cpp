// SPDX-License-Identifier: BSD-3-Clause
// patina check FILE|DIR [--quiet]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "run/folder_check.hpp"

namespace patina {

void add_check(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("check", "Whether a run folder, or a file, is whole and what was written");
  auto path = std::make_shared<std::string>();
  auto quiet = std::make_shared<bool>(false);
  verb->add_option("path", *path, "A run folder, or a file of any format that patina info knows")->required();
  verb->add_flag("--quiet", *quiet, "Tell what is wrong, nothing else");
  verb->footer("A finished run has files.sha256 with the digest of each of its files (sha256sum -c reads it too); of an unfinished one the\n"
               "checkpoints, the trajectory and the input are known by digest, the rest is read through. Exit codes: 0 nothing is wrong,\n"
               "65 something is, 66 not there.");
  verb->callback([path, quiet, &world] {
    on_root(world, [&] {
      const PathCheck check = check_path(*path);
      if (!*quiet) {
        for (const std::string& good : check.good) fmt::print("good  {}\n", good);
        for (const std::string& note : check.notes) fmt::print("note  {}\n", note);
      }
      for (const std::string& problem : check.problems) fmt::print("BAD   {}\n", problem);
      if (!check.problems.empty()) throw Error(ExitCode::bad_input, fmt::format("{}: {} thing(s) are wrong", *path, check.problems.size()));
    });
  });
}

}  // namespace patina
