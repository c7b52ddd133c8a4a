// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>

#include "score/scales.hpp"
#include "score/score.hpp"

namespace patina {
namespace {

std::string number(double x, const char* format = "{:.3g}") { return std::isfinite(x) ? fmt::format(fmt::runtime(format), x) : "-"; }

std::string with_error(double x, double error) {
  if (!std::isfinite(x)) return "-";
  return std::isfinite(error) ? fmt::format("{:+.4f} ± {:.4f}", x, error) : fmt::format("{:+.4f}", x);
}

std::string chi(const Grade& grade) {
  if (grade.points == 0) return "-";
  return grade.scatter > 0.0 ? fmt::format("{:.3g} ± {:.2g}", grade.chi_squared_per_point, grade.scatter) : fmt::format("{:.3g}", grade.chi_squared_per_point);
}

std::string coverage(const Grade& grade) {
  return grade.points == 0 ? "-" : fmt::format("{:.0f}/{:.0f} %", 100.0 * grade.within_1_sigma, 100.0 * grade.within_2_sigma);
}

// fmt counts bytes of ± as one character each.
std::string cell(const std::string& text, int width) {
  int shown = 0;
  for (const char c : text) shown += (c & 0xC0) != 0x80;
  return std::string(static_cast<std::size_t>(std::max(0, width - shown)), ' ') + text;
}

std::string correlation_line(const char* what, double q, double phi, const CorrelationGrades& g) {
  const std::string joint = g.with_covariance.degrees_of_freedom > 0
                                ? fmt::format("{:.3g} ({})", g.with_covariance.chi_squared / g.with_covariance.degrees_of_freedom, g.with_covariance.degrees_of_freedom)
                                : "-";
  const std::string place = number(q, "{:.4g}") + (std::isfinite(phi) ? fmt::format(" {:.0f}°", phi) : "");
  return fmt::format("{:<4}{}{:>9}{}{}{}{}{}{}{}\n", what, cell(place, 11), g.points, cell(with_error(g.bias, g.bias_error), 19),
                     cell(std::isfinite(g.factor) ? fmt::format("{:.3f}{}", g.factor, std::isfinite(g.factor_error) ? fmt::format(" ± {:.3f}", g.factor_error) : "") : "-", 16),
                     cell(chi(g.own), 15), cell(coverage(g.own), 11), cell(chi(g.theory), 15), cell(coverage(g.theory), 11), cell(joint, 13));
}

std::string null_test_line(const NullTest& test) {
  const char* what = test.of == "g2" ? "g2" : test.of == "two_time" ? "C" : "intensities of single frames";
  return fmt::format("null test: {}: chi^2 = {:.4g} of {} degrees of freedom, p = {:.2g}: {}\n", what, test.chi_squared, test.degrees_of_freedom,
                     test.probability, test.verdict());
}

std::string parameter_line(const char* what, const ParameterScore& p) {
  return fmt::format("{:<16}{:>5} value(s): bias of ln {}, rms {:.3g}; chi^2 per value {}, within 1/2 sigma {}\n", what, p.rows.size(),
                     with_error(p.bias, p.bias_error), p.rms, chi(p.own), coverage(p.own));
}

std::string events_text(const EventScore& e, const std::string& unit) {
  std::string text = fmt::format("events: {} found, {} missed, {} false alarm(s), within {:g} {}", e.found.size(), e.missed.size(), e.false_alarms.size(),
                                 e.tolerance, unit);
  if (!e.found.empty()) text += fmt::format("; found ones are off by {:+.3g} {} on average, rms {:.3g}", e.mean_offset, unit, e.rms_offset);
  text += "\n";
  const auto some = [&](const char* what, std::size_t count, const auto& line) {
    for (std::size_t k = 0; k < std::min<std::size_t>(count, 5); ++k) text += fmt::format("  {} {}\n", what, line(k));
    if (count > 5) text += fmt::format("  {} ... ({} more)\n", what, count - 5);
  };
  some("missed", e.missed.size(), [&](std::size_t k) { return fmt::format("{} at {:g} {}, advance {:.3g}", e.missed[k].kind, e.missed[k].time, unit, e.missed[k].advance); });
  some("false", e.false_alarms.size(), [&](std::size_t k) { return fmt::format("{:g} {}", e.false_alarms[k], unit); });
  return text;
}

}  // namespace

std::string score_table(const Score& score, const Answer& answer, const Truth& truth) {
  std::string text = fmt::format("answer: {}: {}\ntruth: {}: {}, {} frames of {:g} {}\n", answer.path, answer.recognised_as, truth.path, truth.kind, truth.frames(),
                                 truth.interval, truth.time_unit);
  for (const std::string& note : score.notes) text += fmt::format("note: {}\n", note);
  if (!score.g2.empty() || !score.two_time.empty()) {
    text += fmt::format("\n{:<4}{:>11}{:>9}{:>19}{:>16}{:>26}{:>26}{:>13}\n", "", "q", "points", "bias", "factor", "by its own errors", "by theoretical errors",
                        "chi^2/dof");
    text += fmt::format("{:<4}{:>11}{:>9}{:>19}{:>16}{:>15}{:>11}{:>15}{:>11}{:>13}\n", "", "1/A", "", "of contrast", "", "chi^2/point", "1/2 sigma", "chi^2/point",
                        "1/2 sigma", "covar. (dof)");
    for (const G2Score& one : score.g2) text += correlation_line("g2", one.q_inv_A, one.phi_deg, one.grades);
    for (const TwoTimeScore& one : score.two_time) text += correlation_line("C", one.q_inv_A, one.phi_deg, one.grades);
  }
  if (!score.null_tests.empty()) text += "\n";
  for (const NullTest& test : score.null_tests) text += null_test_line(test);
  if (score.tau || score.kww_exponent || score.events) text += "\n";
  if (score.tau) text += parameter_line("tau", *score.tau);
  if (score.kww_exponent) text += parameter_line("exponent", *score.kww_exponent);
  if (score.events) text += events_text(*score.events, truth.time_unit);
  return text;
}

}  // namespace patina
