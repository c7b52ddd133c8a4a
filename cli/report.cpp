// SPDX-License-Identifier: BSD-3-Clause
// patina report DIR: analyses the run, or grades synthetic speckles against their own truth, then draws figures/*.png and one self-contained
// report.html with the Python package scripts/report.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/analyse.hpp"
#include "cli/python_program.hpp"
#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "score/score.hpp"

namespace patina {
namespace {

bool is_synthetic(const std::string& folder) {
  namespace fs = std::filesystem;
  return fs::exists(folder + "/synth.h5") || (fs::exists(folder + "/frames/s0001_results.hdf") && !fs::exists(folder + "/thermo.csv"));
}

// FOLDER/score.json: the plain estimate from the data against their truth. Returns why there is none, or "".
std::string write_score(const std::string& folder) {
  const std::string path = folder + "/score.json";
  const Truth truth = read_truth(folder, "");
  try {
    AnswerOptions reading;
    reading.apart = truth.apart;
    const Answer answer = read_answer(folder, reading);
    const Score score = score_answer(answer, truth, {});
    fmt::print("{}", score_table(score, answer, truth));
    write_file_durably(path, score_json(score, answer, truth), IfExists::replace);
  } catch (const Error& error) {
    // More frames than can be correlated here, or no dense ones.
    if (error.code() != ExitCode::bad_input && error.code() != ExitCode::missing_input) throw;
    std::filesystem::remove(path);
    return error.what();
  }
  fmt::print("wrote {}\n", path);
  return "";
}

}  // namespace

void add_report(CLI::App& app, const Comm& world) {
  auto* verb =
      app.add_subcommand("report", "One HTML page and PNG figures of a run, with everything `analyse` finds, or of synthetic speckles");
  auto arguments = std::make_shared<AnalysisArguments>();
  verb->add_option("folder", arguments->folder, "A run folder")->required();
  add_analysis_options(*verb, *arguments);
  verb->callback([arguments, &world] {
    on_root(world, [&] {
      if (is_synthetic(arguments->folder)) {
        const std::string note = write_score(arguments->folder);
        if (!note.empty()) fmt::print("note: {}\n", note);
        run_report_program("", {arguments->folder, note});
      } else {
        write_analysis(*arguments);
        run_report_program("", {arguments->folder});
      }
      fmt::print("wrote {}/report.html\n", arguments->folder);
    });
  });
}

}  // namespace patina
