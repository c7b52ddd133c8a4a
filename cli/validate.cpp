// SPDX-License-Identifier: BSD-3-Clause
// patina validate INPUT.json... [--for VERB] [--strict] [--set /json/pointer=value]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/input_kinds.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/json_text.hpp"

namespace patina {
namespace {

struct ValidateOptions {
  std::vector<std::string> inputs, overrides;
  std::string verb;
  bool strict = false;
};

// Tells what is wrong with one input; true if nothing is.
bool validate(const Comm& world, const std::string& input, const ValidateOptions& options) {
  const std::string text = read_file_on_root(world, input, json_max_bytes);
  const InputKind& kind = options.verb.empty() ? kind_of_input(text) : input_kind(options.verb);
  try {
    const auto doubts = kind.check(text, input, options.overrides);
    if (world.is_root()) {
      for (const std::string& doubt : doubts) fmt::print("{}: warning: {}\n", input, doubt);
      if (doubts.empty() || !options.strict) fmt::print("{}: nothing is wrong with it (an input of patina {})\n", input, kind.verb);
    }
    return doubts.empty() || !options.strict;
  } catch (const Error& error) {
    if (error.code() != ExitCode::bad_input) throw;
    if (world.is_root()) fmt::print(stderr, "error: {}\n  (read as an input of patina {})\n", error.what(), kind.verb);
    return false;
  }
}

}  // namespace

void add_validate(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("validate", "Tell everything that is wrong with an input, and do nothing else");
  auto options = std::make_shared<ValidateOptions>();
  verb->add_option("input", options->inputs, "Inputs (JSON) of run, scatter, synth, plan or correlate")->required();
  verb->add_option("--for", options->verb, "The verb whose input it is; without it, the one that knows most of its keys");
  verb->add_flag("--strict", options->strict, "Warnings are errors");
  verb->add_option("--set", options->overrides, "Change one value of the inputs: /json/pointer=value, in one word")->allow_extra_args(false);
  verb->footer("All errors are told at once, each with file, line and JSON path; then whether the files are there that the input names.\n"
               "What the sample itself does not allow is found by `patina run INPUT --dry-run`. Exit codes: 0 nothing is wrong, 65 something\n"
               "is, 66 an input cannot be read.");
  verb->callback([options, &world] {
    std::size_t wrong = 0;
    for (const std::string& input : options->inputs) wrong += validate(world, input, *options) ? 0 : 1;
    if (wrong > 0) throw Error(ExitCode::bad_input, fmt::format("{} of {} input(s) cannot be used as they are", wrong, options->inputs.size()));
  });
}

}  // namespace patina
