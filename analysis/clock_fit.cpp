// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/clock_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/clock_errors.hpp"
#include "analysis/least_squares.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

constexpr int most_frames = 1024, least_frames = 16;
constexpr int least_knots = 5, most_knots = 12;
constexpr double largest_remainder = 0.2;        // of K^2 over the record, as of KWW fits
constexpr double least_first_remainder = 0.2;    // of K^2 over the shortest lag
constexpr double loosest_exponent = 0.5, loosest_contrast = 0.5;  // standard errors of logarithms
constexpr double exponent_min = 0.1, exponent_max = 2.0;
constexpr double surely_above = 4.0;  // standard errors of the logarithm of the contrast above 0
constexpr double largest_advance = 10.0;  // of a jump: beyond it nothing correlates
constexpr double notable_noise = 1.5;

// What is fitted: pairs that count, and how much.
struct Points {
  std::vector<double> time;
  Eigen::MatrixXd excess, weight;
  int pairs = 0;
};

// Of lags of `first_lag` frames or more.
Points points_of(const TwoTimeMatrix& map, Eigen::Index first_lag) {
  const auto n = static_cast<Eigen::Index>(map.time.size());
  require(map.correlation.rows() == n && map.correlation.cols() == n, "clock fit: axis and matrix differ");
  Points points{map.time, Eigen::MatrixXd::Zero(n, n), Eigen::MatrixXd::Zero(n, n), 0};
  for (Eigen::Index j = first_lag; j < n; ++j)
    for (Eigen::Index i = 0; i <= j - first_lag; ++i)
      if (std::isfinite(map.correlation(i, j))) {
        points.excess(i, j) = map.correlation(i, j);
        points.weight(i, j) = 1.0;
        ++points.pairs;
      }
  return points;
}

double diagonal_mean(const Points& points, Eigen::Index lag) {
  double sum = 0.0, count = 0.0;
  for (Eigen::Index i = 0; i + lag < points.excess.rows(); ++i) {
    sum += points.excess(i, i + lag);
    count += points.weight(i, i + lag);
  }
  return count > 0.0 ? sum / count : std::nan("");
}

// Contrast from the shortest lag, tau from where the mean over starts has fallen to its 1/e^2.
ClockParameters first_guess(const Points& points, double shortest_lag) {
  const auto n = static_cast<Eigen::Index>(points.time.size()), first_lag = frames_within(points.time, shortest_lag);
  const double span = points.time.back() - points.time.front(), contrast = std::max(diagonal_mean(points, first_lag), 1e-6);
  double tau = span;
  for (Eigen::Index lag = first_lag; lag < n; lag = std::max(lag + 1, static_cast<Eigen::Index>(1.1 * static_cast<double>(lag))))
    if (diagonal_mean(points, lag) < 0.135 * contrast) {
      tau = static_cast<double>(lag) * span / static_cast<double>(n - 1);
      break;
    }
  return {contrast, 1.0, MaterialTime(even_knots(points.time.front(), points.time.back(), 2), Eigen::VectorXd::Constant(2, -std::log(tau))), 1.0, shortest_lag};
}

ClockParameters minimise(const ClockParameters& start, const Points& points, const Eigen::MatrixXd& excess, bool& converged) {
  const double longest = std::log(points.time.back() - points.time.front());
  const auto count = to_vector(start).size();
  Eigen::VectorXd lower = Eigen::VectorXd::Constant(count, -longest - 7.0), upper = Eigen::VectorXd::Constant(count, -longest + 14.0);
  lower[i_log_contrast] = std::log(1e-6);
  upper[i_log_contrast] = std::log(100.0);
  lower[i_log_exponent] = std::log(exponent_min);
  upper[i_log_exponent] = std::log(exponent_max);
  const auto jumps = static_cast<Eigen::Index>(start.time.jumps().size());
  lower.tail(jumps).setZero();
  upper.tail(jumps).setConstant(largest_advance);
  const auto found = minimise_normal_equations(
      [&](const Eigen::VectorXd& p) { return clock_equations(from_vector(p, start), points.time, excess, points.weight); }, to_vector(start), lower, upper);
  converged = found.converged;
  return from_vector(found.parameters, start);
}

