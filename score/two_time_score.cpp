// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "beamline/record_covariance.hpp"
#include "core/error.hpp"
#include "core/rng.hpp"
#include "score/scales.hpp"
#include "score/score.hpp"

namespace patina {
namespace {

constexpr int map_blocks = 48, matrix_points = 120, sampled_pairs = 20000;
constexpr Eigen::Index most_rows = 2048;  // compared, evenly spaced

struct Point {
  int i = 0, j = 0;  // frames of the truth, the first of those averaged
  double truth = 0.0, answer = 0.0, own = not_told, theory = not_told, slope = 1.0;  // less the baseline, in units of the contrast
};

// The mean of |f|^2 over the frames that two rows average; without pairs of one frame.
double mean_f_squared(const TruthShell& shell, int i, int j, int averaged) {
  double sum = 0.0;
  for (int a = 0; a < averaged; ++a)
    for (int b = 0; b < averaged; ++b) sum += shell.f_squared(i + a, j + b);
  return sum / (static_cast<double>(averaged) * averaged);
}

class Points {
 public:
  Points(const TwoTimeAnswer& answer, const TruthShell& shell, const std::vector<int>& frames)
      : shell_(shell), sample_(shell.sample), averaged_(answer.averaged_frames), unit_(1.0) {
    sample_.photons *= averaged_;
    const bool of_g2 = answer.quantity == Quantity::g2 || answer.quantity == Quantity::g2_minus_1;
    if (of_g2) unit_ = sample_.contrast;
    const double baseline = answer.quantity == Quantity::g2 ? 1.0 : 0.0;
    step = (answer.value.rows() + most_rows - 1) / most_rows;
    for (Eigen::Index a = 0; a < answer.value.rows(); a += step)
      for (Eigen::Index b = a + step; b < answer.value.cols(); b += step) {
        if (!std::isfinite(answer.value(a, b))) {
          ++empty;
          continue;
        }
        Point p{frames[static_cast<std::size_t>(a)], frames[static_cast<std::size_t>(b)]};
        const double f_squared = mean_f_squared(shell, p.i, p.j, averaged_);
        p.truth = (said(answer.quantity, f_squared, sample_.contrast) - baseline) / unit_;
        p.answer = (static_cast<double>(answer.value(a, b)) - baseline) / unit_;
        p.slope = slope_of(answer.quantity, std::max(f_squared, 1e-12), sample_.contrast) / unit_;
        p.theory = shell.mixed.empty() ? p.slope * std::sqrt(variance(f_squared)) : std::sqrt(covariance(p, p));
        if (answer.sigma.size() > 0) p.own = static_cast<double>(answer.sigma(a, b)) / unit_;
        all.push_back(p);
      }
  }

  double covariance(const Point& p, const Point& r) const {
    const auto of = [&](const SpeckleSample& sample) {
      if (!shell_.mixed.empty()) return pair_covariance(sample, shell_.mixed, p.i, p.j, r.i, r.j);
      return shell_.phased ? pair_covariance(sample, shell_.phased, p.i, p.j, r.i, r.j) : pair_covariance(sample, shell_.field, p.i, p.j, r.i, r.j);
    };
    return p.slope * r.slope * (of(sample_) - (shell_.recorded ? of(without_photons(sample_)) : 0.0));
  }

  std::vector<Point> all;
  long empty = 0;
  Eigen::Index step = 1;

 private:
  double variance(double f_squared) const {
    const double rho = std::clamp(f_squared, 0.0, 1.0);
    return two_time_variance(sample_, rho) - (shell_.recorded ? two_time_variance(without_photons(sample_), rho) : 0.0);
  }

