// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "beamline/record_covariance.hpp"
#include "core/error.hpp"
#include "score/lag_binning.hpp"
#include "score/scales.hpp"
#include "score/score.hpp"

namespace patina {
namespace {

FrameBin frame_bin(const Answer& answer, const Truth& truth, const LagBin& bin, bool frame_by_frame, const std::string& what) {
  FrameBin frames;
  frames.averaged = bin.averaged_frames;
  frames.frame_by_frame = frame_by_frame;
  if (bin.is_range()) {
    frames.first = whole_frames(answer, truth, bin.first, what);
    frames.last = whole_frames(answer, truth, bin.last, what);
    frames.lag = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(frames.first) * static_cast<double>(frames.last))));
  } else {
    frames.lag = whole_frames(answer, truth, bin.lag, what);
  }
  return frames;
}

// A channel by a few of the lags behind it, which have the same weight: evenly in a range; at the middles of equal parts of the triangle of a
// multi-tau level. Of the pairs of frames behind the channel `pairs` stand at each of them.
struct SubLags {
  std::vector<int> lags;
  int pairs = 1;
};
SubLags sub_lags(const FrameBin& bin, int at_most) {
  const auto count = static_cast<int>(bin.is_range() ? bin.last - bin.first + 1 : bin.averaged);
  const int taken = std::clamp(at_most, 1, count);
  SubLags sub{{}, std::max(1, static_cast<int>(std::lround(static_cast<double>(count) / taken)))};
  for (int k = 0; k < taken; ++k) {
    const double part = (k + 0.5) / taken;
    const double offset = part < 0.5 ? std::sqrt(2.0 * part) - 1.0 : 1.0 - std::sqrt(2.0 * (1.0 - part));
    sub.lags.push_back(static_cast<int>(bin.is_range() ? bin.first + static_cast<std::int64_t>(part * count) : bin.lag + std::lround(offset * count)));
  }
  return sub;
}

// Errors grow as the root: whole blocks of averaged frames begin at fewer places than frames do.
double fewer_starts(const FrameBin& bin, int frames) {
  const std::int64_t blocks = frames / bin.averaged - bin.lag / bin.averaged;
  return std::sqrt(static_cast<double>(frames - bin.lag) / static_cast<double>(blocks * bin.averaged));
}

// Of g2 at the bins, from the closed forms.
Eigen::MatrixXd theory(const TruthShell& shell, int frames, const std::vector<FrameBin>& bins) {
  // What is summed over starts that age takes longer.
  const bool simple = shell.stationary && !shell.phased;
  const int most_lags = simple ? 120 : 60, each = std::clamp(most_lags / static_cast<int>(bins.size()), 1, 4);
  std::vector<int> lags, pairs;
  std::vector<Eigen::Index> begin{0};
  for (const FrameBin& bin : bins) {
    const SubLags sub = sub_lags(bin, each);
    for (const int lag : sub.lags) lags.push_back(std::clamp(lag, 1, frames - 1));
    pairs.insert(pairs.end(), sub.lags.size(), sub.pairs);
    begin.push_back(static_cast<Eigen::Index>(lags.size()));
  }
  const auto of = [&](const SpeckleSample& sample) -> Eigen::MatrixXd {
    if (!simple) return shell.phased ? record_g2_covariance(sample, frames, shell.phased, lags, pairs) : record_g2_covariance(sample, frames, shell.field, lags, pairs);
    std::vector<double> field;
    for (int n = 0; n < frames; ++n) field.push_back(shell.field(0, n));
    return g2_covariance(sample, field, lags, pairs);
  };
  Eigen::MatrixXd of_lags = of(shell.sample);
  if (shell.recorded) of_lags -= of(without_photons(shell.sample));
  const auto n = static_cast<Eigen::Index>(bins.size());
  Eigen::MatrixXd covariance(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) {
      const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
      covariance(i, j) = fewer_starts(bins[a], frames) * fewer_starts(bins[b], frames) *
                         of_lags.block(begin[a], begin[b], begin[a + 1] - begin[a], begin[b + 1] - begin[b]).mean();
    }
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
    const int at = shell_at(answer, truth, one.q_inv_A, options.q_tolerance);
    if (at < 0) continue;
    const TruthShell& shell = truth.shells[static_cast<std::size_t>(at)];
    G2Score score;
    score.shell = shell.name;
    score.q_inv_A = shell.q_inv_A;
    score.contrast = shell.sample.contrast;
    score.quantity = one.quantity;
    std::vector<FrameBin> bins;
    std::vector<double> f_squared;
    for (std::size_t k = 0; k < one.bins.size(); ++k) {
      const FrameBin bin = frame_bin(answer, truth, one.bins[k], one.frame_by_frame, fmt::format("the lag of g2 at q = {:g} 1/A, number {}", shell.q_inv_A, k + 1));
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
      f_squared.push_back(binned_truth(shell, truth.frames(), bin));
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
