// SPDX-License-Identifier: BSD-3-Clause
// patina compare RESULTS MEASURED.csv [--output compare.json] [--figure compare.png]: simulated and measured relaxation times laid over each other by
// the factors that are allowed, and which comparisons mean something (docs/compare.md).
// patina compare RESULTS paper:M5: numbers of the review beside those of a run; patina compare --list names them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/compare_paper.hpp"
#include "cli/compared_series.hpp"
#include "cli/finite_number.hpp"
#include "cli/python_program.hpp"
#include "cli/verbs.hpp"
#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/on_root.hpp"
#include "core/version.hpp"

namespace patina {
namespace {

using Json = nlohmann::ordered_json;

struct CompareArguments {
  std::string results, measured, entry, output, figure;
  std::optional<double> simulated_Tg_K, measured_Tg_K, measured_temperature_K, measured_cooling_rate_K_per_s;
  bool overwrite = false, list = false;
};

constexpr double plausible = 0.01;  // chi^2 of less probability: no agreement

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json json_of(const ComparedSeries& one, ScaledAgainst against) {
  const ComparedSample& s = one.sample;
  return {{"path", one.path},
          {"entry", one.entry.empty() ? Json() : Json(one.entry)},
          {against == ScaledAgainst::waiting_time ? "waiting_time_s" : "temperature_K", one.series.x},
          {"tau_s", one.series.tau},
          {"log_tau_error", one.series.log_error},
          {"sample_temperature_K", number_or_null(s.temperature_K)},
          {"Tg_K", number_or_null(s.Tg_K)},
          {"T_over_Tg", number_or_null(s.T_over_Tg())},
          {"cooling_rate_K_per_s", number_or_null(s.cooling_rate_K_per_s)},
          {"tau0_s", number_or_null(s.tau0_s)},
          {"quench_number", number_or_null(s.quench_number())},
          {"kww_exponent", s.kww_exponent ? Json{{"value", *s.kww_exponent}, {"error", *s.kww_exponent_error}} : Json()},
          {"notes", one.notes}};
}

Json factor(double log_value, double log_error) {
  return {{"value", std::exp(log_value)}, {"ln", log_value}, {"ln_error", log_error}, {"interval_68", {std::exp(log_value - log_error), std::exp(log_value + log_error)}}};
}

// The law in the simulation's units, for drawing.
Json curve_of(const ScaleFactors& f, ScaledAgainst against, const RelaxationSeries& s, const RelaxationSeries& m) {
  double low = std::numeric_limits<double>::infinity(), high = 0.0;
  const auto include = [&](double x) {
    low = std::min(low, x);
    high = std::max(high, x);
  };
  for (const double x : s.x) include(x);
  for (const double x : m.x) include(x * std::exp(-f.log_b));
  Json out{{"x", Json::array()}, {"log_tau", Json::array()}};
  for (int k = 0; k <= 80; ++k) {
    const double x = low + (high - low) * k / 80.0;
    out["x"].push_back(x);
    out["log_tau"].push_back(scaled_log_tau(f, against, x));
  }
  return out;
}

// Whether one is the other, scaled.
std::string verdict_on(const ScaleFactors& f) {
  if (f.shape_freedoms > 0 && f.shape_probability < plausible) return fmt::format("the shapes differ (p = {:.2g}): one is not the other scaled", f.shape_probability);
  if (f.probability < plausible) return "no law fits: whether the shapes agree cannot be said";
  if (f.shape_freedoms == 0) return "the shape is not tested: any two series so short, or of this law, collapse";
  return fmt::format("the shapes agree (p = {:.2g})", f.shape_probability);
}

Json json_of(const std::vector<ScaleFactors>& laws, ScaledAgainst against, const RelaxationSeries& s, const RelaxationSeries& m) {
  const ScaleFactors& best = laws.front();
  Json out{{"found", best.found}, {"law", best.law}};
  if (!best.found) {
    out["reason"] = best.reason;
    return out;
  }
  out["a"] = factor(best.log_a, std::sqrt(best.covariance(0, 0)));
  out["b"] = factor(best.log_b, std::sqrt(best.covariance(1, 1)));
  out["covariance_of_ln_a_ln_b"] = {{best.covariance(0, 0), best.covariance(0, 1)}, {best.covariance(1, 0), best.covariance(1, 1)}};
  out["chi_squared"] = best.chi_squared;
  out["degrees_of_freedom"] = best.degrees_of_freedom;
  out["probability"] = best.probability;
  out["same_shape"] = best.shape_freedoms > 0 ? Json{{"tested", true}, {"chi_squared", best.shape_chi_squared}, {"degrees_of_freedom", best.shape_freedoms}, {"probability", best.shape_probability}}
                                              : Json{{"tested", false}, {"why", "with as many factors as the law has parameters of shape, or no more different points than parameters, any two series of this law collapse"}};
  out["verdict"] = verdict_on(best);
  out["measured_points_in_range"] = best.points_in_range;
  out["curve"] = curve_of(best, against, s, m);
  out["other_laws"] = Json::array();
  for (std::size_t k = 1; k < laws.size(); ++k) {
    const ScaleFactors& other = laws[k];
    Json one{{"law", other.law}, {"found", other.found}};
    if (other.found) {
      one["ln_a"] = other.log_a;
      one["ln_b"] = other.log_b;
      one["bic_above_best"] = other.bic - best.bic;
      one["probability"] = other.probability;
    } else {
      one["reason"] = other.reason;
    }
    out["other_laws"].push_back(std::move(one));
  }
  return out;
}

std::string words(const std::string& name, const std::vector<ScaleFactors>& laws) {
  const ScaleFactors& f = laws.front();
  if (!f.found) return fmt::format("{}: refused: {}", name, f.reason);
  std::string text = fmt::format("{}: a = {:.4g} (68 %: x/ {:.3g})", name, std::exp(f.log_a), std::exp(std::sqrt(f.covariance(0, 0))));
  if (f.covariance(1, 1) > 0.0 && f.log_a != f.log_b) text += fmt::format(", b = {:.4g} (x/ {:.3g}), correlation {:.2f}", std::exp(f.log_b), std::exp(std::sqrt(f.covariance(1, 1))), f.covariance(0, 1) / std::sqrt(f.covariance(0, 0) * f.covariance(1, 1)));
  text += fmt::format("; {} law, chi^2 = {:.1f} for {} degrees of freedom, p = {:.2g}", f.law, f.chi_squared, f.degrees_of_freedom, f.probability);
  return text + "; " + verdict_on(f);
}

void compare_table(const CompareArguments& arguments) {
  const ScaledAgainst against = kind_of_table(arguments.measured);
  const bool ageing = against == ScaledAgainst::waiting_time;
  ComparedSeries m = table_series(arguments.measured, against);
  ComparedSeries s = simulated_series(read_simulated(arguments.results), against, arguments.entry);
  if (arguments.simulated_Tg_K) s.sample.Tg_K = arguments.simulated_Tg_K;
  if (arguments.measured_Tg_K) m.sample.Tg_K = arguments.measured_Tg_K;
  if (arguments.measured_temperature_K) m.sample.temperature_K = arguments.measured_temperature_K;
  m.sample.cooling_rate_K_per_s = arguments.measured_cooling_rate_K_per_s;
  Json out{{"format", "patina-compare"}, {"format_version", 1}};
  out["analysed_with"] = {{"version", build_info().version}, {"git_hash", build_info().git_hash}};
  out["against"] = ageing ? "waiting time" : "temperature";
  out["convention"] = "tau_measured(x) = a tau_simulated(x / b), one law through both series; a and b separate nanoseconds from hours and are no prediction";
  out["simulated"] = json_of(s, against);
  out["measured"] = json_of(m, against);
  fmt::print("{} simulated and {} measured relaxation times against {}{}\n", s.series.x.size(), m.series.x.size(), ageing ? "waiting time" : "temperature", s.entry.empty() ? "" : " (" + s.entry + ")");
  Json& factors = out["scale_factors"];
  const auto fit = [&](const char* key, const std::string& name, AllowedFactors allowed, double log_b) {
    const auto laws = fit_scale_factors(s.series, m.series, against, allowed, log_b);
    factors[key] = json_of(laws, against, s.series, m.series);
    fmt::print("{}\n", words(name, laws));
  };
  if (ageing)
    fit("one_time", "one factor, the unit of time (a = b)", AllowedFactors::one_time, 0.0);
  else if (s.sample.Tg_K && m.sample.Tg_K)
    fit("tau_alone", "tau alone, temperatures by T/T_g", AllowedFactors::tau_alone, std::log(*m.sample.Tg_K / *s.sample.Tg_K));
  fit("two", ageing ? "two factors, tau and waiting time" : "two factors, tau and temperature", AllowedFactors::two, 0.0);
  out["comparisons"] = Json::array();
  for (const auto& one : legitimate_comparisons(s.sample, m.sample, ageing)) {
    out["comparisons"].push_back({{"quantity", one.quantity}, {"verdict", to_string(one.verdict)}, {"why", one.why}});
    fmt::print("{}: {}: {}\n", to_string(one.verdict), one.quantity, one.why);
  }
  for (const auto* notes : {&s.notes, &m.notes})
    for (const auto& note : *notes) fmt::print("note: {}\n", note);
  if (arguments.output.empty()) return;
  write_file_durably(arguments.output, out.dump(1) + "\n", arguments.overwrite ? IfExists::replace : IfExists::refuse);
  fmt::print("wrote {}\n", arguments.output);
  if (arguments.figure.empty()) return;
  run_report_program("compare.py", {arguments.output, arguments.figure});
  fmt::print("wrote {}\n", arguments.figure);
}

// The review's own file, or what another verb wrote, is no table.
void require_no_json(const std::string& path) {
  char first = ' ';
  std::ifstream(path) >> first;
  if (first == '{' || first == '[')
    throw Error(ExitCode::bad_input, path + ": JSON, where a table of relaxation times is wanted (CSV, docs/compare.md); numbers of the review are named paper:M1 and so on (`patina compare --list`)");
}

void run_compare(const CompareArguments& arguments) {
  if (arguments.list) {
    fmt::print("{}", list_of_papers());
    return;
  }
  if (arguments.results.empty() || arguments.measured.empty()) throw Error(ExitCode::usage, "compare needs RESULTS and MEASURED (or --list)");
  check_figure(arguments.figure);
  check_outputs({arguments.output, arguments.figure}, {arguments.results, arguments.measured}, arguments.overwrite ? IfExists::replace : IfExists::refuse);
  if (!arguments.measured.starts_with("paper:")) {
    require_no_json(arguments.measured);
    compare_table(arguments);
    return;
  }
  if (!arguments.figure.empty()) throw Error(ExitCode::usage, "--figure: " + arguments.measured + " is a table of numbers, with no curve to draw: leave out --figure");
  const std::string json = compare_with_paper(arguments.results, arguments.measured.substr(6));
  if (arguments.output.empty()) return;
  write_file_durably(arguments.output, json, arguments.overwrite ? IfExists::replace : IfExists::refuse);
  fmt::print("wrote {}\n", arguments.output);
}

}  // namespace

void add_compare(CLI::App& app, const Comm& world) {
  auto* verb = app.add_subcommand("compare", "Simulated against measured relaxation times in reduced variables, and which comparisons mean something");
  auto arguments = std::make_shared<CompareArguments>();
  verb->add_option("results", arguments->results, "A run folder, or a table of simulated relaxation times");
  verb->add_option("measured", arguments->measured, "Table of measured relaxation times (CSV, docs/compare.md), or paper:ID, an item of the review");
  verb->add_flag("--list", arguments->list, "Names the items of the review");
  verb->add_option("--entry", arguments->entry, "Entry of the run's xpcs.h5; default: that with most waiting times");
  verb->add_option("--simulated-Tg-K", arguments->simulated_Tg_K, "Default: that of the run's quench")->check(CLI::PositiveNumber)->check(finite_number());
  verb->add_option("--measured-Tg-K", arguments->measured_Tg_K, "By calorimetry")->check(CLI::PositiveNumber)->check(finite_number());
  verb->add_option("--measured-temperature-K", arguments->measured_temperature_K, "Of measured ageing, if the table does not say it")->check(CLI::PositiveNumber)->check(finite_number());
  verb->add_option("--measured-cooling-rate-K-per-s", arguments->measured_cooling_rate_K_per_s, "By which the measured sample was made")->check(CLI::PositiveNumber)->check(finite_number());
  auto* output = verb->add_option("--output,-o", arguments->output, "File for all numbers (JSON)");
  verb->add_option("--figure", arguments->figure, "File for a drawing of them (PNG, PDF or SVG by its name)")->needs(output);
  verb->add_flag("--overwrite", arguments->overwrite, "Replace these files if they are there");
  verb->callback([arguments, &world] { on_root(world, [&] { run_compare(*arguments); }); });
}

}  // namespace patina