// Weights 1 / Var C of the model, and what that many pixels bias C by.
Eigen::MatrixXd reweigh(Points& points, const ClockParameters& parameters, const SpeckleSample& sample, double parts) {
  const Eigen::MatrixXd squares = clock_squares(parameters, points.time);
  Eigen::MatrixXd excess = points.excess;
  for (Eigen::Index j = 1; j < squares.cols(); ++j)
    for (Eigen::Index i = 0; i < j; ++i)
      if (points.weight(i, j) > 0.0) {
        points.weight(i, j) = 1.0 / two_time_variance(sample, squares(i, j));
        excess(i, j) -= two_time_bias(sample, squares(i, j), parts);
      }
  return excess;
}

// Knots that lie evenly, half of them in time and half in material time: a fast beginning gets its share.
std::vector<double> place_knots(const ClockParameters& rough, const std::vector<double>& time, int count) {
  const double first = time.front(), span = time.back() - first, s_span = rough.time.s(time.back());
  std::vector<double> knots{first};
  std::size_t i = 0;
  for (int k = 1; k + 1 < count; ++k) {
    const auto reached = [&](double t) { return 0.5 * (t - first) / span + 0.5 * rough.time.s(t) / s_span; };
    while (i + 1 < time.size() && reached(time[i]) < static_cast<double>(k) / (count - 1)) ++i;
    if (time[i] > knots.back() && time[i] < time.back()) knots.push_back(time[i]);
  }
  knots.push_back(time.back());
  return knots;
}

// Two knots in place of those within four frames of a change.
std::vector<double> with_changes(std::vector<double> knots, const std::vector<double>& changes, const std::vector<double>& time) {
  const double frame = (time.back() - time.front()) / static_cast<double>(time.size() - 1);
  for (const double change : changes) {
    if (change < time.front() + 4.0 * frame || change > time.back() - 4.0 * frame) continue;
    const double first = knots.front(), last = knots.back();
    std::erase_if(knots, [&](double knot) { return knot != first && knot != last && std::abs(knot - change) < 4.0 * frame; });
    knots.push_back(change - 0.25 * frame);
    knots.push_back(change + 0.25 * frame);
    std::sort(knots.begin(), knots.end());
  }
  return knots;
}

ClockParameters with_knots(const ClockParameters& rough, const std::vector<double>& knots) {
  Eigen::VectorXd log_rate(static_cast<Eigen::Index>(knots.size()));
  for (std::size_t k = 0; k < knots.size(); ++k) log_rate[static_cast<Eigen::Index>(k)] = rough.time.log_rate(knots[k]);
  return {rough.contrast, rough.kww_exponent, MaterialTime(knots, log_rate), rough.plateau, rough.shortest_lag};
}

