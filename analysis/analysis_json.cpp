// SPDX-License-Identifier: BSD-3-Clause
// analysis.json: the numbers of a RunAnalysis with their errors and conventions. NaN becomes null.
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/glass_state_json.hpp"
#include "analysis/record_json.hpp"
#include "analysis/run_analysis.hpp"
#include "analysis/stress_json.hpp"
#include "core/version.hpp"

namespace patina {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Eigen::MatrixXd& matrix) {
  Json rows = Json::array();
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    Json row = Json::array();
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) row.push_back(matrix(i, j));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json json_of(const KwwParameter& p, const Interval& interval) {
  return {{"value", p.value},
          {"error", p.error},
          {"interval_68", {interval.lower, interval.upper}},
          {"interval_68_of_fit", {p.lower, p.upper}},
          {"fixed", p.fixed}};
}

Json plateau_of(const WaitingTimeFit& one) {
  const Plateau& p = one.plateau;
  if (!p.found) return {{"found", false}, {"reason", p.reason}};
  return {{"found", true}, {"value", p.value}, {"error", plateau_error(one)}, {"lag_ps", p.lag_ps}, {"minus_slope", p.slope}};
}

Json json_of(const WaitingTimeFit& one) {
  const KwwFit& fit = one.fit;
  Json out{{"waiting_time_ps", one.waiting_time_ps}, {"status", to_string(fit.status)}};
  if (!fit.reason.empty()) out["reason"] = fit.reason;
  if (!fit.warnings.empty()) out["warnings"] = fit.warnings;
  out["points"] = fit.points;
  out["plateau"] = plateau_of(one);
  if (fit.status == KwwStatus::refused) return out;
  const KwwIntervals intervals = intervals_68(one);
  out["amplitude"] = json_of(fit.amplitude, intervals.amplitude);
  out["tau_ps"] = json_of(fit.tau_ps, intervals.tau_ps);
  out["kww_exponent"] = json_of(fit.kww_exponent, intervals.kww_exponent);
  out["mean_tau_ps"] = {{"value", fit.mean_tau_ps},
                        {"error", fit.mean_tau_error_ps},
                        {"interval_68", {intervals.mean_tau_ps.lower, intervals.mean_tau_ps.upper}}};
  out["correlation"] = {{"tau_kww_exponent", fit.correlation(1, 2)},
                        {"tau_amplitude", fit.correlation(0, 1)},
                        {"kww_exponent_amplitude", fit.correlation(0, 2)}};
  out["chi_squared"] = fit.chi_squared;
  out["degrees_of_freedom"] = fit.degrees_of_freedom;
  out["fit_window_ps"] = {fit.first_t_ps, fit.last_t_ps};
  if (one.scatter.known())
    out["replica_jackknife"] = {{"log_tau_error", one.scatter.log_tau},
                                {"kww_exponent_error", one.scatter.exponent},
                                {"amplitude_error", one.scatter.amplitude},
                                {"log_mean_tau_error", one.scatter.log_mean_tau}};
  return out;
}

Json json_of(const std::vector<WaitingTimeFit>& fits) {
  Json out = Json::array();
  for (const auto& fit : fits) out.push_back(json_of(fit));
  return out;
}

Json json_of(const CurveFits& fits) {
  return {{"label", fits.curves.label},
          {"f", json_of(fits.curves.f)},
          {"f_errors", json_of(fits.curves.f_errors)},
          {"fits", json_of(fits.fits)}};
}

Json json_of(const CommonShapeFit& fit) {
  Json out{{"found", fit.found}, {"fits", Json::array()}};
  if (!fit.found) return out;
  out["amplitude"] = {{"value", fit.amplitude}, {"error", fit.amplitude_error}};
  out["kww_exponent"] = {{"value", fit.kww_exponent}, {"error", fit.kww_exponent_error}};
  out["chi_squared"] = fit.chi_squared;
  out["degrees_of_freedom"] = fit.degrees_of_freedom;
  for (const auto& one : fit.taus) {
    const double factor = std::exp(one.log_error), relative = std::exp(one.log_error_relative);
    out["fits"].push_back(
        {{"waiting_time_ps", one.waiting_time_ps},
         {"status", "fitted"},
         {"tau_ps",
          {{"value", one.tau_ps},
           {"error", one.tau_ps * one.log_error},
           {"interval_68", {one.tau_ps / factor, one.tau_ps * factor}},
           {"interval_68_at_fitted_shape", {one.tau_ps / relative, one.tau_ps * relative}}}}});
  }
  return out;
}

