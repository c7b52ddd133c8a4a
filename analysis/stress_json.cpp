// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/stress_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace patina {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const LogValue& v) {
  const double factor = std::exp(v.log_error);
  return {{"value", v.value}, {"error", v.value * v.log_error}, {"interval_68", {v.value / factor, v.value * factor}}};
}

Json json_of(const KwwParameter& p) { return {{"value", p.value}, {"error", p.error}, {"interval_68", {p.lower, p.upper}}}; }

Json json_of(const StressDecay& decay) {
  return {{"amplitude_GPa", json_of(decay.amplitude_GPa)}, {"tau_ps", json_of(decay.tau_ps)}, {"kww_exponent", json_of(decay.kww_exponent)}, {"mean_tau_ps", json_of(decay.mean_tau_ps)}};
}

Json json_of(const StressFit& fit) {
  if (!fit.found) {
    Json out{{"found", false}, {"reason", fit.reason}};
    if (fit.one.tau_above_ps > 0.0) out["tau_above_ps"] = fit.one.tau_above_ps;
    return out;
  }
  Json out{{"found", true}, {"preferred", !fit.told ? "not told" : fit.two_preferred ? "two" : "one"}, {"verdict", fit.verdict}};
  out["chi_squared_probability"] = fit.probability;
  out["tau_sigma_ps"] = fit.told ? json_of(fit.tau_sigma_ps) : Json();
  out["points"] = fit.one.points;
  out["fit_window_ps"] = {fit.one.first_t_ps, fit.one.last_t_ps};
  out["one"] = {{"amplitude_GPa", json_of(fit.one.amplitude)},
                {"tau_ps", json_of(fit.one.tau_ps)},
                {"kww_exponent", json_of(fit.one.kww_exponent)},
                {"mean_tau_ps", {{"value", fit.one.mean_tau_ps}, {"error", fit.one.mean_tau_error_ps}}},
                {"chi_squared", fit.one.chi_squared},
                {"degrees_of_freedom", fit.one.degrees_of_freedom},
                {"aic", fit.aic_of_one}};
  if (!fit.one.warnings.empty()) out["one"]["warnings"] = fit.one.warnings;
  out["two"] = Json();
  if (!fit.two) return out;
  const TwoDecays& two = *fit.two;
  out["two"] = {{"fast", json_of(two.fast)}, {"slow", json_of(two.slow)}, {"share_of_slow", json_of(two.share_of_slow)}, {"chi_squared", two.chi_squared}, {"degrees_of_freedom", two.degrees_of_freedom}, {"aic", two.aic}};
  if (!two.unknown.empty()) out["two"]["unknown"] = two.unknown;
  return out;
}

}  // namespace

Json json_of(const StressRelaxation& one) {
  const StressHold& hold = one.hold;
  Json out{{"protocol_step", hold.protocol_step}, {"label", hold.label}, {"deformation", hold.deformation}, {"strain", hold.strain},
           {"time_ps", hold.time_ps}, {"modulus_GPa", hold.modulus_GPa}, {"modulus_errors_GPa", hold.errors_GPa}};
  out["fit"] = json_of(one.fit);
  if (one.fit.found) out["fit"]["errors_from"] = one.errors_from;
  out["tau_sigma_over_tau_q"] = Json::array();
  for (const TauRatio& ratio : one.ratios) {
    Json of_q{{"q_inv_A", ratio.q_inv_A}, {"waiting_time_ps", ratio.waiting_time_ps}, {"tau_q_ps", json_of(ratio.tau_q_ps)}};
    of_q.update(json_of(ratio.tau_sigma_over_tau_q));
    out["tau_sigma_over_tau_q"].push_back(std::move(of_q));
  }
  if (!one.no_ratio.empty()) out["no_ratio"] = one.no_ratio;
  return out;
}

}  // namespace patina
