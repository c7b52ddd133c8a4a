// SPDX-License-Identifier: BSD-3-Clause
// patina scatter TRAJECTORY INPUT.json --output DIR [--overwrite] [--set /json/pointer=value]
#include "run/scatter.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/input_kinds.hpp"
#include "cli/input_page.hpp"
#include "cli/verbs.hpp"

namespace patina {

void add_scatter(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("scatter", "The scattering observers of a run on a stored trajectory");
  auto options = std::make_shared<ScatterOptions>();
  verb->add_flag_callback(
      "--describe-input",
      [&world] {
        if (world.is_root()) fmt::print("{}", scatter_page());
        throw CLI::Success();
      },
      "Print every key of the input as Markdown (docs/scatter.md) and stop");
  verb->add_option("trajectory", options->trajectory,
                   "H5MD, LAMMPS text dump or extended XYZ (these also gzipped), a run folder or its "
                   "trajectory folder")
      ->required();
  verb->add_option("input", options->input, "Input (JSON; every key is described in docs/scatter.md)")
      ->required();
  verb->add_option("--output,-o", options->folder, "Folder for the results");
  verb->add_flag("--overwrite", options->overwrite, "Replace the results that are in the folder");
  verb->add_flag("--dry-run", options->dry_run, "Read all frames, tell how much memory looking at them needs, and stop");
  verb->add_option("--set", options->overrides,
                   "Change one value of the input: /json/pointer=value, in one word")
      ->allow_extra_args(false);
  verb->callback([options, &world] {
    if (options->folder.empty() && !options->dry_run) throw CLI::RequiredError("--output");
    refuse_other_kind(world, options->input, "scatter");
    scatter(world, *options);
  });
}

}  // namespace patina
