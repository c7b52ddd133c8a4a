// SPDX-License-Identifier: BSD-3-Clause
// patina schema [run|scatter|synth|plan|correlate]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/input_kinds.hpp"
#include "cli/verbs.hpp"

namespace patina {

void add_schema(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("schema", "Print the JSON Schema (draft-07) of a verb's input, for editors");
  auto name = std::make_shared<std::string>("run");
  verb->add_option("verb", *name, "run, scatter, synth, plan or correlate")->capture_default_str();
  verb->footer("Save it, patina schema > patina-run.schema.json, and name it in the input, \"$schema\": \"./patina-run.schema.json\":\n"
               "VS Code and JetBrains' editors then complete keys and mark mistakes. Rules across keys are told by patina validate.");
  verb->callback([name, &world] {
    const InputKind& kind = input_kind(*name);
    if (world.is_root()) fmt::print("{}", kind.json_schema(fmt::format("Input of patina {}", kind.verb)));
  });
}

}  // namespace patina
