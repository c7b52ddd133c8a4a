// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/measurement_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "beamline/exposure_blur.hpp"
#include "beamline/simulated_g2.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

// Correlations of neighbouring lags come close to 1 without shot noise, and are known to a per cent only (sums over nodes, orders left
// out): a fit that relied on the last of them would promise what no measurement keeps.
constexpr double independent_part = 0.01;

Eigen::MatrixXd inverse_of(const Eigen::MatrixXd& positive) { return positive.ldlt().solve(Eigen::MatrixXd::Identity(positive.rows(), positive.cols())); }

// Square roots of the diagonal of a parameter covariance, at the fitted parameters.
std::array<double, plan_parameters> errors_of(const Eigen::MatrixXd& covariance, const std::vector<int>& fitted) {
  std::array<double, plan_parameters> errors{};
  for (std::size_t k = 0; k < fitted.size(); ++k) {
    const double variance = covariance(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(k));
    errors[static_cast<std::size_t>(fitted[k])] = variance > 0.0 ? std::sqrt(variance) : std::numeric_limits<double>::infinity();
  }
  return errors;
}

// y of exposure_blur.hpp, averaged over a range of lags; of a wide one, over lags evenly in it.
double correlation_at(const Measurement& m, double tau_s, double kww_exponent, const LagRange& lags) {
  const int samples = std::min(lags.count(), 16);
  double sum = 0.0;
  for (int k = 0; k < samples; ++k) {
    const double lag = lags.first - 0.5 + (k + 0.5) * lags.count() / samples;
    sum += blurred_correlation(lag * m.interval_s, m.exposure_s, tau_s, kww_exponent);
  }
  return sum / samples;
}

// d (g2 - 1) / d parameter at each lag, the baseline in units of the contrast.
Eigen::MatrixXd derivatives_of(const Measurement& m, const std::vector<LagRange>& lags) {
  constexpr double step = 1e-4;
  Eigen::MatrixXd derivatives(static_cast<Eigen::Index>(lags.size()), static_cast<Eigen::Index>(plan_parameters));
  for (Eigen::Index k = 0; k < derivatives.rows(); ++k) {
    const LagRange& range = lags[static_cast<std::size_t>(k)];
    const auto slope = [&](double tau_factor, double exponent_factor) {
      const double above = correlation_at(m, m.tau_s * tau_factor, m.kww_exponent * exponent_factor, range);
      return (above - correlation_at(m, m.tau_s / tau_factor, m.kww_exponent / exponent_factor, range)) / (2.0 * step);
    };
    derivatives(k, plan_ln_tau) = m.sample.contrast * slope(std::exp(step), 1.0);
    derivatives(k, plan_ln_exponent) = m.sample.contrast * slope(1.0, std::exp(step));
    derivatives(k, plan_ln_contrast) = m.sample.contrast * correlation_at(m, m.tau_s, m.kww_exponent, range);
    derivatives(k, plan_baseline) = m.sample.contrast;
  }
  return derivatives;
}

Eigen::MatrixXd covariance_of(const SpeckleSample& sample, const std::vector<double>& field, const std::vector<LagRange>& lags) {
  std::vector<int> middle, count;
  for (const LagRange& range : lags) {
    middle.push_back(range.middle());
    count.push_back(range.count());
  }
  return g2_covariance(sample, field, middle, count);
}

void check(const Measurement& m, const PlanFit& fit) {
  const bool positive = m.sample.pixels > 0.0 && m.sample.contrast > 0.0 && m.sample.photons > 0.0 && m.interval_s > 0.0 && m.tau_s > 0.0 &&
                        m.kww_exponent > 0.0 && m.exposure_s >= 0.0;
  require(positive && m.exposure_s <= m.interval_s && m.frames >= 4 && fit.lags_per_decade >= 1 && fit.largest_lag > 0.0 && fit.largest_lag < 1.0,
          "plan_measurement: no such measurement");
}

void add_notes(const Measurement& m, PlanResult& result) {
  const auto note = [&](const std::string& text) { result.notes.push_back(text); };
  // The forms leave out what is of order 1 / (photons of a frame) and 1 / pixels.
  if (const double photons = m.sample.pixels * m.sample.photons; photons < 100.0)
    note(fmt::format("{:.3g} photons in a frame: errors are those of many more; sum frames", photons));
  if (m.sample.pixels < 100.0 * m.sample.pixels_per_speckle)
    note(fmt::format("{:.3g} speckles: errors are those of many more", m.sample.pixels / m.sample.pixels_per_speckle));
  const double first = result.signal.front() / result.contrast, last = result.signal.back() / result.contrast;
  if (first < 0.5) note(fmt::format("at the first lag g2 - 1 has fallen to {:.2g} of the contrast: most of the decay lies before it", first));
  if (last > 0.5) note(fmt::format("at the largest lag g2 - 1 still is {:.2g} of the contrast: most of the decay lies beyond it", last));
}

}  // namespace

int LagRange::middle() const { return static_cast<int>(std::lround(std::sqrt(static_cast<double>(first) * last))); }