// Pixels and photons from residuals. With Var C = (S + O/k + W/k^2) / P (two_time_variance), what differs between neighbours in both times is
// of pairs of photons, W/(P k^2), the rest of speckles and of single photons, which neighbours share.
SpeckleSample noise_of_residuals(const Points& points, const ClockParameters& parameters) {
  const Eigen::MatrixXd squares = clock_squares(parameters, points.time);
  const Eigen::MatrixXd r = points.excess - parameters.contrast * squares;
  const double contrast = std::min(parameters.contrast, 1.0);
  double all = 0.0, mixed = 0.0, speckles = 0.0, one_photon = 0.0, two_photons = 0.0, count = 0.0, mixed_count = 0.0;
  for (Eigen::Index j = 2; j < r.cols(); ++j)
    for (Eigen::Index i = 1; i + 1 < j; ++i) {
      if (points.weight(i, j) == 0.0) continue;
      all += r(i, j) * r(i, j);
      const double s = two_time_variance({1.0, contrast}, squares(i, j)), at_one = two_time_variance({1.0, contrast, 1.0}, squares(i, j)), at_half = two_time_variance({1.0, contrast, 0.5}, squares(i, j));
      const double w = 0.5 * (at_half - 2.0 * at_one + s);
      speckles += s;
      two_photons += w;
      one_photon += at_one - s - w;
      count += 1.0;
      if (points.weight(i - 1, j) * points.weight(i, j - 1) * points.weight(i - 1, j - 1) == 0.0) continue;
      mixed += 0.25 * std::pow(r(i, j) - r(i - 1, j) - r(i, j - 1) + r(i - 1, j - 1), 2);
      mixed_count += 1.0;
    }
  const double total = all / std::max(count, 1.0), white = std::min(mixed / std::max(mixed_count, 1.0), 0.99 * total);
  const double s = speckles / std::max(count, 1.0), o = one_photon / std::max(count, 1.0), w = two_photons / std::max(count, 1.0);
  // W (total / white - 1) u^2 - O u - S = 0 for u = 1 / k.
  const double a = w * (total / std::max(white, 1e-9 * total) - 1.0), u = (o + std::sqrt(o * o + 4.0 * a * s)) / (2.0 * a);
  return {(s + o * u + w * u * u) / total, contrast, 1.0 / u};
}

double mean_noise_ratio(const Points& points, const ClockParameters& parameters, const Eigen::MatrixXd& excess) {
  return clock_equations(parameters, points.time, excess, points.weight).chi_squared / std::max(points.pairs, 1);
}

// Whether the record holds what was fitted.
bool identifiable(ClockFit& fit) {
  if (fit.first_remainder < least_first_remainder)
    fit.reason = fmt::format("|f|^2 has fallen to {:.2f} within the shortest lag: neither contrast nor exponent can be told (needed: {:g})", fit.first_remainder, least_first_remainder);
  else if (fit.remainder > largest_remainder)
    fit.reason = fmt::format("|f|^2 has only fallen to {:.2f} over the whole record (needed: {:g})", fit.remainder, largest_remainder);
  else
    return true;
  return false;
}

void judge_errors(ClockFit& fit) {
  const double contrast = std::sqrt(fit.covariance(i_log_contrast, i_log_contrast)), exponent = std::sqrt(fit.covariance(i_log_exponent, i_log_exponent));
  fit.found = contrast <= loosest_contrast && exponent <= loosest_exponent;
  if (fit.found && std::log(fit.parameters.contrast) > surely_above * contrast) {
    fit.found = false;
    fit.reason = fmt::format("the contrast would be {:.3g} +- {:.2g}: above 1 is none of speckles; a static part or a second step is likely", fit.parameters.contrast, fit.parameters.contrast * contrast);
    return;
  }
  if (!fit.found) fit.reason = fmt::format("the map leaves the contrast known to {:.0f} % and the exponent to {:.0f} %", 100.0 * contrast, 100.0 * exponent);
  if (std::abs(fit.parameters.kww_exponent / exponent_max - 1.0) < 1e-6) fit.warnings.push_back("the exponent stands at its bound 2: no field has a larger one, so that something else than ageing is in the data (flow, drift, a wrong baseline)");
  if (fit.noise_ratio > notable_noise)
    fit.warnings.push_back(fmt::format("the map scatters about the fit {:.2g} times as much as pixels and photons say: speckles larger than pixels, or what no clock describes; errors are enlarged by the root of it", fit.noise_ratio));
}

