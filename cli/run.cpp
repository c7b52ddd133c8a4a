// SPDX-License-Identifier: BSD-3-Clause
// patina run INPUT.json --output DIR [--resume] [--dry-run] [--set /json/pointer=value]
#include "run/run.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/input_page.hpp"
#include "cli/verbs.hpp"

namespace patina {

void add_run(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("run", "Take a sample through a protocol and watch it");
  auto options = std::make_shared<RunOptions>();
  verb->add_flag_callback(
      "--describe-input",
      [&world] {
        if (world.is_root()) fmt::print("{}", input_page());
        throw CLI::Success();
      },
      "Print every key of the input as Markdown (docs/input.md) and stop");
  verb->add_option("input", options->input, "Input (JSON; every key is described in docs/input.md)")->required();
  verb->add_option("--output,-o", options->folder, "Folder for everything the run makes");
  verb->add_flag("--resume", options->resume, "Go on with the run in the folder, or begin it if there is none");
  verb->add_flag("--dry-run", options->dry_run, "Check the input, tell how much memory the run needs, and stop");
  verb->add_option("--set", options->overrides, "Change one value of the input: /json/pointer=value, in one word")
      ->allow_extra_args(false);
  verb->callback([options, &world] {
    if (options->folder.empty() && !options->dry_run) throw CLI::RequiredError("--output");
    run(world, *options);
  });
}

}  // namespace patina