std::vector<LagRange> plan_lags(int frames, const PlanFit& fit) {
  const int last = std::max(1, static_cast<int>(fit.largest_lag * frames));
  std::vector<LagRange> lags;
  for (int k = 1, begin = 1; begin <= last; ++k) {
    const double end = std::floor(std::pow(10.0, static_cast<double>(k) / fit.lags_per_decade));
    if (end < begin) continue;  // no whole number within
    lags.push_back({begin, static_cast<int>(std::min<double>(end, last))});
    begin = lags.back().last + 1;
  }
  return lags;
}

PlanErrors plan_errors(const Eigen::MatrixXd& derivatives, const Eigen::MatrixXd& covariance, const std::array<bool, plan_parameters>& fitted,
                       int samples) {
  std::vector<int> free;
  for (int k = 0; k < plan_parameters; ++k)
    if (fitted[static_cast<std::size_t>(k)]) free.push_back(k);
  const Eigen::VectorXd sigma = covariance.diagonal().cwiseSqrt();
  const Eigen::MatrixXd jacobian = sigma.cwiseInverse().asDiagonal() * derivatives(Eigen::all, free);
  Eigen::MatrixXd correlation = sigma.cwiseInverse().asDiagonal() * covariance * sigma.cwiseInverse().asDiagonal();
  correlation.diagonal().array() += independent_part;
  PlanErrors errors;
  // Fewer lags than parameters, or no signal at any: nothing is known.
  const Eigen::MatrixXd information = jacobian.transpose() * jacobian;
  const Eigen::VectorXd scale = information.diagonal().cwiseSqrt();
  const bool told = jacobian.rows() >= jacobian.cols() && (scale.array() > 0.0).all() &&
                    (scale.cwiseInverse().asDiagonal() * information * scale.cwiseInverse().asDiagonal()).eval().ldlt().vectorD().minCoeff() > 1e-10;
  if (!told) {
    for (const int k : free)
      errors.best[static_cast<std::size_t>(k)] = errors.simple[static_cast<std::size_t>(k)] = errors.claimed[static_cast<std::size_t>(k)] =
          std::numeric_limits<double>::infinity();
    return errors;
  }
  const Eigen::MatrixXd claimed = inverse_of(information);
  errors.claimed = errors_of(claimed, free);
  errors.simple = errors_of(claimed * jacobian.transpose() * correlation * jacobian * claimed, free);
  const double too_large = samples > 0 ? (samples - 1.0) / (samples - static_cast<double>(correlation.rows()) - 2.0) : 1.0;
  errors.best = errors_of(too_large * inverse_of(jacobian.transpose() * correlation.ldlt().solve(jacobian)), free);
  return errors;
}

PlanResult plan_measurement(const Measurement& m, const PlanFit& fit, double power, const std::optional<SimulatedMovies>& simulated) {
  check(m, fit);
  PlanResult result;
  SpeckleSample sample = m.sample;
  sample.contrast *= blurred_correlation(0.0, m.exposure_s, m.tau_s, m.kww_exponent);
  result.contrast = sample.contrast;
  const std::vector<double> field = blurred_field(m.frames, m.interval_s, m.exposure_s, m.tau_s, m.kww_exponent);
  result.lags = plan_lags(m.frames, fit);
  const int samples = simulated ? simulated->movies : 0, fewest = static_cast<int>(result.lags.size()) + 20;
  if (simulated && samples < fewest)
    throw Error(ExitCode::bad_input, fmt::format("{} simulated movies are too few for {} ranges of lags: at least {}", samples, result.lags.size(), fewest));
  // Of the first frames of the record.
  const auto covariance = [&](int frames, const std::vector<LagRange>& lags) {
    return simulated ? simulated_g2_covariance(m, frames, lags, *simulated) : covariance_of(sample, {field.begin(), field.begin() + frames}, lags);
  };
  result.covariance = covariance(m.frames, result.lags);
  result.derivatives = derivatives_of(m, result.lags);
  for (const LagRange& range : result.lags) result.signal.push_back(m.sample.contrast * correlation_at(m, m.tau_s, m.kww_exponent, range));
  result.errors = plan_errors(result.derivatives, result.covariance, {true, fit.kww_exponent, fit.contrast, fit.baseline}, samples);

  const int near_tau = std::clamp(static_cast<int>(std::lround(m.tau_s / m.interval_s)), 1, m.frames - 1);
  result.chi_T_floor = chi_T_floor(sample, field, near_tau) / (sample.contrast * sample.contrast);

  // Before and after the step: a record of half the length each.
  const int half = m.frames / 2;
  const std::vector<LagRange> half_lags = plan_lags(half, fit);
  const PlanErrors half_errors = plan_errors(derivatives_of(m, half_lags), covariance(half, half_lags), {true, false, false, false}, samples);
  const double places = std::max(2.0, m.frames * m.interval_s / m.tau_s);
  result.smallest_step = smallest_step(half_errors.simple[plan_ln_tau], 1.0, places, power);
  add_notes(m, result);
  return result;
}

}  // namespace patina
