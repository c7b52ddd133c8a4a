// SPDX-License-Identifier: BSD-3-Clause
// patina plan INPUT.json [--output plan.json] [--figure plan.png] [--overwrite] [--set /json/pointer=value]
#include "run/plan.hpp"

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

void add_plan(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("plan", "What a beamline can detect: errors of tau and of the exponent before the measurement");
  auto options = std::make_shared<PlanOptions>();
  auto figure = std::make_shared<std::string>();
  verb->add_flag_callback(
      "--describe-input",
      [&world] {
        if (world.is_root()) fmt::print("{}", plan_page());
        throw CLI::Success();
      },
      "Print every key of the input as Markdown (docs/plan.md) and stop");
  verb->add_option("input", options->input, "Input (JSON; every key is described in docs/plan.md)")->required();
  auto* output = verb->add_option("--output,-o", options->output, "File for the numbers (JSON)");
  verb->add_option("--figure", *figure, "File for a figure of them (PNG, PDF or SVG by its name)")->needs(output);
  verb->add_flag("--overwrite", options->overwrite, "Replace these files if they are there");
  verb->add_option("--set", options->overrides, "Change one value of the input: /json/pointer=value, in one word")->allow_extra_args(false);
  verb->callback([options, figure, &world] {
    check_figure(*figure);
    on_root(world, [&] { check_outputs({options->output, *figure}, {options->input}, options->overwrite ? IfExists::replace : IfExists::refuse); });
    refuse_other_kind(world, options->input, "plan");
    plan(world, *options);
    if (figure->empty()) return;
    on_root(world, [&] {
      run_report_program("plan.py", {options->output, *figure});
      fmt::print("wrote {}\n", *figure);
    });
  });
}

}  // namespace patina
