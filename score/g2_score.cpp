// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "beamline/channel_covariance.hpp"
#include "beamline/record_covariance.hpp"
#include "core/error.hpp"
#include "score/lag_binning.hpp"
#include "score/scales.hpp"
#include "score/score.hpp"

namespace patina {
namespace {

LagChannel frame_bin(const Answer& answer, const Truth& truth, const LagBin& bin, const std::string& what) {
  LagChannel frames;
  frames.averaged = bin.averaged_frames;
  if (bin.is_range()) {
    frames.first = whole_frames(answer, truth, bin.first, what);
    frames.last = whole_frames(answer, truth, bin.last, what);
    frames.lag = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(frames.first) * static_cast<double>(frames.last))));
  } else {
    frames.lag = whole_frames(answer, truth, bin.lag, what);
  }
  return frames;
}

// Of g2 at the bins, from the closed forms.
Eigen::MatrixXd theory(const TruthShell& shell, int frames, const std::vector<LagChannel>& bins) {
  // What is summed over starts that age takes longer.
  const bool simple = shell.stationary && !shell.phased && shell.mixed.empty();
  const auto of = [&](const SpeckleSample& sample) {
    return channel_covariance(frames, bins, simple ? 120 : 60, [&](const std::vector<int>& lags, const std::vector<int>& averaged) -> Eigen::MatrixXd {
      if (!shell.mixed.empty()) return record_g2_covariance(sample, frames, shell.mixed, lags, averaged);
      if (shell.phased) return record_g2_covariance(sample, frames, shell.phased, lags, averaged);
      if (!shell.stationary) return record_g2_covariance(sample, frames, shell.field, lags, averaged);
      std::vector<double> field;
      for (int n = 0; n < frames; ++n) field.push_back(shell.field(0, n));
      return g2_covariance(sample, field, lags, averaged);
    });
  };
  Eigen::MatrixXd covariance = of(shell.sample);
  if (shell.recorded) covariance -= of(without_photons(shell.sample));
  return covariance;
}

// Fills the grades of a curve from its residuals; `covariance` of 1 + contrast |f|^2.
void grade_curve(G2Score& score, const std::vector<double>& f_squared, Eigen::MatrixXd covariance) {
  const std::size_t n = score.answer.size();
  CorrelationGrades& grades = score.grades;
  grades.points = static_cast<int>(n);
  const double unit = score.quantity == Quantity::g2 || score.quantity == Quantity::g2_minus_1 ? score.contrast : 1.0;
  std::vector<double> residual, even(n, 1.0 / static_cast<double>(n)), above, truth_above;
  const double baseline = score.quantity == Quantity::g2 ? 1.0 : 0.0;
  for (std::size_t k = 0; k < n; ++k) {
    residual.push_back((score.answer[k] - score.truth[k]) / unit);
    above.push_back((score.answer[k] - baseline) / unit);
    truth_above.push_back((score.truth[k] - baseline) / unit);
    grades.bias += residual[k] / static_cast<double>(n);
    grades.rms += residual[k] * residual[k] / static_cast<double>(n);
  }
  grades.rms = std::sqrt(grades.rms);
  std::vector<double> own, known;
  for (const double sigma : score.own_sigma) own.push_back(sigma / unit);
  grades.own = grade(residual, own);
  Eigen::VectorXd slope(covariance.rows());
  for (std::size_t k = 0; k < n; ++k) slope[static_cast<Eigen::Index>(k)] = slope_of(score.quantity, std::max(f_squared[k], 1e-12), score.contrast) / unit;
  covariance = (slope.asDiagonal() * covariance * slope.asDiagonal()).eval();
  for (std::size_t k = 0; k < n; ++k) {
    known.push_back(std::sqrt(covariance(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(k))));
    score.theory_sigma.push_back(known[k] * unit);
  }
  grades.theory = grade(residual, known);
  grades.theory.scatter = chi_squared_scatter(covariance);
  grades.own.scatter = grades.own.points > 0 ? grades.theory.scatter : 0.0;
  grades.with_covariance = grade(residual, covariance);
  grades.bias_error = error_of_sum(even, covariance);
  if (n < 3) return;
  const StraightFit fit = straight_fit(truth_above, above, known);
  grades.factor = fit.factor;
  grades.offset = fit.offset;
  grades.factor_error = error_of_sum(fit.factor_weight, covariance);
  grades.offset_error = error_of_sum(fit.offset_weight, covariance);
}

}  // namespace

std::vector<G2Score> score_g2(const Answer& answer, const Truth& truth, const ScoreOptions& options, std::vector<std::string>& notes) {
  std::vector<G2Score> scores;
  std::vector<double> q;
  for (const G2Answer& one : answer.g2) q.push_back(one.q_inv_A);
  if (const std::string note = check_shells(answer, truth, q, options.q_tolerance); !note.empty()) notes.push_back(note);
  int without_shift = 0, beyond = 0, empty = 0;
  std::string fault;
  for (const G2Answer& one : answer.g2) {
    const int at = sector_at(answer, truth, one.q_inv_A, one.phi_deg, options.q_tolerance);
    if (at < 0) continue;
    const TruthShell& shell = truth.shells[static_cast<std::size_t>(at)];
    G2Score score;
    score.shell = shell.name;
    score.q_inv_A = shell.q_inv_A;
    score.phi_deg = shell.phi_deg;
    score.contrast = shell.sample.contrast;
    score.quantity = one.quantity;
    std::vector<LagChannel> bins;
    std::vector<double> f_squared;
    for (std::size_t k = 0; k < one.bins.size(); ++k) {
      const LagChannel bin = frame_bin(answer, truth, one.bins[k], fmt::format("the lag of g2 at q = {:g} 1/A, number {}", shell.q_inv_A, k + 1));
      if (bin.lag < 1) {
        ++without_shift;
        continue;
      }
      if (const std::string wrong = fault_of(bin, truth.frames()); !wrong.empty()) {
        ++beyond;
        fault = wrong;
        continue;
      }
      if (!std::isfinite(one.value[k])) {
        ++empty;
        continue;
      }
      bins.push_back(bin);
      f_squared.push_back(binned_truth(shell, truth.frames(), bin, one.frame_by_frame));
      score.lag.push_back(static_cast<double>(bin.lag) * truth.interval);
      score.averaged_frames.push_back(bin.averaged);
      score.answer.push_back(one.value[k]);
      score.truth.push_back(said(one.quantity, f_squared.back(), shell.sample.contrast));
      score.own_sigma.push_back(one.sigma[k]);
    }
    if (bins.empty()) continue;
    grade_curve(score, f_squared, theory(shell, truth.frames(), bins));
    scores.push_back(std::move(score));
  }
  if (without_shift > 0) notes.push_back(fmt::format("ignored: g2 at lag 0 ({} points), where shot noise stands", without_shift));
  if (empty > 0) notes.push_back(fmt::format("ignored: {} points of g2 that are no numbers", empty));
  if (beyond > 0) notes.push_back(fmt::format("ignored: {} points of g2 that the record cannot have: {}", beyond, fault));
  if (!answer.g2.empty() && scores.empty()) notes.push_back("not scored: g2: none of its points can be compared");
  return scores;
}

}  // namespace patina
