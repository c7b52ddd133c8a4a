// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/record_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/version.hpp"

namespace patina {
namespace {

using Json = nlohmann::ordered_json;

constexpr int drawn_times = 101, drawn_map = 128;

// Of a number whose logarithm has a normal error.
Json logarithmic(const ValueWithError& value) {
  const double factor = std::exp(value.error / value.value);
  return {{"value", value.value}, {"error", value.error}, {"interval_68", {value.value / factor, value.value * factor}}};
}

Json json_of(const KwwParameter& p) { return {{"value", p.value}, {"error", p.error}, {"interval_68", {p.lower, p.upper}}}; }

Json json_of(const AgeingLaw& law) {
  Json out{{"name", law.name}, {"chi_squared", law.chi_squared}, {"degrees_of_freedom", law.degrees_of_freedom}, {"chi_squared_probability", law.probability},
           {"aic", law.aic}, {"aicc", law.aicc}, {"bic", law.bic}};
  for (const auto& p : law.parameters) out["parameters"][p.name] = {{"value", p.value}, {"error", p.error}};
  return out;
}

// tau over tau0 against age over tau*, of the law that has both, if it fits: what curves of several samples are laid over each other in.
Json reduced_of(const ClockFit& fit, const ClockLaws& laws) {
  for (const auto& law : laws.laws) {
    if ((law.name != "exponential" && law.name != "plateau") || law.probability < 0.01) continue;
    const double tau0 = law.parameters[0].value, tau_star = law.parameters[1].value;
    Json out{{"law", law.name}, {"tau0", tau0}, {"tau_star", tau_star}, {"age_over_tau_star", Json::array()}, {"tau_over_tau0", Json::array()}};
    const auto& knots = fit.parameters.time.knots();
    for (const double t : knots) {
      out["age_over_tau_star"].push_back((t - knots.front()) / tau_star);
      out["tau_over_tau0"].push_back(fit.tau(t).value / tau0);
    }
    return out;
  }
  return {};
}

Json json_of(const ClockFit& fit, const ClockLaws& laws) {
  Json out{{"found", fit.found}};
  if (!fit.reason.empty()) out["reason"] = fit.reason;
  if (!fit.warnings.empty()) out["warnings"] = fit.warnings;
  if (!fit.found) return out;
  out["contrast"] = logarithmic(fit.contrast());
  out["plateau"] = fit.parameters.plateau;
  out["amplitude"] = logarithmic(fit.amplitude());
  out["shortest_lag"] = fit.parameters.shortest_lag;
  out["kww_exponent"] = logarithmic(fit.kww_exponent());
  out["relaxation_times"] = fit.relaxation_times;
  out["frames"] = fit.frames;
  out["averaged_frames"] = fit.averaged;
  out["noise"] = {{"pixels", fit.pixels}, {"photons_per_pixel_and_frame", std::isfinite(fit.photons) ? Json(fit.photons) : Json()},
                  {"pixels_per_speckle", fit.pixels_per_speckle}, {"from_residuals", fit.noise_from_residuals}, {"residual_over_expected", fit.noise_ratio}};
  Json at{{"time", Json::array()}, {"tau", Json::array()}, {"tau_interval_68", Json::array()}, {"material_time", Json::array()}};
  const auto& knots = fit.parameters.time.knots();
  for (int k = 0; k < drawn_times; ++k) {
    const double t = knots.front() + (knots.back() - knots.front()) * k / (drawn_times - 1), tau = fit.tau(t).value, factor = std::exp(fit.log_tau_error(t));
    at["time"].push_back(t);
    at["tau"].push_back(tau);
    at["tau_interval_68"].push_back({tau / factor, tau * factor});
    at["material_time"].push_back(fit.parameters.time.s(t));
  }
  out["clock"] = std::move(at);
  out["knots"] = Json::array();
  for (const double t : knots) out["knots"].push_back({{"time", t}, {"tau", logarithmic(fit.tau(t))}});
  out["laws"] = Json::array();
  for (const auto& law : laws.laws) out["laws"].push_back(json_of(law));
  out["law_known"] = laws.law_known;
  out["text"] = laws.text;
  out["reduced"] = reduced_of(fit, laws);
  return out;
}

Json json_of(const CutFit& one) {
  Json out{{"cut", one.cut == Cut::fixed_start ? "fixed_start" : "age_centred"}, {"waiting_time", one.waiting_time}, {"window", one.window}, {"status", to_string(one.fit.status)}};
  if (!one.fit.reason.empty()) out["reason"] = one.fit.reason;
  if (one.fit.status != KwwStatus::refused) {
    out["amplitude"] = json_of(one.fit.amplitude);
    out["tau"] = json_of(one.fit.tau_ps);
    out["kww_exponent"] = json_of(one.fit.kww_exponent);
  }
  out["expected_of_the_clock"] = {{"tau", one.expected.tau}, {"kww_exponent", one.expected.kww_exponent}, {"amplitude", one.expected.amplitude}, {"end", one.expected.end}};
  return out;
}

Json json_of(const RateSeries& rates, const RegimeVerdict& verdict) {
  Json out{{"judged", verdict.judged}};
  if (!verdict.reason.empty()) out["reason"] = verdict.reason;
  if (!verdict.text.empty()) out["text"] = verdict.text;
  out["frames_per_block"] = rates.frames_per_block;
  out["series"] = {{"time", rates.time}, {"log_tau", std::vector<double>(rates.log_tau.begin(), rates.log_tau.end())}, {"sigma", std::vector<double>(rates.sigma.begin(), rates.sigma.end())}};
  out["changes"] = Json::array();
  for (const auto& change : verdict.changes)
    out["changes"].push_back({{"time", change.time}, {"interval_68", {change.lower_68, change.upper_68}}, {"interval_95", {change.lower_95, change.upper_95}},
                              {"ln_tau_ratio", {{"value", change.log_ratio}, {"error", change.log_ratio_error}}}});
  out["bursts"] = Json::array();
  for (const auto& burst : verdict.bursts) out["bursts"].push_back({{"from", burst.from}, {"to", burst.to}, {"ln_tau_ratio", burst.log_ratio}, {"error", burst.log_ratio_error}});
  out["regimes"] = Json::array();
  for (const auto& regime : verdict.regimes)
    out["regimes"].push_back({{"from", regime.from}, {"to", regime.to}, {"tau_begin", regime.tau_begin}, {"tau_end", regime.tau_end}, {"ln_tau_error", regime.log_tau_error}});
  out["models"] = Json::array();
  for (const auto& model : verdict.models)
    out["models"].push_back({{"name", model.name}, {"changes", model.changes}, {"chi_squared", model.chi_squared}, {"parameters", model.parameters}, {"bic", model.bic}});
  return out;
}

Json json_of(const Intermittency& found) {
  Json out{{"judged", found.judged}};
  if (!found.reason.empty()) out["reason"] = found.reason;
  if (!found.judged) return out;
  out["text"] = found.text;
  out["above_floor"] = found.above_floor;
  out["chi_T"] = Json::array();
  for (const auto& chi : found.chi_T)
    out["chi_T"].push_back({{"lag", chi.lag}, {"value", chi.value}, {"floor_closed_form", chi.floor_closed}, {"floor_of_drawn_speckles", chi.floor_drawn},
                            {"floor_standard_deviation", chi.floor_scatter}, {"probability", chi.probability}});
  out["events"] = Json::array();
  for (const auto& event : found.events) out["events"].push_back({{"time", event.time}, {"advance", {{"value", event.advance}, {"error", event.error}}}});
  return out;
}

Json json_of(const G2Fit& fit) {
  Json out{{"status", to_string(fit.simple.status)}};
  if (!fit.simple.reason.empty()) out["reason"] = fit.simple.reason;
  if (!fit.simple.warnings.empty()) out["warnings"] = fit.simple.warnings;
  out["errors"] = fit.errors_from_pixels            ? "closed form, of pixels and photons"
                  : fit.data.covariance.size() == 0 ? "those of the file, lags as independent"
                                                    : "closed form, of the pixels and photons that the errors of the file tell";
  if (fit.data.covariance.size() > 0) out["noise"] = {{"pixels", fit.pixels}, {"photons_per_pixel_and_frame", std::isfinite(fit.photons) ? Json(fit.photons) : Json()}, {"pixels_per_speckle", fit.pixels_per_speckle}};
  if (fit.frames_from_errors > 0) out["noise"]["frames_that_errors_tell"] = fit.frames_from_errors;
  if (fit.simple.status != KwwStatus::refused) {
    out["amplitude"] = json_of(fit.simple.amplitude);
    out["tau"] = json_of(fit.simple.tau_ps);
    out["kww_exponent"] = json_of(fit.simple.kww_exponent);
    out["correlation"] = {{"tau_kww_exponent", fit.simple.correlation(1, 2)}, {"tau_amplitude", fit.simple.correlation(0, 1)}, {"kww_exponent_amplitude", fit.simple.correlation(0, 2)}};
    out["chi_squared"] = fit.simple.chi_squared;
    out["degrees_of_freedom"] = fit.simple.degrees_of_freedom;
  }
  if (!fit.two_steps) {
    out["two_steps"] = {{"found", false}, {"reason", fit.two_steps_reason.empty() ? "no simple fit" : fit.two_steps_reason}};
    return out;
  }
  const TwoStepFit& two = *fit.two_steps;
  const auto plain = [](const ValueWithError& value) { return Json{{"value", value.value}, {"error", value.error}}; };
  out["two_steps"] = {{"found", true}, {"amplitude", logarithmic(two.amplitude)}, {"plateau", plain(two.plateau)}, {"tau_fast", logarithmic(two.tau_fast)}, {"kww_exponent_fast", logarithmic(two.exponent_fast)},
                      {"tau_slow", logarithmic(two.tau_slow)}, {"kww_exponent_slow", logarithmic(two.exponent_slow)}, {"chi_squared", two.chi_squared}, {"degrees_of_freedom", two.degrees_of_freedom}, {"bic_gain", two.bic_gain}};
  return out;
}

Json json_of(const AgedG2Fits& aged) {
  Json out{{"age", "mean of both frames of pairs that are a tau apart"}, {"windows", Json::array()}};
  for (const auto& window : aged.windows) {
    Json one = json_of(window.fit);
    one["later_frames"] = {window.first, window.last};
    one["age"] = window.age;
    out["windows"].push_back(std::move(one));
  }
  out["laws"] = Json::array();
  for (const auto& law : aged.laws.laws) out["laws"].push_back(json_of(law));
  out["law_known"] = aged.laws.law_known;
  out["text"] = aged.laws.text;
  return out;
}

Json json_of(const JointG2Fit& fit) {
  Json out{{"found", fit.found}};
  if (!fit.reason.empty()) out["reason"] = fit.reason;
  if (!fit.found) return out;
  out["q0_inv_A"] = fit.q0_inv_A;
  out["tau0"] = logarithmic(fit.tau0);
  out["q_power"] = {{"value", fit.q_power.value}, {"error", fit.q_power.error}};
  out["kww_exponent"] = logarithmic(fit.kww_exponent);
  out["chi_squared"] = fit.chi_squared;
  out["degrees_of_freedom"] = fit.degrees_of_freedom;
  out["shells"] = fit.shells;
  return out;
}

// C - 1 for a drawing, neighbours averaged; null on the diagonal and where nothing was measured.
Json map_of(const TwoTimeMatrix& map) {
  int averaged = 1;
  const TwoTimeMatrix coarse = coarse_map(map, drawn_map, averaged);
  Json out{{"time", coarse.time}, {"excess", Json::array()}};
  for (Eigen::Index i = 0; i < coarse.correlation.rows(); ++i) {
    Json row = Json::array();
    for (Eigen::Index j = 0; j < coarse.correlation.cols(); ++j) {
      const double value = coarse.correlation(std::min(i, j), std::max(i, j));
      row.push_back(i == j || !std::isfinite(value) ? Json() : Json(std::round(value * 1e6) / 1e6));
    }
    out["excess"].push_back(std::move(row));
  }
  return out;
}

Json json_of(const ClockTest& test) {
  Json out{{"chi_squared", test.chi_squared}, {"degrees_of_freedom", test.degrees_of_freedom}, {"probability", test.probability}, {"cells", Json::array()}};
  for (const auto& cell : test.cells) out["cells"].push_back({{"age", cell.age}, {"lag", cell.lag}, {"f_squared", cell.f_squared}, {"misfit", cell.misfit}, {"error", cell.error}});
  return out;
}

Json json_of(const ClockTests& tests) {
  if (!tests.judged) return {{"judged", false}, {"reason", tests.reason}};
  return {{"judged", true}, {"one_clock", tests.one_clock}, {"text", tests.text}, {"material_time", json_of(tests.material_time)}, {"triangles", json_of(tests.triangles)}};
}

}  // namespace

Json json_of(const RecordAnalysis& analysis) {
  const SpeckleRecord& record = analysis.record;
  Json out{{"label", record.label}, {"q_inv_A", record.q_inv_A}, {"time_unit", record.unit}};
  out["clock_fit"] = json_of(analysis.clock, analysis.laws);
  out["clock_tests"] = json_of(analysis.clock_tests);
  out["cuts"] = Json::array();
  for (const auto& cut : analysis.cuts) out["cuts"].push_back(json_of(cut));
  out["regimes"] = json_of(analysis.rates, analysis.regimes);
  out["intermittency"] = json_of(analysis.intermittency);
  if (analysis.g2) out["g2"] = json_of(*analysis.g2);
  if (!analysis.aged.windows.empty()) out["g2_of_ages"] = json_of(analysis.aged);
  if (!record.map.time.empty()) out["map"] = map_of(record.map);
  return out;
}

Json record_conventions() {
  return {{"clock_fit", "C(t1,t2) - 1 = amplitude exp[-2 (s(t2) - s(t1))^kww_exponent] for lags from shortest_lag on, amplitude = contrast plateau, plateau = |f|^2 that a fast step before has left (1: none); tau = 1/s'(t) is that of the field; errors: sandwich, 68 %, normal in logarithms"},
          {"clock_tests", "misfit of |f|^2 over cells of |f|^2 and age: of pairs of frames about the clock fit (material_time), of C13 about what C12 and C23 make of it (triangles); chi^2 with the covariance of drawn pixels"},
          {"cuts", "fixed_start: t_w = t1; age_centred: t_w = (t1 + t2)/2; C - 1 = amplitude exp[-2 (lag/tau)^kww_exponent]; expected_of_the_clock: the same of the fitted clock, without noise"},
          {"regimes", "PELT on ln tau of blocks, penalty 2 p ln N; models by BIC; a change counts only if no smooth law is as good"},
          {"chi_T", "variance over t of C(t, t + lag) about the clock fit, over contrast squared; floors: what so many pixels and photons make of even dynamics"},
          {"events", "jumps of s; time: of the frame after"},
          {"g2", "g2 - 1 = amplitude exp[-2 (lag/tau)^kww_exponent]; full covariance of lags, of a stationary record; 68 % profile likelihood"},
          {"g2_of_all_q", "one exponent, tau = tau0 (q/q0)^-q_power"},
          {"reduced", "tau/tau0 against age/tau_star of the exponential law or that with a plateau, whichever has the lower BIC"}};
}

std::string to_json(const std::string& path, const std::string& recognised_as, const std::vector<std::string>& notes, const std::vector<RecordAnalysis>& records) {
  const BuildInfo& build = build_info();
  Json out{{"format", "patina-speckle-analysis"}, {"format_version", 1}};
  out["analysed_with"] = {{"version", build.version}, {"git_hash", build.git_hash}};
  out["file"] = path;
  out["recognised_as"] = recognised_as;
  out["notes"] = notes;
  out["conventions"] = record_conventions();
  out["speckles"] = Json::array();
  std::vector<SpeckleRecord> with_g2;
  std::vector<G2Fit> fits;
  for (const auto& record : records) {
    out["speckles"].push_back(json_of(record));
    if (!record.g2) continue;
    with_g2.push_back(record.record);
    fits.push_back(*record.g2);
  }
  out["g2_of_all_q"] = json_of(fit_g2_jointly(with_g2, fits));
  return out.dump(1) + "\n";
}

}  // namespace patina
