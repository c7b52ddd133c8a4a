// SPDX-License-Identifier: BSD-3-Clause
// patina report DIR: analyses the run, or grades synthetic speckles against their own truth, then draws figures/*.png and one self-contained
// report.html with the Python package scripts/report.
// patina report FILE --figure OUT: the figure of a file of numbers once more, as the verb that wrote it drew it.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/analyse.hpp"
#include "cli/python_program.hpp"
#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/hdf5.hpp"
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

// Which program draws a file of numbers, by what stands in it.
std::string drawing_program(const std::string& path) {
  const std::string allowed = "what `patina` analyse, compare, score, structure, plan and correlate write with --output";
  if (std::ifstream(path, std::ios::binary).get() == 0x89) {  // HDF5
    if (h5::File::open(path).exists("/xpcs/correlate")) return "correlate.py";
    throw Error(ExitCode::bad_input, fmt::format("{}: HDF5, but no results of `patina correlate`; drawn is {}", path, allowed));
  }
  std::ifstream text(path);
  const auto root = nlohmann::json::parse(text, nullptr, false);
  if (!root.is_object()) throw Error(ExitCode::bad_input, fmt::format("{}: no JSON object; drawn is {}", path, allowed));
  const std::string format = root.contains("format") && root["format"].is_string() ? root["format"].get<std::string>() : "";
  if (format == "patina-speckle-analysis") return "speckles.py";
  if (format == "patina-compare") return "compare.py";
  if (format == "patina-glass-state" || format == "patina-tau-of-temperature") return "glass.py";
  if (format == "patina-analysis") throw Error(ExitCode::usage, fmt::format("{}: of a run the page is drawn: `patina report {}`", path, std::filesystem::path(path).parent_path().string()));
  if (root.contains("kind") && root["kind"] == "patina structure") return "structure.py";
  if (root.contains("null_tests") && root.contains("truth")) return "score.py";
  if (root.contains("rows") && root.contains("input")) return "plan.py";
  throw Error(ExitCode::bad_input, fmt::format("{}: nothing of it is known to be drawn; drawn is {}", path, allowed));
}

void redraw(const std::string& path, const std::string& figure, bool overwrite) {
  if (figure.empty()) throw Error(ExitCode::usage, path + ": is a file: --figure says where its figure goes; a page is made of a run folder");
  check_figure(figure);
  check_outputs({figure}, {path}, overwrite ? IfExists::replace : IfExists::refuse);
  run_report_program(drawing_program(path), {path, figure});
  fmt::print("wrote {}\n", figure);
}

}  // namespace

void add_report(CLI::App& app, const Comm& world) {
  auto* verb =
      app.add_subcommand("report", "One HTML page and PNG figures of a run, with everything `analyse` finds, or of synthetic speckles");
  auto arguments = std::make_shared<AnalysisArguments>();
  verb->add_option("folder", arguments->folder, "A run folder, or a file of numbers that `patina` wrote (--output of analyse, compare, score, structure, plan, correlate)")->required();
  add_analysis_options(*verb, *arguments);
  verb->add_option("--figure", arguments->figure, "Of a file of numbers: drawing to write (PNG, PDF or SVG by its name)");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace it if it is there");
  verb->callback([arguments, &world] {
    on_root(world, [&] {
      if (std::filesystem::is_regular_file(arguments->folder)) return redraw(arguments->folder, arguments->figure, arguments->overwrite);
      if (!arguments->figure.empty()) throw Error(ExitCode::usage, "--figure: of a folder the page and its figures stand in it; --figure is for a file of numbers");
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
