// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/glass_state_json.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/version.hpp"

namespace patina {
namespace {

using Json = nlohmann::ordered_json;

Json matrix_of(const Eigen::Matrix3d& m) {
  Json rows = Json::array();
  for (int i = 0; i < 3; ++i) rows.push_back({m(i, 0), m(i, 1), m(i, 2)});
  return rows;
}

Json json_of(const GlassPoint& at) {
  Json out{{"found", at.found}, {"decades_beyond_the_data", at.decades_beyond}};
  if (!at.found) {
    out["reason"] = at.reason;
    return out;
  }
  out["Tg_K"] = {{"value", at.Tg_K}, {"error", at.Tg_error_K}};
  out["fragility"] = {{"value", at.fragility}, {"error", at.fragility_error}};
  return out;
}

Json json_of(const TauLaw& law) {
  Json out{{"name", law.name}, {"found", law.found}};
  if (!law.found) {
    out["reason"] = law.reason;
    return out;
  }
  if (!law.warnings.empty()) out["warnings"] = law.warnings;
  for (const auto& p : law.parameters) out["parameters"][p.name] = {{"value", p.value}, {"error", p.error}};
  out["fitted"] = {{"reference_K", law.reference_K}, {"ln_tau_S_c", {law.fitted[0], law.fitted[1], law.fitted[2]}}, {"covariance", matrix_of(law.covariance)}};
  out["chi_squared"] = law.chi_squared;
  out["degrees_of_freedom"] = law.degrees_of_freedom;
  out["chi_squared_probability"] = law.probability;
  out["aic"] = law.aic;
  out["aicc"] = law.aicc;  // infinity becomes null
  out["bic"] = law.bic;
  out["glass_point"] = json_of(law.glass_point);
  return out;
}

Json points_of(const std::vector<MeasuredTau>& points, const std::string& unit) {
  Json out = Json::array();
  for (const auto& one : points)
    out.push_back({{"temperature_K", one.point.temperature_K}, {"tau_" + unit, one.point.tau}, {"log_tau_error", one.point.log_error}, {"source", one.source}});
  return out;
}

// For drawing: ln tau of a law and its error between two temperatures.
Json curve_of(const TauLaw& law, double low_K, double high_K) {
  constexpr int points = 60;
  Json out{{"temperature_K", Json::array()}, {"log_tau", Json::array()}, {"log_tau_error", Json::array()}};
  for (int k = 0; law.found && k < points; ++k) {
    const double T = 1.0 / (1.0 / high_K + (1.0 / low_K - 1.0 / high_K) * k / (points - 1));
    out["temperature_K"].push_back(T);
    out["log_tau"].push_back(log_tau(law, T));
    out["log_tau_error"].push_back(log_tau_error(law, T));
  }
  return out;
}

Json json_of(const RateDependence& rates) {
  Json out{{"found", rates.found}};
  if (!rates.found) out["reason"] = rates.reason;
  out["points"] = Json::array();
  for (const auto& p : rates.points)
    out["points"].push_back({{"folder", p.folder}, {"protocol_step", p.protocol_step}, {"rate_K_per_s", p.rate_K_per_s}, {"Tg_K", p.Tg_K}, {"error_K", p.error_K}, {"error_of", p.of_replicas ? "replicas" : "blocks of the curve"}});
  if (!rates.found) return out;
  out["slope_K_per_decade"] = {{"value", rates.slope_K}, {"error", rates.slope_error_K}};
  out["reference_rate_K_per_s"] = rates.reference_rate_K_per_s;
  out["Tg_at_reference_K"] = {{"value", rates.Tg_K}, {"error", rates.Tg_error_K}};
  out["chi_squared"] = rates.chi_squared;
  out["degrees_of_freedom"] = rates.degrees_of_freedom;
  out["probability"] = rates.probability;
  out["errors_widened_by"] = rates.widened_by;
  if (!rates.notes.empty()) out["notes"] = rates.notes;
  return out;
}

Json json_of(const RiseValue& v, double unit = 1.0) { return {{"value", unit * v.value}, {"error", unit * v.error}}; }

Json json_of(const HeatingRise& rise) {
  Json out{{"found", rise.found}};
  if (!rise.found) {
    out["reason"] = rise.reason;
    return out;
  }
  out["onset_K"] = json_of(rise.onset_K);
  out["half_K"] = json_of(rise.half_K);
  out["overshoot"] = {{"found", rise.overshoots}};
  if (rise.overshoots)
    out["overshoot"]["enthalpy_eV_per_atom"] = json_of(rise.overshoot_eV);
  else
    out["overshoot"]["reason"] = rise.no_overshoot;
  return out;
}

Json json_of(const StraightLine& line) {
  return {{"intercept", line.intercept}, {"slope_per_K", line.slope}};
}

}  // namespace

Json json_of(const GlassTransition& t) {
  Json out{{"found", t.fit.found}};
  if (!t.fit.found) {
    out["reason"] = t.fit.reason;
    return out;
  }
  out["Tg_K"] = t.fit.Tg_K;
  out["range_K"] = {t.low_K, t.high_K};
  out["converged"] = t.fit.converged;
  if (!t.fit.converged) out["flips_between_K"] = {t.fit.flips_low_K, t.fit.flips_high_K};
  out["windows"] = {{"glass_K", {t.fit.glass_low_K, t.fit.glass_high_K}},
                    {"liquid_K", {t.fit.liquid_low_K, t.fit.liquid_high_K}},
                    {"glass_fraction_of_Tg", {t.windows.glass_low, t.windows.glass_high}},
                    {"liquid_fraction_of_Tg", {t.windows.liquid_low, t.windows.liquid_high}}};
  out["glass_line"] = json_of(t.fit.glass);
  out["liquid_line"] = json_of(t.fit.liquid);
  out["bootstrap"] = {{"low_K", t.bootstrap_low_K},
                      {"high_K", t.bootstrap_high_K},
                      {"standard_error_K", t.bootstrap_error_K},
                      {"samples", t.bootstrap_samples},
                      {"of", t.bootstrap_of_replicas ? "replicas" : "blocks of the curve: the noise of this sample; how others differ is not known"}};
  out["window_scatter"] = {{"low_K", t.scatter_low_K},
                           {"high_K", t.scatter_high_K},
                           {"standard_deviation_K", t.scatter_deviation_K},
                           {"windows_tried", t.family_tried},
                           {"windows_with_result", t.family_K.size()}};
  return out;
}

Json json_of(const QuenchAnalysis& quench) {
  Json out{{"protocol_step", quench.protocol_step},
           {"first_K", quench.first_K},
           {"last_K", quench.last_K},
           {"rate_K_per_s", quench.rate_K_per_s},
           {"temperature", "of the sample: target plus running mean of what is measured less the target"},
           {"temperature_K", quench.temperature_K}};
  out["observables"] = Json::array();
  for (const auto& observable : quench.observables) {
    Json one = json_of(observable.transition);
    one["name"] = observable.name;
    one["unit"] = observable.symbol;
    one["replicas"] = observable.transition.replicas;
    out["observables"].push_back(std::move(one));
  }
  return out;
}

Json json_of(const HeatingScan& scan) {
  Json out{{"folder", scan.folder},
           {"protocol_step", scan.protocol_step},
           {"first_K", scan.first_K},
           {"last_K", scan.last_K},
           {"rate_K_per_s", scan.rate_K_per_s},
           {"replicas", scan.enthalpy.size()}};
  Json fictive = json_of(scan.fictive);
  if (fictive.contains("Tg_K")) {  // the same construction, of another name on heating
    Json renamed;
    for (auto& [key, value] : fictive.items()) renamed[key == "Tg_K" ? "fictive_temperature_K" : key] = value;
    fictive = std::move(renamed);
  }
  out["fictive_temperature"] = std::move(fictive);
  out["rise_of_heat_capacity"] = json_of(scan.rise);
  const HeatCapacity& c = scan.heat_capacity;
  Json& told = out["heat_capacity"];
  told = {{"found", c.reason.empty()}, {"window_K", c.window_K}};
  if (!c.reason.empty()) {
    told["reason"] = c.reason;
    return out;
  }
  told["errors_of"] = c.errors_of_replicas ? "replicas" : "residuals of this sample";
  told["rows_that_go_together"] = c.inefficiency;
  told["temperature_K"] = c.temperature_K;
  told["cp_eV_per_K_atom"] = c.value;
  told["cp_errors_eV_per_K_atom"] = c.error;
  const std::size_t top = c.highest();
  told["highest"] = {{"temperature_K", c.temperature_K[top]}, {"cp_eV_per_K_atom", c.value[top]}, {"error", c.error[top]}, {"is_a_peak", c.has_peak()}};
  return out;
}

Json json_of(const ComparedScan& compared, const std::vector<HeatingScan>& scans) {
  const auto named = [&](std::size_t k) -> Json { return {{"folder", scans[k].folder}, {"protocol_step", scans[k].protocol_step}}; };
  const RelaxationEnthalpy& e = compared.enthalpy;
  Json out{{"scan", named(compared.scan)}, {"reference", named(compared.reference)}, {"found", e.found}};
  if (!e.found) {
    out["reason"] = e.reason;
    return out;
  }
  if (!e.warnings.empty()) out["warnings"] = e.warnings;
  out["relaxation_enthalpy_eV_per_atom"] = {{"value", e.value}, {"error", e.error}};
  out["over_heat_capacity_step_and_Tf"] = {{"value", e.reduced}, {"error", e.reduced_error}};
  out["liquid_difference_eV_per_atom"] = {{"value", e.liquid_difference}, {"error", e.liquid_error}};
  out["glass_K"] = {e.glass_low_K, e.glass_high_K};
  out["liquid_K"] = {e.liquid_low_K, e.liquid_high_K};
  return out;
}

Json json_of(const InherentStructure& one) {
  return {{"protocol_step", one.protocol_step},
          {"temperature_before_K", one.before_K},
          {"energy_eV_per_atom", {{"value", one.energy}, {"error", one.error}}},
          {"volume_A3_per_atom", one.volume},
          {"replicas", one.replicas}};
}

Json json_of(const TauOfTemperature& tau) {
  Json out{{"text", tau.text}, {"unit", tau.unit}, {"branches_told_apart", tau.split_by}};
  if (!tau.notes.empty()) out["notes"] = tau.notes;
  out["equilibrium"] = points_of(tau.equilibrium, tau.unit);
  out["glass"] = points_of(tau.glass, tau.unit);
  out["laws"] = Json::array();
  // Curves go on to where the branches cross.
  const double from_K = tau.crossing.found ? tau.crossing.temperature_K : std::numeric_limits<double>::infinity();
  for (const auto& law : tau.laws) {
    out["laws"].push_back(json_of(law));
    if (law.found) out["laws"].back()["curve"] = curve_of(law, std::min(from_K, tau.equilibrium.front().point.temperature_K), tau.equilibrium.back().point.temperature_K);
  }
  out["best"] = tau.best < 0 ? Json() : Json(tau.laws[static_cast<std::size_t>(tau.best)].name);
  out["law_known"] = tau.law_known;
  out["glass_tau_" + tau.unit] = tau.glass_tau > 0.0 ? Json(tau.glass_tau) : Json();
  out["glass_point"] = tau.best < 0 ? Json() : json_of(tau.glass_point);
  out["glass_law"] = json_of(tau.glass_law);
  if (tau.glass_law.found) out["glass_law"]["curve"] = curve_of(tau.glass_law, tau.glass.front().point.temperature_K, std::max(tau.crossing.temperature_K, tau.glass.back().point.temperature_K));
  out["branches_cross"] = {{"found", tau.crossing.found}};
  if (tau.crossing.found)
    out["branches_cross"]["temperature_K"] = {{"value", tau.crossing.temperature_K}, {"error", tau.crossing.error_K}};
  else
    out["branches_cross"]["reason"] = tau.glass.empty() ? "no point of a glass" : tau.crossing.reason;
  return out;
}

Json json_of(const TauOfHolds& tau) {
  Json out = json_of(tau.law);
  out["q_inv_A"] = tau.q_inv_A;
  out["holds"] = Json::array();
  for (const auto& hold : tau.holds)
    out["holds"].push_back({{"source", hold.measured.source},
                            {"temperature_K", hold.measured.point.temperature_K},
                            {"tau_ps", hold.measured.point.tau},
                            {"duration_ps", hold.duration_ps},
                            {"waiting_time_ps", hold.waiting_time_ps},
                            {"equilibrium", *hold.measured.equilibrium}});
  return out;
}

Json glass_conventions() {
  return {{"fictive_temperature", "equal areas under c_p (Moynihan 1976): where lines of H meet, of the glass over 0.45-0.80 T_f and of the liquid over 1.20-1.60 T_f, iterated"},
          {"heat_capacity", "slope of H = E_pot + E_kin + P V against the sample's temperature over windows of window_K, a quarter of a window apart"},
          {"rise_of_heat_capacity", "half_K: c_p half of the way from glass to liquid; onset_K: where a line through a quarter and three quarters of the way meets the glass; overshoot: area of c_p above that of the liquid; all of c_p smeared over window_K"},
          {"relaxation_enthalpy", "H - H_ref in the glass less H - H_ref in the liquid, against the last scan; positive: this glass stands higher"},
          {"inherent_structures", "potential energy at the end of a minimise step; the error is what replicas scatter"},
          {"tau_of_temperature", "arrhenius, vft (B_K, T0_K), myega (K_K, C_K) fitted to ln tau in equilibrium; arrhenius in the glass. A hold of a run is in equilibrium if it lasts 10 tau and tau does not change in it"},
          {"glass_point", "where tau reaches the stated value, m = d log10 tau / d(Tg/T) there; Akaike mean of the laws, whose differences its error holds"}};
}

std::string to_json(const std::string& path, const TauOfTemperature& tau) {
  const BuildInfo& build = build_info();
  Json out{{"format", "patina-tau-of-temperature"}, {"format_version", 1}, {"analysed_with", {{"version", build.version}, {"git_hash", build.git_hash}}}, {"source", path}};
  out["conventions"] = glass_conventions();
  out["tau_of_temperature"] = json_of(tau);
  return out.dump(1) + "\n";
}

std::string to_json(const GlassState& state) {
  const BuildInfo& build = build_info();
  Json out{{"format", "patina-glass-state"}, {"format_version", 1}, {"analysed_with", {{"version", build.version}, {"git_hash", build.git_hash}}}};
  out["folders"] = state.folders;
  out["notes"] = state.notes;
  out["conventions"] = glass_conventions();
  for (const char* list : {"glass_transition", "heating", "relaxation_enthalpy"}) out[list] = Json::array();
  for (const auto& one : state.quenches) {
    out["glass_transition"].push_back(json_of(one.quench));
    out["glass_transition"].back()["folder"] = one.folder;
  }
  out["Tg_against_rate"] = json_of(state.rates);
  for (const auto& scan : state.scans) out["heating"].push_back(json_of(scan));
  for (const auto& one : state.enthalpies) out["relaxation_enthalpy"].push_back(json_of(one, state.scans));
  out["tau_of_temperature"] = state.tau.holds.empty() ? Json() : json_of(state.tau);
  return out.dump(1) + "\n";
}

}  // namespace patina
