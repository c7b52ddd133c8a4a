// SPDX-License-Identifier: BSD-3-Clause
// patina analyse DIR: reads thermo.csv, resolved.json and xpcs.h5 of a run, writes DIR/analysis.json.
// patina analyse DIR DIR...: the same of each, and OUT.json of all together; with --replicas one analysis, of all as replicas of one run.
// patina analyse TABLE.csv: laws of tau(T).
// patina analyse FILE [--output OUT.json] [--figure OUT.png]: correlations of any pipeline that `patina score` reads.
#include "cli/analyse.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>

#include "analysis/record_json.hpp"
#include "cli/finite_number.hpp"
#include "cli/python_program.hpp"
#include "cli/speckle_records.hpp"
#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "score/relaxation_table.hpp"

namespace patina {
namespace {

void print_glass_transition(const QuenchAnalysis& quench) {
  for (const auto& observable : quench.observables) {
    const GlassTransition& t = observable.transition;
    if (!t.fit.found) {
      fmt::print("step {}: no Tg from {}: {}\n", quench.protocol_step, observable.name, t.fit.reason);
      continue;
    }
    std::string flips;
    // Far inside the range they change nothing.
    if (constexpr double notable = 0.25; !t.fit.converged && t.fit.flips_high_K - t.fit.flips_low_K > notable * (t.high_K - t.low_K))
      flips = fmt::format("; not converged: it flips between windows that give {:.0f}-{:.0f} K", t.fit.flips_low_K,
                          t.fit.flips_high_K);
    fmt::print(
        "step {}: Tg from {} = {:.0f} K ({:.0f}-{:.0f} K: bootstrap {:.0f}-{:.0f} K, other fit windows {:.0f}-{:.0f} K{}; lines "
        "over {:.0f}-{:.0f} K and {:.0f}-{:.0f} K; {:.2g} K/s)\n",
        quench.protocol_step, observable.name, t.fit.Tg_K, t.low_K, t.high_K, t.bootstrap_low_K, t.bootstrap_high_K,
        t.scatter_low_K, t.scatter_high_K, flips, t.fit.glass_low_K, t.fit.glass_high_K, t.fit.liquid_low_K,
        t.fit.liquid_high_K, quench.rate_K_per_s);
  }
}

std::string with_error(const MeanWithError& mean, double scale, int digits) {
  const std::string value = fmt::format("{:.{}f}", scale * mean.value, digits);
  return std::isfinite(mean.error) ? fmt::format("{} +- {:.{}f}", value, scale * mean.error, digits) : value;
}

constexpr double meV = 1000.0;

void print_hold(const HoldAnalysis& hold) {
  fmt::print("step {} ({}): at {:g} K the enthalpy is {} eV/atom; from the first half of the hold to the second {} meV/atom\n", hold.protocol_step, hold.label,
             std::isfinite(hold.target_K) ? hold.target_K : std::round(hold.whole.temperature_K.value), with_error(hold.whole.enthalpy_eV_per_atom, 1.0, 5),
             with_error(difference(hold.halves[0].enthalpy_eV_per_atom, hold.halves[1].enthalpy_eV_per_atom), meV, 2));
  const auto tau = [](const WaitingTimeFit& half) {
    if (half.fit.status == KwwStatus::refused) return std::string("no fit");
    const Interval interval = intervals_68(half).tau_ps;
    return fmt::format("{:.3g} ps ({:.3g}-{:.3g})", half.fit.tau_ps.value, interval.lower, interval.upper);
  };
  for (const HoldRelaxation& one : hold.relaxation)
    fmt::print("{}: tau in the first half of the hold: {}; in the second: {}\n", one.entry, tau(one.halves[0]), tau(one.halves[1]));
}

void print_cycles(const CycleAnalysis& cycles) {
  for (std::size_t n = 1; n < cycles.after.size(); ++n)
    fmt::print("cycle {} of step {}: at {:g} K the enthalpy changed by {} meV/atom since before the first cycle\n", n, cycles.protocol_step, cycles.temperature_K,
               with_error(difference(cycles.after[0].enthalpy_eV_per_atom, cycles.after[n].enthalpy_eV_per_atom), meV, 2));
}

void print_curve(const StressCurve& curve) {
  const std::string modulus = std::isfinite(curve.modulus_GPa.value) ? fmt::format("modulus {} GPa over a strain of {:g}", with_error(curve.modulus_GPa, 1.0, 1), curve.modulus_to_strain)
                                                                      : fmt::format("no modulus, with fewer than 3 lines of thermo.csv over a strain of {:g}", curve.modulus_to_strain);
  fmt::print("step {} ({}): {}; largest stress {:.3g} GPa at a strain of {:.3g}\n", curve.first_step, curve.label, modulus, curve.peak_GPa, curve.peak_strain);
  if (curve.flow_GPa) fmt::print("step {} ({}): flow stress {} GPa\n", curve.first_step, curve.label, with_error(*curve.flow_GPa, 1.0, 3));
  if (curve.viscosity_mPa_s)
    fmt::print("step {} ({}): viscosity {} mPa s at a rate of {:g}/ps\n", curve.first_step, curve.label, with_error(*curve.viscosity_mPa_s, 1.0, 3), curve.rate_per_ps);
}

void print_stress_hold(const StressRelaxation& one) {
  const StressHold& hold = one.hold;
  fmt::print("step {} ({}): {:.3g} GPa per strain after {:.3g} ps, {:.3g} GPa after {:.3g} ps\n", hold.protocol_step, hold.label, hold.modulus_GPa.front(), hold.time_ps.front(),
             hold.modulus_GPa.back(), hold.time_ps.back());
  const std::string name = fmt::format("step {} ({})", hold.protocol_step, hold.label);
  const auto told = [](const LogValue& v) { return fmt::format("{:.3g} ({:.3g}-{:.3g})", v.value, v.value * std::exp(-v.log_error), v.value * std::exp(v.log_error)); };
  if (!one.fit.found) {
    fmt::print("{}: no tau of the stress: {}\n", name, one.fit.reason);
    return;
  }
  fmt::print("{}: tau_sigma {}; {}\n", name, one.fit.told ? fmt::format("= {} ps", told(one.fit.tau_sigma_ps)) : "unknown", one.fit.verdict);
  for (const TauRatio& ratio : one.ratios) fmt::print("{}: tau_sigma / tau_q = {} at q = {:.4g} 1/A\n", name, told(ratio.tau_sigma_over_tau_q), ratio.q_inv_A);
}

void print_relaxation(const std::string& name, const RelaxationAnalysis& relaxation) {
  for (const auto& one : relaxation.coherent.fits) {
    if (one.fit.status == KwwStatus::refused) {
      fmt::print("{}: t_w = {:.4g} ps: no KWW fit: {}\n", name, one.waiting_time_ps, one.fit.reason);
      continue;
    }
    const KwwIntervals intervals = intervals_68(one);
    fmt::print("{}: t_w = {:.4g} ps: tau = {:.3g} ps ({:.3g}-{:.3g}), exponent {:.3g} ({:.3g}-{:.3g}){}\n", name, one.waiting_time_ps,
               one.fit.tau_ps.value, intervals.tau_ps.lower, intervals.tau_ps.upper, one.fit.kww_exponent.value,
               intervals.kww_exponent.lower, intervals.kww_exponent.upper, one.fit.kww_exponent.fixed ? ", exponent fixed" : "");
  }
  if (relaxation.coherent.fits.size() < 2) return;  // ageing is no question
  // The law stands on other numbers than those above.
  fmt::print("{}: {}{}\n", name, relaxation.common_shape.found ? "with one shape for all waiting times: " : "", relaxation.ageing.text);
}

void print_dynamics(const DynamicsAnalysis& dynamics) {
  const std::string& entry = dynamics.data.entry;
  for (const auto& shell : dynamics.shells) print_relaxation(fmt::format("{}, q = {:.6g} 1/A", entry, shell.data.q0_inv_A), shell);
  for (const auto& at : dynamics.waiting_times) {
    const std::string name = fmt::format("{}: t_w = {:.4g} ps", entry, at.waiting_time_ps);
    if (std::isfinite(at.q_power)) fmt::print("{}: tau ~ q^-n with n = {:.2f} +- {:.2f}\n", name, at.q_power, at.q_power_error);
    for (const auto& one : at.diffusion) {
      if (std::isfinite(one.D_A2_per_ps))
        fmt::print("{}: D of {} = {:.3g}{} A^2/ps\n", name, one.species, one.D_A2_per_ps,
                   std::isfinite(one.D_error_A2_per_ps) ? fmt::format(" +- {:.2g}", one.D_error_A2_per_ps) : "");
      else if (std::isfinite(one.power))
        fmt::print("{}: {} does not diffuse yet: <r^2> ~ t^{:.2f} from {:.3g} to {:.3g} ps\n", name, one.species, one.power,
                   one.from_ps, one.to_ps);
    }
    const auto print_highest = [&](const char* what, const HighestPoint& point) {
      if (std::isfinite(point.value)) fmt::print("{}: {} highest at {:.3g} ps: {:.3g}\n", name, what, point.lag_ps, point.value);
    };
    print_highest("alpha_2", at.alpha_2);
    print_highest("chi_4 of sub-boxes", at.chi4);
  }
}

void print_g2(const std::string& name, const G2Fit& g2) {
  const KwwFit& fit = g2.simple;
  if (fit.status == KwwStatus::refused)
    fmt::print("{}: no fit of g2: {}\n", name, fit.reason);
  else
    fmt::print("{}: g2: tau = {:.4g} ({:.4g}-{:.4g}), exponent {:.3g} ({:.3g}-{:.3g}), amplitude {:.3g}\n", name, fit.tau_ps.value, fit.tau_ps.lower, fit.tau_ps.upper,
               fit.kww_exponent.value, fit.kww_exponent.lower, fit.kww_exponent.upper, fit.amplitude.value);
  for (const auto& warning : fit.warnings) fmt::print("{}: note: g2: {}\n", name, warning);
}

void print_ages(const std::string& name, const RecordAnalysis& one) {
  for (const auto& window : one.aged.windows) {
    const KwwFit& fit = window.fit.simple;
    if (fit.status == KwwStatus::refused)
      fmt::print("{}: g2 of {:.4g} to {:.4g} {}: no fit: {}\n", name, window.first, window.last, one.record.unit, fit.reason);
    else
      fmt::print("{}: g2 of {:.4g} to {:.4g} {}: tau = {:.4g} ({:.4g}-{:.4g}), exponent {:.3g} ({:.3g}-{:.3g})\n", name, window.first, window.last, one.record.unit, fit.tau_ps.value, fit.tau_ps.lower,
                 fit.tau_ps.upper, fit.kww_exponent.value, fit.kww_exponent.lower, fit.kww_exponent.upper);
  }
  fmt::print("{}: g2 of each age: {}\n", name, one.aged.laws.laws.empty() ? "fewer than three ages have a tau" : one.aged.laws.text);
}

void print_record(const RecordAnalysis& one) {
  const std::string& name = one.record.label;
  if (one.g2) print_g2(name, *one.g2);
  if (!one.aged.windows.empty()) print_ages(name, one);
  if (!one.clock.found) {
    fmt::print("{}: no clock fit: {}\n", name, one.clock.reason);
    return;
  }
  const ClockParameters& clock = one.clock.parameters;
  const ValueWithError amplitude = one.clock.amplitude(), exponent = one.clock.kww_exponent();
  fmt::print("{}: clock fit: {} {:.4g} +- {:.2g}, exponent {:.4g} +- {:.2g}, {:.3g} relaxation times in the record; {}\n", name, clock.shortest_lag > 0.0 ? "amplitude" : "contrast",
             amplitude.value, amplitude.error, exponent.value, exponent.error, one.clock.relaxation_times, one.laws.text);
  if (clock.shortest_lag > 0.0)
    fmt::print("{}: a fast step leaves {:.3g} of the contrast {:.3g}: fitted are lags of {:.3g} {} or more\n", name, clock.plateau, clock.contrast, clock.shortest_lag, one.record.unit);
  for (const auto& warning : one.clock.warnings) fmt::print("{}: note: {}\n", name, warning);
  if (one.clock_tests.judged) fmt::print("{}: {}\n", name, one.clock_tests.text);
  fmt::print("{}: {}\n", name, one.intermittency.text);
  fmt::print("{}: {}\n", name, one.regimes.judged ? one.regimes.text : "regimes not judged: " + one.regimes.reason);
}

// Says what is being done: what begins first, then a line each two seconds at most.
class Stages {
 public:
  void say(const std::string& what) {
    const auto now = Clock::now();
    if (now - last_line_ < std::chrono::seconds(2)) return;
    last_line_ = now;
    fmt::print("... {}\n", what);
    std::fflush(stdout);
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_line_ = Clock::now() - std::chrono::seconds(2);
};

std::vector<RecordAnalysis> analyse_records(const std::vector<SpeckleRecord>& records) {
  std::vector<RecordAnalysis> analyses;
  Stages stages;
  for (const auto& record : records) {
    const std::string of_all = fmt::format("{}, {} of {}, {} frames", record.label, analyses.size() + 1, records.size(), record.frames);
    analyses.push_back(analyse_record(record, [&](const char* what) { stages.say(of_all + ": " + what); }));
  }
  return analyses;
}

// The table that `patina score` grades: events of all q, one that several q show once.
std::string table_of_events(const std::vector<RecordAnalysis>& analyses) {
  std::vector<double> times;
  std::string unit = "s";
  double together = 0.0;
  for (const auto& one : analyses) {
    unit = one.record.unit;
    together = 2.0 * one.record.frame_interval;
    for (const auto& event : one.intermittency.events) times.push_back(event.time);
  }
  std::sort(times.begin(), times.end());
  std::string table = fmt::format("event_time_{}\n", unit);
  double last = -std::numeric_limits<double>::infinity();
  for (const double time : times) {
    if (time > last + together) table += fmt::format("{:.9g}\n", time);
    last = time;
  }
  return table;
}

void analyse_file(const AnalysisArguments& arguments) {
  const std::filesystem::path path(arguments.folder);
  const std::string output = arguments.output.empty() ? (path.parent_path() / (path.stem().string() + "_analysis.json")).string() : arguments.output;
  const IfExists if_exists = arguments.overwrite ? IfExists::replace : IfExists::refuse;
  check_figure(arguments.figure);
  check_outputs({output, arguments.events, arguments.figure}, {arguments.folder}, if_exists);
  const SpeckleRecords found = read_speckle_records(arguments.folder);
  fmt::print("{}: {}\n", arguments.folder, found.recognised_as);
  for (const auto& note : found.notes) fmt::print("note: {}\n", note);
  const auto analyses = analyse_records(found.records);
  for (const auto& one : analyses) print_record(one);
  write_file_durably(output, to_json(arguments.folder, found.recognised_as, found.notes, analyses), if_exists);
  fmt::print("wrote {}\n", output);
  if (!arguments.events.empty()) {
    write_file_durably(arguments.events, table_of_events(analyses), if_exists);
    fmt::print("wrote {}\n", arguments.events);
  }
  if (arguments.figure.empty()) return;
  run_report_program("speckles.py", {output, arguments.figure});
  fmt::print("wrote {}\n", arguments.figure);
}

}  // namespace

void print_summary(const RunAnalysis& analysis) {
  for (const auto& quench : analysis.quenches) print_glass_transition(quench);
  print_heating(analysis.heating, analysis.enthalpies);
  for (const auto& one : analysis.minima)
    fmt::print("step {}: inherent structure: {:.5f} eV/atom{}\n", one.protocol_step, one.energy, std::isfinite(one.error) ? fmt::format(" +- {:.1g}", one.error) : "");
  for (const auto& structure : analysis.structure)
    if (structure.peak.found)
      fmt::print("{}: S(q) peak at {:.3f} +- {:.3f} 1/A, height {:.2f} +- {:.2f}\n", structure.data.entry,
                 structure.peak.q_inv_A, structure.peak.q_error_inv_A, structure.peak.height,
                 structure.peak.height_error);
  for (const auto& relaxation : analysis.relaxation) print_relaxation(relaxation.data.entry, relaxation);
  for (const auto& hold : analysis.holds) print_hold(hold);
  for (const auto& cycles : analysis.cycles) print_cycles(cycles);
  for (const auto& curve : analysis.stress_curves) print_curve(curve);
  for (const auto& one : analysis.stress_relaxation) print_stress_hold(one);
  for (const auto& dynamics : analysis.dynamics) print_dynamics(dynamics);
  if (analysis.tau.of_several_temperatures()) fmt::print("tau(T) of {} holds: {}\n", analysis.tau.holds.size(), analysis.tau.law.text);
  for (const auto& record : analysis.speckles) print_record(record);
  for (const auto& note : analysis.notes) fmt::print("note: {}\n", note);
}

void add_analysis_options(CLI::App& verb, AnalysisArguments& arguments) {
  verb.add_option("--fit-after-ps", arguments.options.relaxation.fit_after_ps,
                  "Shortest lag of the KWW fits: leaves out the cage decay")
      ->check(CLI::NonNegativeNumber)->check(finite_number())
      ->capture_default_str();
  verb.add_option("--fix-exponent", arguments.options.relaxation.exponent_if_unidentifiable,
                  "KWW exponent to assume where the decay is too incomplete to fit it")
      ->check(CLI::Range(0.1, 2.0))->check(finite_number());
  verb.add_option("--heat-capacity-window-K", arguments.options.heating.window_K, "Over which H is differentiated along a scan that heats")
      ->check(CLI::Range(1.0, 1000.0))->check(finite_number())
      ->capture_default_str();
  verb.add_option("--glass-tau-s", arguments.glass_tau_s, "Relaxation time at which T_g and fragility are told from tau(T)")->check(CLI::PositiveNumber)->check(finite_number())->capture_default_str();
  verb.add_option("--glass-below-K", arguments.options.tau_of_temperature.glass_below_K, "tau(T) below is that of a glass where nothing marks its points")->check(CLI::PositiveNumber)->check(finite_number());
}

AnalysisOptions options_in_ps(const AnalysisArguments& arguments) {
  AnalysisOptions options = arguments.options;
  options.tau_of_temperature.glass_tau = arguments.glass_tau_s * 1e12;
  return options;
}

RunAnalysis analysis_of(const RunData& run, const AnalysisArguments& arguments) {
  auto analysis = analyse_run(run, options_in_ps(arguments));
  std::vector<std::string> files;
  for (const auto& replica : run.replicas)
    if (const std::string file = replica + "/xpcs.h5"; std::filesystem::exists(file)) files.push_back(file);
  analysis.speckles = analyse_records(read_speckle_records_of_run(files));
  return analysis;
}

void write_analysis(const AnalysisArguments& arguments) {
  const RunAnalysis analysis = analysis_of(read_run_data(arguments.folder), arguments);
  const std::string path = arguments.folder + "/analysis.json";
  write_file_durably(path, to_json(analysis), IfExists::replace);
  print_summary(analysis);
  fmt::print("wrote {}\n", path);
}

void add_analyse(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("analyse",
                                  "Relaxation times, ageing, calorimetry, Tg and S(q) peak of a run or of several, ageing and regimes in a file of correlations, or laws of tau(T), with uncertainties");
  auto arguments = std::make_shared<AnalysisArguments>();
  verb->add_option("results", arguments->folders, "A run folder or several, a file of correlations, or a table of tau(T) (docs/analysis.md)")->required();
  add_analysis_options(*verb, *arguments);
  verb->add_flag("--replicas", arguments->as_replicas, "Several folders are replicas of one run, that differ in their seed alone");
  verb->add_option("--output,-o", arguments->output, "JSON to write; default of a file: NAME_analysis.json beside it, of several folders: glass_state.json here");
  verb->add_option("--figure", arguments->figure, "Of a file, or of several folders: drawing to write (PNG, PDF or SVG by its name)");
  verb->add_option("--events", arguments->events, "Of a file of correlations: table of sudden advances (CSV), as `patina score` grades it");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace these files if they are there");
  verb->callback([arguments, &world] {
    on_root(world, [&] {
      arguments->folder = arguments->folders.front();
      const bool one_file = std::filesystem::is_regular_file(arguments->folder);
      if (arguments->as_replicas && arguments->folders.size() < 2) throw Error(ExitCode::usage, "--replicas: of one folder? Name the others too");
      if (arguments->folders.size() > 1)
        analyse_several(*arguments);
      else if (one_file && is_tau_of_temperature(arguments->folder))
        analyse_tau_table(*arguments);
      else if (one_file)
        analyse_file(*arguments);
      else {
        if (!arguments->output.empty() || !arguments->figure.empty() || !arguments->events.empty())
          throw Error(ExitCode::usage, "--output, --figure, --events: of one run folder the analysis stands in it (analysis.json); `patina report` draws it");
        write_analysis(*arguments);
      }
    });
  });
}

}  // namespace patina
