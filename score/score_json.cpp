// SPDX-License-Identifier: BSD-3-Clause
// score.json: all figures of a score with their conventions. NaN becomes null.
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/version.hpp"
#include "score/scales.hpp"
#include "score/score.hpp"

namespace patina {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Grade& grade) {
  if (grade.points == 0) return nullptr;
  return {{"points", grade.points},
          {"chi_squared_per_point", grade.chi_squared_per_point},
          {"chi_squared_per_point_scatter", grade.scatter > 0.0 ? Json(grade.scatter) : Json()},
          {"probability", probability_of(grade)},
          {"within_1_sigma", grade.within_1_sigma},
          {"within_2_sigma", grade.within_2_sigma}};
}

Json json_of(const CorrelationGrades& grades) {
  Json out{{"points", grades.points},           {"bias", grades.bias},       {"bias_error", grades.bias_error},
           {"rms_residual", grades.rms},        {"factor", grades.factor},   {"factor_error", grades.factor_error},
           {"offset", grades.offset},           {"offset_error", grades.offset_error},
           {"with_its_own_errors", json_of(grades.own)}, {"with_theoretical_errors", json_of(grades.theory)}};
  const CovarianceGrade& c = grades.with_covariance;
  if (c.degrees_of_freedom > 0)
    out["with_theoretical_covariance"] = {{"chi_squared", c.chi_squared},
                                          {"degrees_of_freedom", c.degrees_of_freedom},
                                          {"chi_squared_per_degree_of_freedom", c.chi_squared / c.degrees_of_freedom},
                                          {"probability", c.probability}};
  else
    out["with_theoretical_covariance"] = nullptr;
  return out;
}

Json json_of(const Eigen::MatrixXd& matrix) {
  Json rows = Json::array();
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    Json row = Json::array();
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) row.push_back(matrix(i, j));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json json_of(const G2Score& one, const std::string& unit) {
  return {{"shell", one.shell},     {"q_inv_A", one.q_inv_A},     {"phi_deg", one.phi_deg}, {"contrast", one.contrast},
          {"quantity", name_of(one.quantity)}, {"grades", json_of(one.grades)},
          {"lag_" + unit, one.lag}, {"averaged_frames", one.averaged_frames}, {"truth", one.truth},
          {"answer", one.answer},   {"own_sigma", one.own_sigma}, {"theoretical_sigma", one.theory_sigma}};
}

Json json_of(const TwoTimeScore& one, const std::string& unit) {
  return {{"shell", one.shell},
          {"q_inv_A", one.q_inv_A},
          {"phi_deg", one.phi_deg},
          {"contrast", one.contrast},
          {"quantity", name_of(one.quantity)},
          {"grades", json_of(one.grades)},
          {"map", {{"edges_" + unit, one.map.edges}, {"mean_residual", json_of(one.map.mean_residual)}, {"mean_residual_over_sigma", json_of(one.map.mean_pull)}}}};
}

Json json_of(const SnapshotScore& one) {
  return {{"shell", one.shell},       {"q_inv_A", one.q_inv_A},   {"phi_deg", one.phi_deg}, {"of", one.photons ? "photons" : "intensity"},
          {"frames", one.frames},     {"edges", one.edges},       {"observed_pixels", one.observed},
          {"expected_pixels", one.expected},
          {"chi_squared", one.chi_squared}, {"degrees_of_freedom", one.degrees_of_freedom}, {"probability", one.probability}, {"no_test", one.no_test}};
}

Json json_of(const NullTest& test) {
  return {{"of", test.of},
          {"chi_squared", test.chi_squared},
          {"degrees_of_freedom", test.degrees_of_freedom},
          {"chi_squared_per_degree_of_freedom", test.chi_squared / test.degrees_of_freedom},
          {"probability", test.probability},
          {"verdict", test.verdict()}};
}

Json json_of(const ParameterScore& score, const std::string& unit, const std::string& parameter_unit) {
  Json rows = Json::array();
  for (const ParameterRow& row : score.rows)
    rows.push_back({{"q_inv_A", row.q_inv_A},
                    {"waiting_time_" + unit, row.time},
                    {"truth" + parameter_unit, row.truth},
                    {"answer" + parameter_unit, row.answer},
                    {"sigma" + parameter_unit, row.sigma}});
  return {{"bias_of_ln", score.bias}, {"bias_error", score.bias_error}, {"rms_of_ln", score.rms}, {"with_its_own_errors", json_of(score.own)}, {"rows", rows}};
}

Json json_of(const EventScore& score, const std::string& unit) {
  const auto event = [&](const TruthEvent& e) { return Json{{"kind", e.kind}, {"time_" + unit, e.time}, {"advance", e.advance}}; };
  Json found = Json::array(), missed = Json::array();
  for (const auto& match : score.found) {
    found.push_back(event(match.event));
    found.back()["answer_" + unit] = match.answer;
  }
  for (const TruthEvent& e : score.missed) missed.push_back(event(e));
  return {{"tolerance_" + unit, score.tolerance},     {"found", found},
          {"missed", missed},                         {"false_alarms_" + unit, score.false_alarms},
          {"mean_offset_" + unit, score.mean_offset}, {"rms_offset_" + unit, score.rms_offset}};
}

}  // namespace

std::string score_json(const Score& score, const Answer& answer, const Truth& truth) {
  const std::string& unit = truth.time_unit;
  Json root{{"patina_version", build_info().version}, {"patina_git", build_info().git_hash}};
  root["answer"] = {{"path", answer.path}, {"recognised_as", answer.recognised_as}};
  root["truth"] = {{"path", truth.path}, {"kind", truth.kind}, {"frames", truth.frames()}, {"interval_" + unit, truth.interval}};
  Json shells = Json::array();
  for (const TruthShell& shell : truth.shells)
    shells.push_back({{"shell", shell.name},
                      {"q_inv_A", shell.q_inv_A},
                      {"phi_deg", shell.phi_deg},
                      {"pixels", shell.sample.pixels},
                      {"pixels_per_speckle", shell.sample.pixels_per_speckle},
                      {"pixels_per_coherence_area", shell.sample.coherence_area()},
                      {"contrast", shell.sample.contrast},
                      {"photons_per_pixel_and_frame", std::isinf(shell.sample.photons) ? Json() : Json(shell.sample.photons)}});
  root["truth"]["shells"] = std::move(shells);
  root["convention"] =
      "residuals are answer - truth, of g2 and C in units of the contrast, of f and f_squared as they are, of tau and exponent those of logarithms; the "
      "truth is averaged over starts and over the frames behind each channel; factor and offset: answer = offset + factor truth, less baselines";
  root["notes"] = score.notes;
  root["g2"] = Json::array();
  for (const G2Score& one : score.g2) root["g2"].push_back(json_of(one, unit));
  root["two_time"] = Json::array();
  for (const TwoTimeScore& one : score.two_time) root["two_time"].push_back(json_of(one, unit));
  root["snapshots"] = Json::array();
  for (const SnapshotScore& one : score.snapshots) root["snapshots"].push_back(json_of(one));
  root["null_tests"] = Json::array();
  for (const NullTest& test : score.null_tests) root["null_tests"].push_back(json_of(test));
  root["tau"] = score.tau ? json_of(*score.tau, unit, "_" + unit) : Json();
  root["kww_exponent"] = score.kww_exponent ? json_of(*score.kww_exponent, unit, "") : Json();
  root["events"] = score.events ? json_of(*score.events, unit) : Json();
  return root.dump(1) + "\n";
}

}  // namespace patina
