// SPDX-License-Identifier: BSD-3-Clause
// patina report DIR: analyses the run, then draws figures/*.png and one self-contained report.html with the
// Python package scripts/report.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/analyse.hpp"
#include "cli/python_program.hpp"
#include "cli/verbs.hpp"
#include "core/on_root.hpp"

namespace patina {

void add_report(CLI::App& app, const Comm& world) {
  auto* verb =
      app.add_subcommand("report", "One HTML page and PNG figures of a run, with everything `analyse` finds");
  auto arguments = std::make_shared<AnalysisArguments>();
  add_analysis_options(*verb, *arguments);
  verb->callback([arguments, &world] {
    on_root(world, [&] {
      write_analysis(*arguments);
      run_report_program("", {arguments->folder});
      fmt::print("wrote {}/report.html\n", arguments->folder);
    });
  });
}

}  // namespace patina