Json json_of(const AgeingVerdict& verdict) {
  Json out{{"resolved", verdict.resolved},
           {"tau_changes", verdict.changes},
           {"tau_constant", verdict.constant},
           {"contradicted_by_waiting_times_left_out", verdict.contradicted},
           {"sample_to_sample_scatter_included", verdict.scatter_known},
           {"text", verdict.text},
           {"laws", Json::array()}};
  for (const auto& law : verdict.laws) {
    Json one{{"name", law.name},
             {"chi_squared", law.chi_squared},
             {"degrees_of_freedom", law.degrees_of_freedom},
             {"chi_squared_probability", law.probability},
             {"aicc", law.aicc}};
    for (const auto& p : law.parameters) one["parameters"][p.name] = {{"value", p.value}, {"error", p.error}};
    out["laws"].push_back(std::move(one));
  }
  if (!verdict.laws.empty()) out["best"] = verdict.laws[verdict.best].name;
  out["law_known"] = verdict.law_known;
  out["left_out"] = Json::array();
  for (const auto& one : verdict.left_out) {
    out["left_out"].push_back({{"waiting_time_ps", one.waiting_time_ps}, {"why", one.why}});
    if (one.tau_above_ps > 0.0) out["left_out"].back()["tau_above_ps"] = one.tau_above_ps;
  }
  out["points"] = Json::array();
  for (const auto& point : verdict.points)
    out["points"].push_back({{"waiting_time_ps", point.waiting_time_ps},
                             {"tau_ps", point.tau_ps},
                             {"interval_68", {point.tau_ps * std::exp(-point.log_error), point.tau_ps * std::exp(point.log_error)}}});
  return out;
}

Json json_of(const RelaxationAnalysis& r) {
  Json out{{"entry", r.data.entry},
           {"protocol_step", r.data.protocol_step},
           {"temperature_K", r.temperature_K},
           {"q0_inv_A", r.data.q0_inv_A},
           {"width_inv_A", r.data.width_inv_A},
           {"selection", r.data.selection},
           {"modes", r.data.modes},
           {"speckles", r.data.speckles},
           {"replicas", r.replicas},
           {"waiting_time_ps", r.data.waiting_time_ps},
           {"lag_ps", r.data.lag_ps}};
  if (!r.data.miller.empty()) out["miller"] = r.data.miller;
  out["coherent"] = json_of(r.coherent);
  out["self"] = Json::array();
  for (const auto& self : r.self) out["self"].push_back(json_of(self));
  out["common_shape"] = json_of(r.common_shape);
  out["age_centred"] = {{"window_ps", r.age_window_ps}, {"fits", json_of(r.age_centred)}};
  out["ageing"] = json_of(r.ageing);
  return out;
}

Json number_or_null(double value, double error) {
  return std::isfinite(value) ? Json{{"value", value}, {"error", error}} : Json();
}

Json json_of(const HighestPoint& point) {
  return std::isfinite(point.value) ? Json{{"lag_ps", point.lag_ps}, {"value", point.value}} : Json();
}

Json json_of(const DynamicsAtWaitingTime& at) {
  Json out{{"waiting_time_ps", at.waiting_time_ps}, {"q_power", number_or_null(at.q_power, at.q_power_error)}};
  out["diffusion"] = Json::array();
  for (const auto& one : at.diffusion)
    out["diffusion"].push_back({{"species", one.species},
                                {"power", one.power},
                                {"D_A2_per_ps", number_or_null(one.D_A2_per_ps, one.D_error_A2_per_ps)},
                                {"lags_ps", {one.from_ps, one.to_ps}}});
  out["alpha_2_maximum"] = json_of(at.alpha_2);
  out["chi_4_maximum"] = json_of(at.chi4);
  return out;
}

Json json_of(const DynamicsAnalysis& d) {
  Json out{{"entry", d.data.entry},
           {"kind", d.data.kind},
           {"protocol_step", d.data.protocol_step},
           {"temperature_K", d.temperature_K},
           {"selection", d.data.selection},
           {"replicas", d.replicas}};
  out["shells"] = Json::array();
  for (std::size_t k = 0; k < d.shells.size(); ++k) {
    const RelaxationAnalysis& shell = d.shells[k];
    Json one{{"q0_inv_A", shell.data.q0_inv_A}, {"modes", shell.data.modes}, {"speckles", shell.data.speckles}, {"S_x", d.structure_factor[k]}};
    if (!shell.data.miller.empty()) one["miller"] = shell.data.miller;
    one["coherent"] = {{"fits", json_of(shell.coherent.fits)}};
    one["self"] = Json::array();
    for (const auto& self : shell.self) one["self"].push_back({{"label", self.curves.label}, {"fits", json_of(self.fits)}});
    one["common_shape"] = json_of(shell.common_shape);
    one["ageing"] = json_of(shell.ageing);
    one["tau_q2_over_S_ps_inv_A2"] = Json::array();
    for (const auto& fit : shell.coherent.fits)
      one["tau_q2_over_S_ps_inv_A2"].push_back(fit.fit.tau_ps.value * shell.data.q0_inv_A * shell.data.q0_inv_A / d.structure_factor[k]);
    out["shells"].push_back(std::move(one));
  }
  out["waiting_times"] = Json::array();
  for (const auto& at : d.waiting_times) out["waiting_times"].push_back(json_of(at));
  return out;
}

