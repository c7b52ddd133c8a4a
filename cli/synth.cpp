// SPDX-License-Identifier: BSD-3-Clause
// patina synth INPUT.json --output DIR [--figure FILE] [--dry-run] [--set /json/pointer=value]
#include "run/synth.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/input_kinds.hpp"
#include "cli/input_page.hpp"
#include "cli/python_program.hpp"
#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/on_root.hpp"

namespace patina {

void add_synth(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("synth", "Synthetic speckle movies with known dynamics");
  auto options = std::make_shared<SynthOptions>();
  auto figure = std::make_shared<std::string>();
  verb->add_flag_callback(
      "--describe-input",
      [&world] {
        if (world.is_root()) fmt::print("{}", synth_page());
        throw CLI::Success();
      },
      "Print every key of the input as Markdown (docs/synth.md) and stop");
  verb->add_option("input", options->input, "Input (JSON; every key is described in docs/synth.md)")->required();
  auto* output = verb->add_option("--output,-o", options->folder, "Folder for the results");
  verb->add_option("--figure", *figure, "File for a figure of a detector's frames beside the truth (PNG, PDF or SVG by its name)")->needs(output);
  verb->add_flag("--dry-run", options->dry_run, "Check the input, tell memory and sizes of files, and stop");
  verb->add_option("--set", options->overrides, "Change one value of the input: /json/pointer=value, in one word")->allow_extra_args(false);
  verb->callback([options, figure, &world] {
    if (options->folder.empty() && !options->dry_run) throw CLI::RequiredError("--output");
    check_figure(*figure);
    if (!options->dry_run) on_root(world, [&] { check_outputs({*figure}, {options->input}, IfExists::refuse); });
    options->draws_frames = !figure->empty();
    refuse_other_kind(world, options->input, "synth");
    synth(world, *options);
    if (figure->empty() || options->dry_run) return;
    on_root(world, [&] {
      run_report_program("frames.py", {options->folder + "/frames", *figure});
      fmt::print("wrote {}\n", *figure);
    });
  });
}

}  // namespace patina
