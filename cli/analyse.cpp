// SPDX-License-Identifier: BSD-3-Clause
// patina analyse DIR: reads thermo.csv, resolved.json and xpcs.h5 of a run, writes DIR/analysis.json.
#include "cli/analyse.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/on_root.hpp"

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

void print_summary(const RunAnalysis& analysis) {
  for (const auto& quench : analysis.quenches) print_glass_transition(quench);
  for (const auto& structure : analysis.structure)
    if (structure.peak.found)
      fmt::print("{}: S(q) peak at {:.3f} +- {:.3f} 1/A, height {:.2f} +- {:.2f}\n", structure.data.entry,
                 structure.peak.q_inv_A, structure.peak.q_error_inv_A, structure.peak.height,
                 structure.peak.height_error);
  for (const auto& relaxation : analysis.relaxation) print_relaxation(relaxation.data.entry, relaxation);
  for (const auto& dynamics : analysis.dynamics) print_dynamics(dynamics);
  for (const auto& note : analysis.notes) fmt::print("note: {}\n", note);
}

}  // namespace

void add_analysis_options(CLI::App& verb, AnalysisArguments& arguments) {
  verb.add_option("folder", arguments.folder, "A run folder")->required();
  verb.add_option("--fit-after-ps", arguments.options.relaxation.fit_after_ps,
                  "Shortest lag of the KWW fits: leaves out the cage decay")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb.add_option("--fix-exponent", arguments.options.relaxation.exponent_if_unidentifiable,
                  "KWW exponent to assume where the decay is too incomplete to fit it")
      ->check(CLI::Range(0.1, 2.0));
}

void write_analysis(const AnalysisArguments& arguments) {
  const auto analysis = analyse_run(read_run_data(arguments.folder), arguments.options);
  const std::string path = arguments.folder + "/analysis.json";
  write_file_durably(path, to_json(analysis), IfExists::replace);
  print_summary(analysis);
  fmt::print("wrote {}\n", path);
}

void add_analyse(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("analyse",
                                  "Relaxation times, ageing, Tg and S(q) peak of a run, with uncertainties");
  auto arguments = std::make_shared<AnalysisArguments>();
  add_analysis_options(*verb, *arguments);
  verb->callback([arguments, &world] { on_root(world, [&] { write_analysis(*arguments); }); });
}

}  // namespace patina