Json json_of(const StructureAnalysis& s) {
  Json out{{"entry", s.data.entry}, {"protocol_step", s.data.protocol_step}, {"replicas", s.replicas}};
  out["q_inv_A"] = s.data.q_inv_A;
  out["S_x"] = s.data.s_x;
  out["S_x_errors"] = s.data.s_x_errors;
  if (s.peak.found)
    out["main_peak"] = {{"q_inv_A", s.peak.q_inv_A},
                        {"q_error_inv_A", s.peak.q_error_inv_A},
                        {"height", s.peak.height},
                        {"height_error", s.peak.height_error},
                        {"parabola_over_inv_A", {s.peak.fit_low_inv_A, s.peak.fit_high_inv_A}}};
  return out;
}

Json json_of(const MeanWithError& mean) { return {{"value", mean.value}, {"error", mean.error}}; }

Json json_of(const HoldMeans& means) {
  return {{"enthalpy_eV_per_atom", json_of(means.enthalpy_eV_per_atom)},
          {"potential_energy_eV_per_atom", json_of(means.potential_eV_per_atom)},
          {"volume_A3_per_atom", json_of(means.volume_A3_per_atom)},
          {"temperature_K", json_of(means.temperature_K)}};
}

Json change(const HoldMeans& from, const HoldMeans& to) {
  return {{"enthalpy_eV_per_atom", json_of(difference(from.enthalpy_eV_per_atom, to.enthalpy_eV_per_atom))},
          {"potential_energy_eV_per_atom", json_of(difference(from.potential_eV_per_atom, to.potential_eV_per_atom))},
          {"volume_A3_per_atom", json_of(difference(from.volume_A3_per_atom, to.volume_A3_per_atom))}};
}

Json json_of(const HoldAnalysis& hold) {
  Json out{{"protocol_step", hold.protocol_step}, {"label", hold.label}, {"target_temperature_K", hold.target_K}, {"duration_ps", hold.duration_ps}};
  out["whole"] = json_of(hold.whole);
  out["first_half"] = json_of(hold.halves[0]);
  out["second_half"] = json_of(hold.halves[1]);
  out["change"] = change(hold.halves[0], hold.halves[1]);
  out["relaxation"] = Json::array();
  for (const HoldRelaxation& one : hold.relaxation)
    out["relaxation"].push_back({{"entry", one.entry}, {"first_half", json_of(one.halves[0])}, {"second_half", json_of(one.halves[1])}});
  return out;
}

Json json_of(const CycleAnalysis& cycles) {
  Json out{{"protocol_step", cycles.protocol_step}, {"temperature_K", cycles.temperature_K}};
  out["after_cycle"] = Json::array();
  for (std::size_t n = 0; n < cycles.after.size(); ++n) {
    Json one{{"cycle", n}};
    one["means"] = json_of(cycles.after[n]);
    one["change_since_cycle_0"] = change(cycles.after[0], cycles.after[n]);
    out["after_cycle"].push_back(std::move(one));
  }
  return out;
}

Json json_of(const StressCurve& curve) {
  Json out{{"protocol_step", curve.first_step}, {"last_protocol_step", curve.last_step}, {"label", curve.label}, {"deformation", curve.deformation}, {"strain", curve.strain}, {"rate_per_ps", curve.rate_per_ps}};
  out["at_strain"] = curve.at_strain;
  out["stress_GPa"] = curve.stress_GPa;
  out["stress_errors_GPa"] = curve.errors_GPa;
  out["modulus_GPa"] = json_of(curve.modulus_GPa);
  out["modulus_to_strain"] = curve.modulus_to_strain;
  out["largest_stress"] = {{"stress_GPa", curve.peak_GPa}, {"at_strain", curve.peak_strain}};
  out["flow_stress_GPa"] = curve.flow_GPa ? json_of(*curve.flow_GPa) : Json();
  out["viscosity_mPa_s"] = curve.viscosity_mPa_s ? json_of(*curve.viscosity_mPa_s) : Json();
  return out;
}

}  // namespace

