// SPDX-License-Identifier: BSD-3-Clause
// patina run INPUT.json --output DIR [--resume[=auto|never|must]] [--max-walltime T] [--dry-run] [--set /json/pointer=value]
#include "run/run.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/input_kinds.hpp"
#include "cli/input_page.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"

namespace patina {

void add_run(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("run", "Take a sample through a protocol and watch it");
  auto options = std::make_shared<RunOptions>();
  auto resume = std::make_shared<std::string>("never");
  auto walltime = std::make_shared<std::string>();
  verb->add_flag_callback(
      "--describe-input",
      [&world] {
        if (world.is_root()) fmt::print("{}", input_page());
        throw CLI::Success();
      },
      "Print every key of the input as Markdown (docs/input.md) and stop");
  verb->add_option("input", options->input, "Input (JSON; every key is described in docs/input.md)")->required();
  verb->add_option("--output,-o", options->folder, "Folder for everything the run makes");
  verb->add_flag("--resume{auto}", *resume,
                 "auto (or --resume alone): go on with the run in the folder, begin it if there is none, leave a finished one "
                 "alone; must: refuse a folder without one; never: refuse a folder with one")
      ->check(CLI::IsMember({"auto", "never", "must"}));
  verb->add_option("--max-walltime", *walltime,
                   "Stop with a checkpoint and exit code 75 before this time is over, counted from the start: seconds, "
                   "minutes:seconds, hours:minutes:seconds, days-hours:minutes:seconds");
  verb->add_flag("--dry-run", options->dry_run, "Check the input, tell how much memory, disk and time the run needs, and stop");
  verb->add_option("--set", options->overrides, "Change one value of the input: /json/pointer=value, in one word")
      ->allow_extra_args(false);
  verb->footer("Signals: SIGUSR1 writes a checkpoint and goes on; SIGTERM, SIGINT and SIGUSR2 write one and stop. Exit codes: 0 done, 64 command\n"
               "line, 65 bad input, 66 missing file, 70 a bug, 71 memory, 73 output in the way or in use, 74 disk, 75 stopped with a\n"
               "checkpoint (start it again), 76 unstable sample, 78 environment. Job scripts for Slurm: scripts/slurm.");
  verb->callback([options, resume, walltime, &world] {
    using Resume = RunOptions::Resume;
    options->resume = *resume == "never" ? Resume::never : *resume == "must" ? Resume::must : Resume::automatic;
    if (!walltime->empty()) {
      const auto seconds = parse_walltime(*walltime);
      if (!seconds)
        throw Error(ExitCode::usage, fmt::format("--max-walltime is \"{}\": must be a time above zero, as 90, 30:00, 23:50:00 or 2-12:00:00", *walltime));
      options->time_limit = TimeLimit(*seconds, *walltime);
    }
    if (options->folder.empty() && !options->dry_run) throw CLI::RequiredError("--output");
    refuse_other_kind(world, options->input, "run");
    run(world, *options);
  });
}

}  // namespace patina
