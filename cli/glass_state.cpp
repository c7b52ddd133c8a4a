// SPDX-License-Identifier: BSD-3-Clause
// What `patina analyse` does with several run folders, and with a table of tau(T).
#include <cmath>
#include <filesystem>

#include "analysis/glass_state_json.hpp"
#include "cli/analyse.hpp"
#include "cli/python_program.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "score/relaxation_table.hpp"

namespace patina {
namespace {

// What is to be written must not stand there, nor be what is read, before any work.
void check_names(const AnalysisArguments& arguments, const std::string& output) {
  if (!arguments.events.empty()) throw Error(ExitCode::usage, "--events: sudden advances are found in a file of correlations only");
  check_figure(arguments.figure);
  check_outputs({output, arguments.figure}, arguments.folders, arguments.overwrite ? IfExists::replace : IfExists::refuse);
}

// A run named twice would count twice, and its own analysis is written besides.
void require_different(const std::vector<std::string>& folders, const std::string& output) {
  namespace fs = std::filesystem;
  for (auto one = folders.begin(); one != folders.end(); ++one) {
    for (auto other = folders.begin(); other != one; ++other)
      if (fs::weakly_canonical(*one) == fs::weakly_canonical(*other)) throw Error(ExitCode::usage, fmt::format("{}: named twice (also as {})", *one, *other));
    if (fs::weakly_canonical(output) == fs::weakly_canonical(*one + "/analysis.json"))
      throw Error(ExitCode::cannot_create, fmt::format("{}: the analysis of {} by itself is written there; an output needs a name of its own", output, *one));
  }
}

void write(const AnalysisArguments& arguments, const std::string& output, const std::string& json) {
  write_file_durably(output, json, arguments.overwrite ? IfExists::replace : IfExists::refuse);
  fmt::print("wrote {}\n", output);
  if (arguments.figure.empty()) return;
  run_report_program("glass.py", {output, arguments.figure});
  fmt::print("wrote {}\n", arguments.figure);
}

}  // namespace

void print_heating(const std::vector<HeatingScan>& scans, const std::vector<ComparedScan>& compared) {
  for (const auto& scan : scans) {
    const GlassTransition& f = scan.fictive;
    if (f.fit.found)
      fmt::print("step {}: fictive temperature by equal areas = {:.0f} K ({:.0f}-{:.0f} K; bootstrap of {} {:.0f}-{:.0f} K; glass over {:.0f}-{:.0f} K, liquid over {:.0f}-{:.0f} K; {:.2g} K/s)\n",
                 scan.protocol_step, f.fit.Tg_K, f.low_K, f.high_K, f.bootstrap_of_replicas ? "replicas" : "blocks", f.bootstrap_low_K, f.bootstrap_high_K, f.fit.glass_low_K,
                 f.fit.glass_high_K, f.fit.liquid_low_K, f.fit.liquid_high_K, scan.rate_K_per_s);
    else
      fmt::print("step {}: no fictive temperature: {}\n", scan.protocol_step, f.fit.reason);
    const HeatCapacity& c = scan.heat_capacity;
    if (!c.reason.empty()) {
      fmt::print("step {}: no c_p: {}\n", scan.protocol_step, c.reason);
      continue;
    }
    const HeatingRise& rise = scan.rise;
    if (rise.found)
      fmt::print("step {}: c_p rises at {:.0f} +- {:.0f} K (onset; half of the way at {:.0f} +- {:.0f} K); {}\n", scan.protocol_step, rise.onset_K.value, rise.onset_K.error, rise.half_K.value, rise.half_K.error,
                 rise.overshoots ? fmt::format("overshoot {:.3g} +- {:.1g} meV/atom", 1e3 * rise.overshoot_eV.value, 1e3 * rise.overshoot_eV.error) : "no overshoot: " + rise.no_overshoot);
    else
      fmt::print("step {}: no onset: {}\n", scan.protocol_step, rise.reason);
    const std::size_t top = c.highest();
    if (!c.has_peak())
      fmt::print("step {}: c_p over windows of {:g} K has no peak above its noise ({:.1g} meV/K per atom)\n", scan.protocol_step, c.window_K, 1e3 * c.error[top]);
    else
      fmt::print("step {}: c_p highest at {:.0f} K: {:.3g} +- {:.1g} meV/K per atom (over {:g} K)\n", scan.protocol_step, c.temperature_K[top], 1e3 * c.value[top], 1e3 * c.error[top], c.window_K);
  }
  for (const auto& one : compared) {
    const std::string name = fmt::format("step {} against step {} of {}", scans[one.scan].protocol_step, scans[one.reference].protocol_step, scans[one.reference].folder);
    if (one.enthalpy.found)
      fmt::print("{}: relaxation enthalpy {:.3g} +- {:.1g} meV/atom\n", name, 1e3 * one.enthalpy.value, 1e3 * one.enthalpy.error);
    else
      fmt::print("{}: no relaxation enthalpy: {}\n", name, one.enthalpy.reason);
    for (const auto& warning : one.enthalpy.warnings) fmt::print("{}: note: {}\n", name, warning);
  }
}

void analyse_several(const AnalysisArguments& arguments) {
  for (const auto& folder : arguments.folders)
    if (std::filesystem::is_regular_file(folder)) throw Error(ExitCode::usage, folder + " is a file: several results together are run folders");
  const std::string output = arguments.output.empty() ? "glass_state.json" : arguments.output;
  check_names(arguments, output);
  require_different(arguments.folders, output);
  std::vector<RunData> runs;
  for (const auto& folder : arguments.folders) runs.push_back(read_run_data(folder));
  if (arguments.as_replicas) {
    const RunAnalysis analysis = analysis_of(pooled(runs), arguments);
    print_summary(analysis);
    write(arguments, output, to_json(analysis));
    return;
  }
  std::vector<RunAnalysis> analyses;
  for (const auto& run : runs) {
    analyses.push_back(analysis_of(run, arguments));
    fmt::print("{}:\n", run.path);
    print_summary(analyses.back());
    write_file_durably(run.path + "/analysis.json", to_json(analyses.back()), IfExists::replace);
  }
  const GlassState state = join_runs(runs, analyses, options_in_ps(arguments).tau_of_temperature);
  fmt::print("all together:\n");
  if (const RateDependence& r = state.rates; r.found) {
    fmt::print("Tg of the enthalpy = {:.0f} +- {:.0f} K at {:.2g} K/s and changes by {:.1f} +- {:.1f} K per decade of the rate (chi^2 {:.1f} for {} degrees of freedom{})\n", r.Tg_K, r.Tg_error_K, r.reference_rate_K_per_s,
               r.slope_K, r.slope_error_K, r.chi_squared, r.degrees_of_freedom, r.widened_by > 1.0 ? fmt::format(": errors widened by {:.2g}", r.widened_by) : "");
    for (const auto& note : r.notes) fmt::print("note: Tg against rate: {}\n", note);
  } else if (!state.quenches.empty()) {
    fmt::print("Tg against rate: {}\n", r.reason);
  }
  for (const auto& one : state.enthalpies)
    fmt::print("{} step {} against {} step {}: {}\n", state.scans[one.scan].folder, state.scans[one.scan].protocol_step, state.scans[one.reference].folder, state.scans[one.reference].protocol_step,
               one.enthalpy.found ? fmt::format("relaxation enthalpy {:.3g} +- {:.1g} meV/atom", 1e3 * one.enthalpy.value, 1e3 * one.enthalpy.error)
                                  : "no relaxation enthalpy: " + one.enthalpy.reason);
  fmt::print("tau(T): {}\n", state.tau.holds.empty() ? "no hold with a relaxation time" : state.tau.law.text);
  write(arguments, output, to_json(state));
}

void analyse_tau_table(const AnalysisArguments& arguments) {
  const std::filesystem::path path(arguments.folder);
  const std::string output = arguments.output.empty() ? (path.parent_path() / (path.stem().string() + "_analysis.json")).string() : arguments.output;
  check_names(arguments, output);
  const RelaxationTable table = read_relaxation_table(arguments.folder);
  if (!table.has_temperature) throw Error(ExitCode::bad_input, arguments.folder + ": no column T_K or temperature_K: tau against what?");
  std::vector<MeasuredTau> points;
  for (const auto& row : table.rows) points.push_back({{row.temperature_K, row.tau, row.log_error}, row.equilibrium, row.place});
  TauOfTemperatureOptions options = arguments.options.tau_of_temperature;
  options.glass_tau = arguments.glass_tau_s * (table.unit == "ps" ? 1e12 : 1.0);
  TauOfTemperature found = analyse_tau_of_temperature(std::move(points), table.unit, options);
  found.notes.insert(found.notes.end(), table.notes.begin(), table.notes.end());
  fmt::print("tau(T) of {} rows ({}): {}\n", table.rows.size(), found.split_by, found.text);
  for (const auto& law : found.laws)
    if (law.found)
      fmt::print("  {}: chi^2 = {:.1f} for {} degrees of freedom, AICc {:.1f}{}\n", law.name, law.chi_squared, law.degrees_of_freedom, law.aicc,
                 law.glass_point.found ? fmt::format(", T_g = {:.4g} +- {:.2g} K, m = {:.3g} +- {:.2g}", law.glass_point.Tg_K, law.glass_point.Tg_error_K, law.glass_point.fragility, law.glass_point.fragility_error) : "");
    else
      fmt::print("  {}: refused: {}\n", law.name, law.reason);
  for (const auto& note : found.notes) fmt::print("note: {}\n", note);
  write(arguments, output, to_json(arguments.folder, found));
}

}  // namespace patina
