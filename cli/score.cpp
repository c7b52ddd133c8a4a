// SPDX-License-Identifier: BSD-3-Clause
// patina score ANSWER TRUTH [--output score.json] [--figure score.png] [--overwrite] [--format ...] [--binning ...]
#include "score/score.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/python_program.hpp"
#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/on_root.hpp"

namespace patina {
namespace {

struct ScoreArguments {
  std::string answer, truth, truth_entry, output, figure;
  AnswerOptions reading;
  ScoreOptions scoring;
  bool overwrite = false;
};

void run_score(const ScoreArguments& arguments) {
  const IfExists if_exists = arguments.overwrite ? IfExists::replace : IfExists::refuse;
  check_figure(arguments.figure);
  check_outputs({arguments.output, arguments.figure}, {answer_file(arguments.answer), truth_file(arguments.truth)}, if_exists);
  const Truth truth = read_truth(arguments.truth, arguments.truth_entry);
  AnswerOptions reading = arguments.reading;
  reading.apart = truth.apart;
  const Answer answer = read_answer(arguments.answer, reading);
  const Score score = score_answer(answer, truth, arguments.scoring);
  fmt::print("{}", score_table(score, answer, truth));
  if (arguments.output.empty()) return;
  write_file_durably(arguments.output, score_json(score, answer, truth), if_exists);
  fmt::print("wrote {}\n", arguments.output);
  if (arguments.figure.empty()) return;
  run_report_program("score.py", {arguments.output, arguments.figure});
  fmt::print("wrote {}\n", arguments.figure);
}

}  // namespace

void add_score(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("score", "Grade an analysis of speckles against the truth: bias, chi^2, coverage, missed events");
  auto arguments = std::make_shared<ScoreArguments>();
  verb->add_option("answer", arguments->answer, "What a pipeline found: CSV, APS result, xpcs-eigen, NXxpcs, xpcs.h5, analysis.json, or the movie itself (docs/score.md)")->required();
  verb->add_option("truth", arguments->truth, "synth.h5, s0001_results.hdf, xpcs.h5 of a run, or the folder of one")->required();
  auto* output = verb->add_option("--output,-o", arguments->output, "File for all figures (JSON)");
  verb->add_option("--figure", arguments->figure, "File for a drawing of them (PNG, PDF or SVG by its name)")->needs(output);
  verb->add_flag("--overwrite", arguments->overwrite, "Replace these files if they are there");
  verb->add_option("--format", arguments->reading.format, "What the answer is, if its content does not tell")
      ->check(CLI::IsMember({"automatic", "csv", "aps", "eigen", "nxxpcs", "patina", "movie", "frames", "analysis"}))
      ->capture_default_str();
  const std::map<std::string, Binning> binnings{{"automatic", Binning::as_told}, {"single", Binning::single}, {"multi_tau", Binning::multi_tau}};
  verb->add_option("--binning", arguments->reading.binning, "What stands behind lags: automatic, single frames, or multi_tau levels")
      ->transform(CLI::CheckedTransformer(binnings, CLI::ignore_case));
  verb->add_option("--answer-entry", arguments->reading.entry, "Entry of an answer xpcs.h5; default: all");
  verb->add_option("--truth-entry", arguments->truth_entry, "Entry of a truth xpcs.h5, if there are several");
  verb->add_option("--q-tolerance", arguments->scoring.q_tolerance, "How far q of answer and truth may differ, relative")->check(CLI::Range(0.0, 0.5))->capture_default_str();
  verb->add_option("--event-tolerance", arguments->scoring.event_tolerance, "How far off an event may be told, in the truth's unit of time; default: two frames")
      ->check(CLI::NonNegativeNumber);
  verb->add_flag("--other-movie", arguments->scoring.other_movie, "Compare, although the answer tells that it is of another movie than the truth");
  verb->callback([arguments, &world] { on_root(world, [&] { run_score(*arguments); }); });
}

}  // namespace patina
