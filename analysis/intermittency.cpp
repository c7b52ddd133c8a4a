// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/intermittency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/fit_residuals.hpp"
#include "core/rng.hpp"

namespace patina {
namespace {

constexpr int records_drawn = 400;
constexpr int lags_wanted = 12;
constexpr double chance = 0.01;
constexpr std::uint64_t drawing_step = std::uint64_t{1} << 41;  // of the stream, beyond that of simulated speckles

// Var of C(t, t + lag) averaged over t, less that of its mean over t; the clock as known.
double closed_floor(const FitResiduals& left, Eigen::Index lag) {
  const Eigen::Index starts = left.frames() - lag, step = std::max<Eigen::Index>(1, starts / 150);
  double own = 0.0, all = 0.0, count = 0.0;
  for (Eigen::Index t = 0; t < starts; t += step, count += 1.0)
    for (Eigen::Index u = 0; u <= t; u += step) {
      FourTimes times{left.kernel(t, t + lag), left.kernel(t, u), left.kernel(t, u + lag), left.kernel(t + lag, u), left.kernel(t + lag, u + lag), left.kernel(u, u + lag)};
      times.a_is_c = times.b_is_d = t == u;
      times.b_is_c = t + lag == u;
      times.a_is_d = t == u + lag;
      const double covariance = two_time_covariance(left.sample(), times);
      all += t == u ? covariance : 2.0 * covariance;
      if (t == u) own += covariance;
    }
  return own / count - all / (count * count);
}

// Over t, of each record or pixel: [record][t].
Eigen::VectorXd variances(const Eigen::MatrixXf& values) {
  const Eigen::VectorXf means = values.rowwise().mean();  // by itself: once a row, not once an element
  return (values.colwise() - means).rowwise().squaredNorm().cast<double>() / static_cast<double>(values.cols());
}

// That chi^2 with such a mean and variance comes out at least so large, by its cube root, which is nearly normal [E. B. Wilson and M. M.
// Hilferty, Proc. Natl. Acad. Sci. 17 (1931) 684].
double scaled_chi_squared_probability(double value, double mean, double deviation) {
  const double spread = deviation * deviation / (9.0 * mean * mean);  // 2 / (9 degrees of freedom)
  return 0.5 * std::erfc((std::cbrt(value / mean) - 1.0 + spread) / std::sqrt(2.0 * spread));
}

// `weights`: of drawn pixels [record][pixel], independent normal numbers, which make records of them.
ChiT chi_T_at(const FitResiduals& left, Eigen::Index lag, const Eigen::MatrixXf& weights) {
  const Eigen::Index starts = left.frames() - lag;
  const double unit = left.contrast() * left.contrast(), pixels = left.sample().pixels;
  Eigen::VectorXd residual(starts);
  Eigen::MatrixXf noise(weights.cols(), starts), slopes(left.parameters(), starts);
  Eigen::Index count = 0;
  for (Eigen::Index t = 0; t < starts; ++t) {
    if (left.weight(t, t + lag) == 0.0) continue;
    residual[count] = left.residual(t, t + lag);
    const Eigen::ArrayXf of_pixels = left.noise(t, t + lag);
    noise.col(count) = of_pixels - of_pixels.mean();
    slopes.col(count++) = left.slopes(t, t + lag).transpose().cast<float>();
  }
  const auto residuals = residual.head(count).array();
  ChiT chi{left.time()[static_cast<std::size_t>(lag)] - left.time()[0], (residuals - residuals.mean()).square().mean() / unit};
  const double before = variances(noise.leftCols(count)).mean();
  noise.leftCols(count).noalias() -= left.moves() * slopes.leftCols(count);
  const double after = variances(noise.leftCols(count)).mean();
  chi.floor_drawn = after / (pixels * unit);
  chi.floor_closed = closed_floor(left, lag) * after / (before * unit);
  const Eigen::VectorXd drawn = variances(weights * noise.leftCols(count)) / (pixels * static_cast<double>(weights.cols()) * unit);
  chi.floor_scatter = std::sqrt((drawn.array() - drawn.mean()).square().mean());
  chi.probability = scaled_chi_squared_probability(chi.value, chi.floor_drawn, chi.floor_scatter);
  return chi;
}

Eigen::MatrixXf normal_weights(Eigen::Index pixels) {
  Eigen::MatrixXf weights(records_drawn, pixels);
  for (Eigen::Index k = 0; k < weights.size(); ++k) weights.data()[k] = static_cast<float>(random_block(1, Stream::resampling, drawing_step, static_cast<std::uint64_t>(k)).normal(0));
  return weights;
}

std::vector<ChiT> chi_T_of(const FitResiduals& left) {
  const Eigen::MatrixXf weights = normal_weights(left.moves().rows());
  std::vector<ChiT> all;
  const auto first = static_cast<double>(left.first_lag());
  Eigen::Index last = 0;
  for (int k = 0; k < lags_wanted; ++k) {
    const auto lag = static_cast<Eigen::Index>(std::lround(first * std::pow(0.25 * static_cast<double>(left.frames()) / first, static_cast<double>(k) / (lags_wanted - 1))));
    if (lag <= last) continue;
    last = lag;
    all.push_back(chi_T_at(left, lag, weights));
  }
  return all;
}

}  // namespace

Intermittency judge_intermittency(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed) {
  Intermittency result;
  if (!fit.found) {
    result.reason = fit.reason;
    return result;
  }
  result.judged = true;
  result.chi_T = chi_T_of(FitResiduals(record, fit, seed + 2));
  const auto unlikely = [&](const ChiT& chi) { return chi.probability < chance / static_cast<double>(result.chi_T.size()); };
  result.above_floor = std::any_of(result.chi_T.begin(), result.chi_T.end(), unlikely);
  result.events = find_jumps(record, fit, seed + 2);
  result.text = result.above_floor ? "fluctuations above the floor of speckles and photons" : "fluctuations at the floor of speckles and photons";
  if (!result.events.empty()) result.text += fmt::format("; {} sudden advances", result.events.size());
  return result;
}

}  // namespace patina
