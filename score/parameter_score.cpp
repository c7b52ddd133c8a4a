// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "score/scales.hpp"
#include "score/score.hpp"

namespace patina {
namespace {

ParameterScore of_rows(std::vector<ParameterRow> rows) {
  ParameterScore score;
  std::vector<double> residual, sigma;
  for (const ParameterRow& row : rows) {
    residual.push_back(std::log(row.answer / row.truth));
    sigma.push_back(row.sigma / row.answer);
  }
  const auto n = static_cast<double>(rows.size());
  for (const double x : residual) {
    score.bias += x / n;
    score.rms += x * x / n;
  }
  if (n > 1.0) score.bias_error = std::sqrt(std::max(0.0, score.rms - score.bias * score.bias) / (n - 1.0));
  score.rms = std::sqrt(score.rms);
  score.own = grade(residual, sigma);
  score.rows = std::move(rows);
  return score;
}

}  // namespace

void score_parameters(const Answer& answer, const Truth& truth, const ScoreOptions& options, Score& score) {
  std::vector<double> q;
  for (const TauAnswer& one : answer.tau) q.push_back(one.q_inv_A);
  if (const std::string note = check_shells(answer, truth, q, options.q_tolerance); !note.empty()) score.notes.push_back(note);
  const double unit = truth_time_of_unit(answer, truth);
  std::vector<ParameterRow> tau, exponent;
  std::string none;
  for (const TauAnswer& one : answer.tau) {
    const int at = shell_at(answer, truth, one.q_inv_A, options.q_tolerance);
    if (at < 0) continue;
    const TruthShell& shell = truth.shells[static_cast<std::size_t>(at)];
    if (!shell.tau) {
      none = shell.no_tau;
      continue;
    }
    const double time = one.waiting_time * unit, last = truth.time.back();
    if (!(time >= -0.5 * truth.interval) || time > last + 0.5 * truth.interval)
      throw Error(ExitCode::bad_input, fmt::format("{}: a waiting time of {:g} {}: must lie within the record, 0 to {:g} {}", answer.path, time, truth.time_unit,
                                                   last, truth.time_unit));
    if (std::isfinite(one.tau)) tau.push_back({shell.q_inv_A, time, shell.tau(std::max(time, 0.0)), one.tau * unit, one.tau_sigma * unit});
    if (std::isfinite(one.kww_exponent)) exponent.push_back({shell.q_inv_A, time, shell.kww_exponent, one.kww_exponent, one.kww_exponent_sigma});
  }
  if (!none.empty()) score.notes.push_back(fmt::format("not scored: tau and exponent: {}", none));
  if (!tau.empty()) score.tau = of_rows(std::move(tau));
  if (!exponent.empty()) score.kww_exponent = of_rows(std::move(exponent));
}

}  // namespace patina