// The map as it is fitted, and what is known of its noise.
struct Task {
  Task(const SpeckleRecord& of, double shortest_lag) : record(of) {
    const TwoTimeMatrix map = coarse_map(record.map, most_frames, fit.averaged);
    fit.frames = static_cast<int>(map.time.size());
    fit.noise_from_residuals = !std::isfinite(record.pixels);
    fit.parts = record.parts;
    if (fit.frames < least_frames) {
      fit.reason = fmt::format("a map of {} frames; {} are needed", fit.frames, least_frames);
      return;
    }
    const auto first_lag = frames_within(map.time, shortest_lag), lags = fit.frames - first_lag, pairs = lags * (lags + 1) / 2;
    points = points_of(map, first_lag);
    if (2 * points.pairs < pairs) fit.reason = fmt::format("{} of {} pairs of frames were measured; half of them are needed", points.pairs, pairs);
    full_contrast = contrast_of_shortest_lag(map);
  }
  SpeckleSample noise(const ClockParameters& parameters) const {
    SpeckleSample sample = fit.noise_from_residuals ? noise_of_residuals(points, parameters) : SpeckleSample{record.pixels, 1.0, record.photons * record.averaged * fit.averaged, record.pixels_per_speckle};
    sample.contrast = std::min(parameters.contrast, 1.0);
    return sample;
  }

  // Without photons to count, a frame times itself; else neighbours.
  double contrast_of_shortest_lag(const TwoTimeMatrix& map) const {
    const bool counted = std::isfinite(record.photons) || fit.noise_from_residuals || record.averaged * fit.averaged > 1;
    const double of_frames = map.correlation.diagonal().mean();
    return !counted && std::isfinite(of_frames) ? of_frames : diagonal_mean(points_of(map, 1), 1);
  }
  // A fast step has left the amplitude of the fit of the full contrast.
  ClockParameters with_plateau(ClockParameters parameters) const {
    if (parameters.shortest_lag == 0.0) return parameters;
    const double amplitude = parameters.contrast;
    parameters.contrast = std::max(amplitude, full_contrast);
    parameters.plateau = amplitude / parameters.contrast;
    return parameters;
  }

  const SpeckleRecord& record;
  ClockFit fit;
  Points points;
  double full_contrast = 0.0;  // at the shortest lag there is
};

// From rough parameters to the fit with its errors.
ClockFit finish(Task& task, const ClockParameters& start, std::uint64_t seed) {
  ClockFit& fit = task.fit;
  Points& points = task.points;
  bool converged = false;
  Eigen::MatrixXd excess = reweigh(points, start, task.noise(start), fit.parts);
  ClockParameters parameters = minimise(start, points, excess, converged);
  const SpeckleSample sample = task.noise(parameters);
  excess = reweigh(points, parameters, sample, fit.parts);
  parameters = minimise(parameters, points, excess, converged);

  fit.parameters = parameters;
  fit.pixels = sample.pixels;
  fit.photons = sample.photons;
  fit.pixels_per_speckle = sample.pixels_per_speckle;
  fit.noise_ratio = mean_noise_ratio(points, parameters, excess);
  fit.relaxation_times = parameters.time.s(points.time.back());
  fit.remainder = std::exp(-2.0 * std::pow(fit.relaxation_times, parameters.kww_exponent));
  fit.first_remainder = clock_squares(parameters, points.time).diagonal(frames_within(points.time, parameters.shortest_lag)).mean() / parameters.plateau;
  if (!identifiable(fit)) return fit;
  if (!converged) fit.warnings.emplace_back("the minimiser stopped before it converged");
  const Eigen::MatrixXd inverse = pseudo_inverse(clock_equations(parameters, points.time, excess, points.weight).information);
  fit.covariance = sandwich(inverse, clock_score_covariance(parameters, points.time, points.weight, sample, seed));
  if (fit.noise_ratio > notable_noise) fit.covariance *= fit.noise_ratio;
  judge_errors(fit);
  return fit;
}

}  // namespace