  const TruthShell& shell_;
  SpeckleSample sample_;
  int averaged_;
  double unit_;
};

// What the correlation of points makes of means and of chi^2: each point with itself, which shot noise makes the largest part, and pairs of
// points drawn at random for all others.
void add_errors(const Points& points, const std::vector<double>& factor_weight, const std::vector<double>& offset_weight, CorrelationGrades& grades) {
  const auto n = static_cast<double>(points.all.size());
  const std::vector<double> even(points.all.size(), 1.0 / n);
  const std::vector<double>* weights[] = {&even, &factor_weight, &offset_weight};
  double alone[3] = {}, together[3] = {}, squares = 0.0;
  for (std::size_t k = 0; k < points.all.size(); ++k)
    for (int w = 0; w < 3; ++w) alone[w] += std::pow((*weights[w])[k] * points.all[k].theory, 2);
  for (int k = 0; k < sampled_pairs; ++k) {
    const RandomBlock block = random_block(1, Stream::resampling, 0, static_cast<std::uint64_t>(k));
    const std::size_t a = std::min(static_cast<std::size_t>(block.uniform(0) * n), points.all.size() - 1);
    const std::size_t b = (a + 1 + std::min(static_cast<std::size_t>(block.uniform(1) * (n - 1.0)), points.all.size() - 2)) % points.all.size();
    const Point &p = points.all[a], &r = points.all[b];
    const double covariance = points.covariance(p, r);
    squares += std::pow(covariance / (p.theory * r.theory), 2);
    for (int w = 0; w < 3; ++w) together[w] += covariance * (*weights[w])[a] * (*weights[w])[b];
  }
  const auto sigma = [&](int w) {
    const double variance = alone[w] + n * (n - 1.0) * together[w] / sampled_pairs;
    return variance < 0.0 ? 0.0 : std::sqrt(variance);
  };
  grades.bias_error = sigma(0);
  grades.factor_error = sigma(1);
  grades.offset_error = sigma(2);
  grades.theory.scatter = std::sqrt(2.0 * (1.0 / n + (1.0 - 1.0 / n) * squares / sampled_pairs));
  if (grades.own.points > 0) grades.own.scatter = grades.theory.scatter;
}

// Of points spread over the map (golden ratio).
CovarianceGrade with_covariance(const Points& points) {
  const auto n = static_cast<std::size_t>(std::min<std::size_t>(matrix_points, points.all.size()));
  std::vector<double> residual;
  std::vector<const Point*> chosen;
  for (std::size_t k = 0; k < n; ++k) {
    const double place = n == points.all.size() ? (static_cast<double>(k) + 0.5) / static_cast<double>(n) : std::fmod(0.5 + 0.6180339887498949 * static_cast<double>(k), 1.0);
    chosen.push_back(&points.all[std::min(points.all.size() - 1, static_cast<std::size_t>(place * static_cast<double>(points.all.size())))]);
    residual.push_back(chosen.back()->answer - chosen.back()->truth);
  }
  Eigen::MatrixXd covariance(n, n);
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b <= a; ++b)
      covariance(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) = covariance(static_cast<Eigen::Index>(b), static_cast<Eigen::Index>(a)) =
          points.covariance(*chosen[a], *chosen[b]);
  return grade(residual, covariance);
}

CorrelationGrades grades_of(const Points& points) {
  CorrelationGrades grades;
  std::vector<double> residual, own, theory, truth, answer;
  for (const Point& p : points.all) {
    residual.push_back(p.answer - p.truth);
    own.push_back(p.own);
    theory.push_back(p.theory);
    truth.push_back(p.truth);
    answer.push_back(p.answer);
    grades.bias += residual.back();
    grades.rms += residual.back() * residual.back();
  }
  const auto n = static_cast<double>(points.all.size());
  grades.points = static_cast<int>(points.all.size());
  grades.bias /= n;
  grades.rms = std::sqrt(grades.rms / n);
  grades.own = grade(residual, own);
  grades.theory = grade(residual, theory);
  if (points.all.size() < 3) return grades;
  const StraightFit fit = straight_fit(truth, answer, theory);
  grades.factor = fit.factor;
  grades.offset = fit.offset;
  add_errors(points, fit.factor_weight, fit.offset_weight, grades);
  grades.with_covariance = with_covariance(points);
  return grades;
}

ResidualMap map_of(const Points& points, const Truth& truth) {
  ResidualMap map;
  const int frames = truth.frames(), blocks = std::min(map_blocks, frames);
  for (int k = 0; k <= blocks; ++k) map.edges.push_back(truth.interval * frames * k / blocks);
  Eigen::MatrixXd count = Eigen::MatrixXd::Zero(blocks, blocks);
  map.mean_residual = map.mean_pull = count;
  for (const Point& p : points.all) {
    const auto at = [&](int frame) { return static_cast<Eigen::Index>(std::int64_t{frame} * blocks / frames); };
    const double residual = p.answer - p.truth;
    count(at(p.i), at(p.j)) += 1.0;
    map.mean_residual(at(p.i), at(p.j)) += residual;
    map.mean_pull(at(p.i), at(p.j)) += residual / p.theory;
  }
  map.mean_residual.array() /= count.array();  // 0 / 0: nothing there
  map.mean_pull.array() /= count.array();
  return map;
}

}  // namespace

std::vector<TwoTimeScore> score_two_time(const Answer& answer, const Truth& truth, const ScoreOptions& options, std::vector<std::string>& notes) {
  std::vector<TwoTimeScore> scores;
  std::vector<double> q;
  for (const TwoTimeAnswer& one : answer.two_time) q.push_back(one.q_inv_A);
  if (const std::string note = check_shells(answer, truth, q, options.q_tolerance); !note.empty()) notes.push_back(note);
  for (const TwoTimeAnswer& one : answer.two_time) {
    const int at = sector_at(answer, truth, one.q_inv_A, one.phi_deg, options.q_tolerance);
    if (at < 0) continue;
    const TruthShell& shell = truth.shells[static_cast<std::size_t>(at)];
    std::vector<int> frames;
    for (std::size_t k = 0; k < one.time.size(); ++k) {
      const auto frame = whole_frames(answer, truth, one.time[k], fmt::format("time {} of C at q = {:g} 1/A", k + 1, shell.q_inv_A));
      if (frame < 0 || frame + one.averaged_frames > truth.frames())
        throw Error(ExitCode::bad_input, fmt::format("{}: C at q = {:g} 1/A has a time {:g}, frame {} of the truth, which has {}", answer.path, shell.q_inv_A,
                                                     one.time[k], frame, truth.frames()));
      frames.push_back(static_cast<int>(frame));
    }
    const Points points(one, shell, frames);
    if (points.step > 1) notes.push_back(fmt::format("C at q = {:g} 1/A: one in {} rows and columns is compared", shell.q_inv_A, points.step));
    if (points.empty > 0) notes.push_back(fmt::format("ignored: {} elements of C at q = {:g} 1/A that are no numbers", points.empty, shell.q_inv_A));
    if (points.all.empty())
      throw Error(ExitCode::bad_input, fmt::format("{}: C at q = {:g} 1/A has no number beside its diagonal", answer.path, shell.q_inv_A));
    TwoTimeScore score;
    score.shell = shell.name;
    score.q_inv_A = shell.q_inv_A;
    score.phi_deg = shell.phi_deg;
    score.contrast = shell.sample.contrast;
    score.quantity = one.quantity;
    score.grades = grades_of(points);
    score.map = map_of(points, truth);
    scores.push_back(std::move(score));
  }
  return scores;
}

}  // namespace patina