std::string to_json(const RunAnalysis& analysis) {
  const BuildInfo& build = build_info();
  Json out{{"format", "patina-analysis"}, {"format_version", 1}};
  out["analysed_with"] = {{"version", build.version}, {"git_hash", build.git_hash}};
  out["replicas"] = analysis.replicas;
  out["atoms"] = analysis.atoms;
  const auto text_or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  out["dynamics"] = {{"precision", text_or_null(analysis.precision)}, {"tables", text_or_null(analysis.tables)}};
  out["conventions"] = {
      {"kww", "f = A exp[-(t/tau)^kww_exponent]; fitted for t > fit_after_ps"},
      {"waiting_time", "fixed start: t_w = t1, lag = t2 - t1; age_centred: t_w = (t1 + t2)/2"},
      {"intervals", "68 % profile likelihood; lags correlated as Gaussian modes share them (sandwich); or what replicas scatter "
       "(jackknife, four or more), whichever is wider"},
      {"lags", "of the stored lags those nearest to a grid of 16 per decade"},
      {"q_power", "n of tau ~ q^-n over the fitted shells of a waiting time, which are taken as independent"},
      {"diffusion", "power: d ln<r^2>/d ln t over the last lags; D = (1/6) d<r^2>/dt there, if the power is within 0.1 of 1"},
      {"plateau", "non-ergodicity parameter without a fit: f where -df/d ln t (minus_slope) is least between two faster falls, each faster "
       "by four standard errors; the amplitude of a KWW fit is the other estimate"},
      {"maxima", "of alpha_2 (all atoms) and chi_4 (sub-boxes) over the lags; null if they still rise at the largest"},
      {"holds", "means of a melt or anneal step and of its halves; errors from 8 blocks of each (null below 16 lines of thermo.csv), replicas in "
       "quadrature; change: the second half less the first. relaxation: age-centred fits of f(t1,t2) in each half"},
      {"stress_strain", "stress: minus the pressure that works on the strain; modulus: slope up to modulus_to_strain; flow stress: mean over the second half of a "
       "strain of 0.2 or more, viscosity: that of a shear over its rate; errors of these from four or more replicas, else from 8 blocks of lines; of the curve from replicas, null of one"},
      {"stress_relaxation", "(stress in the hold - mean over the second half of the step before the strain) / strain; errors: what replicas scatter, null of one. fit: one and two stretched "
       "exponentials, fitted for t > fit_after_ps with the covariance of the points; two are preferred if their AIC is lower by 6 and all their parameters are known; tau_sigma: of the preferred, of two the slow one. "
       "tau_sigma_over_tau_q: with tau of f(q,t) in the same hold, errors in quadrature"},
      {"fit_after_ps", analysis.fit_after_ps}};
  out["notes"] = analysis.notes;
  if (!analysis.speckles.empty()) out["conventions"]["speckles"] = record_conventions();
  for (const char* list : {"glass_transition", "relaxation", "holds", "cycles", "stress_strain", "stress_relaxation", "lag_dynamics", "structure", "speckles"}) out[list] = Json::array();
  for (const auto& quench : analysis.quenches) out["glass_transition"].push_back(json_of(quench));
  for (const auto& relaxation : analysis.relaxation) out["relaxation"].push_back(json_of(relaxation));
  for (const auto& hold : analysis.holds) out["holds"].push_back(json_of(hold));
  for (const auto& cycles : analysis.cycles) out["cycles"].push_back(json_of(cycles));
  for (const auto& curve : analysis.stress_curves) out["stress_strain"].push_back(json_of(curve));
  for (const auto& one : analysis.stress_relaxation) out["stress_relaxation"].push_back(json_of(one));
  for (const auto& dynamics : analysis.dynamics) out["lag_dynamics"].push_back(json_of(dynamics));
  for (const auto& structure : analysis.structure) out["structure"].push_back(json_of(structure));
  for (const auto& record : analysis.speckles) out["speckles"].push_back(json_of(record));
  if (!analysis.heating.empty() || !analysis.minima.empty() || analysis.tau.of_several_temperatures()) out["conventions"]["glass_state"] = glass_conventions();
  for (const char* list : {"heating", "relaxation_enthalpy", "inherent_structures"}) out[list] = Json::array();
  for (const auto& scan : analysis.heating) out["heating"].push_back(json_of(scan));
  for (const auto& one : analysis.enthalpies) out["relaxation_enthalpy"].push_back(json_of(one, analysis.heating));
  for (const auto& one : analysis.minima) out["inherent_structures"].push_back(json_of(one));
  out["tau_of_temperature"] = analysis.tau.of_several_temperatures() ? json_of(analysis.tau) : Json();
  return out.dump(1) + "\n";
}

}  // namespace patina