TwoTimeMatrix coarse_map(const TwoTimeMatrix& map, int limit, int& averaged) {
  const auto n = static_cast<Eigen::Index>(map.time.size());
  averaged = static_cast<int>((n + limit - 1) / limit);
  if (averaged <= 1) {
    averaged = 1;
    return map;
  }
  const Eigen::Index b = averaged, blocks = n / b;
  TwoTimeMatrix coarse;
  coarse.correlation = Eigen::MatrixXd::Constant(blocks, blocks, std::nan(""));
  for (Eigen::Index j = 0; j < blocks; ++j) {
    double sum = 0.0;
    for (Eigen::Index k = 0; k < b; ++k) sum += map.time[static_cast<std::size_t>(j * b + k)];
    coarse.time.push_back(sum / static_cast<double>(b));
    for (Eigen::Index i = 0; i < j; ++i) coarse.correlation(i, j) = coarse.correlation(j, i) = map.correlation.block(i * b, j * b, b, b).mean();
  }
  return coarse;
}

ClockFit fit_clock(const SpeckleRecord& record, const ClockFitOptions& options) {
  Task task(record, options.shortest_lag);
  if (!task.fit.reason.empty()) return task.fit;
  const auto& time = task.points.time;
  bool converged = false;
  ClockParameters rough = minimise(first_guess(task.points, options.shortest_lag), task.points, task.points.excess, converged);
  rough = task.with_plateau(rough);
  const Eigen::MatrixXd excess = reweigh(task.points, rough, task.noise(rough), task.fit.parts);
  rough = minimise(rough, task.points, excess, converged);
  const double times = rough.time.s(time.back());
  const int knots = options.knots > 0 ? options.knots : std::clamp(static_cast<int>(std::lround(times)) + 1, least_knots, most_knots);
  return finish(task, with_knots(rough, with_changes(place_knots(rough, time, knots), options.changes, time)), options.seed);
}

ClockFit refit_clock(const SpeckleRecord& record, const ClockParameters& start, std::uint64_t seed) {
  Task task(record, start.shortest_lag);
  return task.fit.reason.empty() ? finish(task, start, seed) : task.fit;
}

ValueWithError ClockFit::amplitude() const {
  const double amplitude = parameters.contrast * parameters.plateau;
  return {amplitude, amplitude * std::sqrt(covariance(i_log_contrast, i_log_contrast))};
}
ValueWithError ClockFit::contrast() const { return parameters.shortest_lag > 0.0 ? ValueWithError{parameters.contrast} : amplitude(); }
ValueWithError ClockFit::kww_exponent() const { return {parameters.kww_exponent, parameters.kww_exponent * std::sqrt(covariance(i_log_exponent, i_log_exponent))}; }

double ClockFit::log_tau_error(double t) const {
  const auto& knots = parameters.time.knots();
  const auto above = std::upper_bound(knots.begin(), knots.end(), t) - knots.begin();
  const auto k = std::clamp<std::ptrdiff_t>(above - 1, 0, static_cast<std::ptrdiff_t>(knots.size()) - 2);
  const double part = std::clamp((t - knots[static_cast<std::size_t>(k)]) / (knots[static_cast<std::size_t>(k) + 1] - knots[static_cast<std::size_t>(k)]), 0.0, 1.0);
  const Eigen::Index a = i_first_knot + k, b = a + 1;
  return std::sqrt(std::max(0.0, (1.0 - part) * (1.0 - part) * covariance(a, a) + 2.0 * part * (1.0 - part) * covariance(a, b) + part * part * covariance(b, b)));
}

ValueWithError ClockFit::tau(double t) const {
  const double tau = parameters.time.tau(t);
  return {tau, tau * log_tau_error(t)};
}

ValueWithError ClockFit::advance(std::size_t jump) const {
  const Eigen::Index k = i_first_knot + parameters.time.log_rates().size() + static_cast<Eigen::Index>(jump);
  return {parameters.time.jumps()[jump].advance, std::sqrt(covariance(k, k))};
}

}  // namespace patina
