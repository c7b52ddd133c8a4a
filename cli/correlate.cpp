// SPDX-License-Identifier: BSD-3-Clause
// patina correlate FRAMES [INPUT.json] --output results.hdf [--figure FILE] [--overwrite] [--dry-run] [--set /json/pointer=value]
#include "correlate/correlate.hpp"

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

void add_correlate(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("correlate", "g2 and two-time correlations of detector frames, with errors");
  auto options = std::make_shared<CorrelateOptions>();
  auto figure = std::make_shared<std::string>();
  verb->add_flag_callback(
      "--describe-input",
      [&world] {
        if (world.is_root()) fmt::print("{}", correlate_page());
        throw CLI::Success();
      },
      "Print every key of the input as Markdown (docs/correlate.md) and stop");
  verb->add_option("frames", options->frames, "Frames (HDF5, dense or events; Rigaku .bin), or a folder with s0001_events.h5, s0001.h5 or s0001.bin")->required();
  verb->add_option("input", options->input, "Input (JSON; every key is described in docs/correlate.md); without one all defaults");
  auto* output = verb->add_option("--output,-o", options->output, "File for the results (.hdf; layout of the APS and of NXxpcs)");
  verb->add_option("--figure", *figure, "File for a figure of g2 and C(t1, t2) (PNG, PDF or SVG by its name)")->needs(output);
  verb->add_flag("--overwrite", options->overwrite, "Replace these files if they are there");
  verb->add_flag("--dry-run", options->dry_run, "Check frames and input, tell memory and time, and stop");
  verb->add_option("--set", options->overrides, "Change one value of the input: /json/pointer=value, in one word")->allow_extra_args(false);
  verb->callback([options, figure, &world] {
    if (options->output.empty() && !options->dry_run) throw CLI::RequiredError("--output");
    check_figure(*figure);
    if (!options->dry_run)
      on_root(world, [&] { check_outputs({options->output, *figure}, {options->frames, options->input}, options->overwrite ? IfExists::replace : IfExists::refuse); });
    if (!options->input.empty()) refuse_other_kind(world, options->input, "correlate");
    correlate(world, *options);
    if (figure->empty() || options->dry_run) return;
    on_root(world, [&] {
      run_report_program("correlate.py", {options->output, *figure});
      fmt::print("wrote {}\n", *figure);
    });
  });
}

}  // namespace patina
