// SPDX-License-Identifier: BSD-3-Clause
#include "run/plan.hpp"

#include <fmt/format.h>

#include <cmath>

#include "beamline/measurement_plan.hpp"
#include "core/durable_file.hpp"
#include "core/json_text.hpp"
#include "core/on_root.hpp"
#include "core/stopwatch.hpp"
#include "core/version.hpp"
#include "run/plan_config.hpp"

namespace patina {
namespace {

constexpr double seconds_between_signs = 10.0;

struct Row {
  double rate_per_s = 0.0;
  Measurement measurement;
  PlanResult result;
};

Measurement measurement_of(const PlanBeamlineConfig& beamline, double rate_per_s, double tau_s, double kww_exponent) {
  Measurement m;
  m.sample = {beamline.pixels, beamline.contrast, rate_per_s * beamline.exposure(), beamline.pixels_per_speckle, gaussian_coherence_area(beamline.pixels_per_speckle)};
  m.frames = beamline.frames;
  m.interval_s = beamline.frame_interval_s;
  m.exposure_s = beamline.exposure();
  m.tau_s = tau_s;
  m.kww_exponent = kww_exponent;
  return m;
}

std::vector<Row> rows_of(const PlanConfig& config) {
  const PlanFit fit{config.fit.lags_per_decade, config.fit.largest_lag, config.fit.contrast, config.fit.kww_exponent, config.fit.baseline};
  std::optional<SimulatedMovies> simulated;
  if (const auto& c = config.monte_carlo) simulated = {c->movies, c->pixels, c->seed};
  std::vector<Row> rows;
  const std::size_t all = config.dynamics.kww_exponent.size() * config.beamline.photons_per_pixel_per_s.size() * config.dynamics.tau_s.size();
  Stopwatch watch;
  double since = 0.0;  // s, the last sign of life
  for (const double exponent : config.dynamics.kww_exponent)
    for (const double rate : config.beamline.photons_per_pixel_per_s)
      for (const double tau : config.dynamics.tau_s) {
        const Measurement m = measurement_of(config.beamline, rate, tau, exponent);
        rows.push_back({rate, m, plan_measurement(m, fit, config.step.power, simulated)});
        if ((since += watch.lap()) < seconds_between_signs) continue;
        since = 0.0;
        fmt::print(stderr, "{} of {} rows\n", rows.size(), all);
      }
  return rows;
}

JsonValue named(const std::string& key, JsonValue value) {
  value.key = key;
  return value;
}

// JSON knows no infinity: null.
JsonValue number(double x) { return std::isfinite(x) ? JsonValue::make(x) : JsonValue::make_null(); }

JsonValue numbers(const std::string& key, const std::vector<double>& values) {
  JsonValue array = JsonValue::make_array();
  for (const double x : values) array.items.push_back(number(x));
  return named(key, std::move(array));
}

// What is known beforehand has no error: `fitted` false, and null.
JsonValue errors_json(const PlanErrors& errors, const PlanFitConfig& fit) {
  JsonValue all = JsonValue::make_object();
  struct Parameter {
    PlanParameter number;
    const char* name;
    bool fitted;
  };
  const Parameter parameters[] = {{plan_ln_tau, "ln_tau", true},
                                  {plan_ln_exponent, "ln_kww_exponent", fit.kww_exponent},
                                  {plan_ln_contrast, "ln_contrast", fit.contrast},
                                  {plan_baseline, "baseline_over_contrast", fit.baseline}};
  for (const auto& [parameter, name, fitted] : parameters) {
    JsonValue one = JsonValue::make_object();
    one.items.push_back(named("fitted", JsonValue::make(fitted)));
    const auto add = [&, fitted = fitted](const char* key, double sigma) { one.items.push_back(named(key, fitted ? number(sigma) : JsonValue::make_null())); };
    add("best", errors.best[parameter]);
    add("simple", errors.simple[parameter]);
    add("claimed", errors.claimed[parameter]);
    all.items.push_back(named(name, std::move(one)));
  }
  return named("sigma", std::move(all));
}

JsonValue row_json(const Row& row, const PlanFitConfig& fit) {
  const Measurement& m = row.measurement;
  JsonValue object = JsonValue::make_object();
  const auto add = [&](JsonValue value) { object.items.push_back(std::move(value)); };
  add(named("photons_per_pixel_per_s", number(row.rate_per_s)));
  add(named("photons_per_pixel_per_frame", number(m.sample.photons)));
  add(named("tau_s", number(m.tau_s)));
  add(named("kww_exponent", number(m.kww_exponent)));
  add(named("contrast_of_exposures", number(row.result.contrast)));
  add(errors_json(row.result.errors, fit));
  add(named("chi_T_floor_over_contrast_squared", number(row.result.chi_T_floor)));
  add(named("smallest_step_ln_tau", number(row.result.smallest_step)));
  JsonValue curve = JsonValue::make_object();
  std::vector<double> lag_s, first_lag_s, last_lag_s, sigma;
  for (std::size_t k = 0; k < row.result.lags.size(); ++k) {
    lag_s.push_back(row.result.lags[k].middle() * m.interval_s);
    first_lag_s.push_back(row.result.lags[k].first * m.interval_s);
    last_lag_s.push_back(row.result.lags[k].last * m.interval_s);
    sigma.push_back(std::sqrt(row.result.covariance(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(k))));
  }
  curve.items = {numbers("lag_s", lag_s), numbers("first_lag_s", first_lag_s), numbers("last_lag_s", last_lag_s), numbers("g2_minus_1", row.result.signal), numbers("sigma", sigma)};
  add(named("curve", std::move(curve)));
  JsonValue notes = JsonValue::make_array();
  for (const std::string& note : row.result.notes) notes.items.push_back(JsonValue::make(note));
  add(named("notes", std::move(notes)));
  return object;
}

std::string plan_json(const PlanConfig& config, const std::vector<Row>& rows) {
  JsonValue root = JsonValue::make_object(), table = JsonValue::make_array(), input;
  for (const Row& row : rows) table.items.push_back(row_json(row, config.fit));
  require(parse_json(resolved_json(config), -1, nullptr, input), "plan: the resolved input is no JSON");
  root.items = {named("title", JsonValue::make(config.title)), named("patina_version", JsonValue::make(build_info().version)),
                named("patina_git", JsonValue::make(build_info().git_hash)), named("input", std::move(input)), named("rows", std::move(table))};
  return to_json_text(root) + "\n";
}

// Of errors of that size no more is known than that they are large.
std::string shown(double x, double largest) { return x < largest ? fmt::format("{:.2g}", x) : fmt::format(">{:g}", largest); }

void print(const PlanConfig& config, const std::vector<Row>& rows) {
  const PlanBeamlineConfig& b = config.beamline;
  fmt::print("{} frames of {:g} s, one in {:g} s; {:g} pixels, {:g} a speckle; contrast {:g}\n", b.frames, b.exposure(), b.frame_interval_s,
             b.pixels, b.pixels_per_speckle, b.contrast);
  fmt::print("standard errors of ln tau and of ln exponent (best: all that g2 tells; fit: weights 1/sigma^2; says: what that fit says of\n"
             "itself) and the smallest step of ln tau that is found with probability {:g}\n\n", config.step.power);
  fmt::print("{:>10} {:>10} {:>8} {:>9} {:>24} {:>16} {:>8}\n", "photons", "tau", "exponent", "contrast", "sigma of ln tau", "of ln exponent", "step");
  fmt::print("{:>10} {:>10} {:>8} {:>9} {:>8}{:>8}{:>8} {:>8}{:>8} {:>8}\n", "/frame", "s", "", "", "best", "fit", "says", "best", "fit", "ln tau");
  const auto of_exponent = [&](const auto& errors) { return config.fit.kww_exponent ? shown(errors[plan_ln_exponent], 1.0) : "known"; };
  for (const Row& row : rows) {
    const PlanErrors& e = row.result.errors;
    fmt::print("{:>10.3g} {:>10.4g} {:>8.3g} {:>9.3g} {:>8}{:>8}{:>8} {:>8}{:>8} {:>8}\n", row.measurement.sample.photons,
               row.measurement.tau_s, row.measurement.kww_exponent, row.result.contrast, shown(e.best[plan_ln_tau], 1.0),
               shown(e.simple[plan_ln_tau], 1.0), shown(e.claimed[plan_ln_tau], 1.0), of_exponent(e.best),
               of_exponent(e.simple), shown(row.result.smallest_step, 3.0));
  }
  std::vector<std::string> said;
  for (const Row& row : rows)
    for (const std::string& note : row.result.notes)
      if (said.size() < 20) said.push_back(fmt::format("note: {:.3g} photons, tau {:.4g} s, exponent {:.3g}: {}", row.measurement.sample.photons,
                                                       row.measurement.tau_s, row.measurement.kww_exponent, note));
  if (!said.empty()) fmt::print("\n");
  for (const std::string& line : said) fmt::print("{}\n", line);
  if (said.size() == 20) fmt::print("note: and so on; --output has all of them\n");
}

}  // namespace

void plan(const Comm& world, const PlanOptions& options) {
  const std::string text = read_file_on_root(world, options.input);
  const auto config = read_config<PlanConfig>(text, options.input, options.overrides);
  on_root(world, [&] {
    const std::vector<Row> rows = rows_of(config);
    print(config, rows);
    if (options.output.empty()) return;
    write_file_durably(options.output, plan_json(config, rows), options.overwrite ? IfExists::replace : IfExists::refuse);
    fmt::print("wrote {}\n", options.output);
  });
}

}  // namespace patina
