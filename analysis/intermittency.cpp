// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/intermittency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/clock_errors.hpp"
#include "analysis/simulated_speckles.hpp"
#include "core/rng.hpp"

namespace patina {
namespace {

constexpr int pixels_drawn = 400, records_drawn = 300;
constexpr int lags_wanted = 12, farthest_pair = 16, most_events = 50;
constexpr double least_score = 4.5, chance = 0.01, least_jump = 0.02;
constexpr std::uint64_t drawing_step = std::uint64_t{1} << 41;  // of the stream, beyond that of simulated speckles

struct Setting {
  TwoTimeMatrix map;
  ClockParameters clock;
  SpeckleSample sample;
  Eigen::MatrixXf intensity;  // [pixel][frame], drawn, of mean 1
  double enlargement = 1.0;   // of variances, where the map scatters more than its pixels say
};

// What each drawn pixel adds to C(i, j), less its part in the means.
Eigen::ArrayXf moves(const Setting& setting, Eigen::Index i, Eigen::Index j, double c) {
  const auto a = setting.intensity.col(i).array(), b = setting.intensity.col(j).array();
  return a * b - static_cast<float>(c) * (a + b - 1.0f);
}

double square_at(const ClockParameters& clock, const Eigen::VectorXd& s, Eigen::Index i, Eigen::Index j) { return std::exp(-2.0 * std::pow(std::max(s[j] - s[i], 0.0), clock.kww_exponent)); }

// Var of C(t, t + lag) averaged over t, less that of its mean over t.
double closed_floor(const Setting& setting, const Eigen::VectorXd& s, Eigen::Index lag) {
  const Eigen::Index starts = s.size() - lag, step = std::max<Eigen::Index>(1, starts / 150);
  const auto kernel = [&](Eigen::Index i, Eigen::Index j) { return std::exp(-std::pow(std::abs(s[j] - s[i]), setting.clock.kww_exponent)); };
  double own = 0.0, all = 0.0, count = 0.0;
  for (Eigen::Index t = 0; t < starts; t += step, count += 1.0)
    for (Eigen::Index u = 0; u <= t; u += step) {
      FourTimes times{kernel(t, t + lag), kernel(t, u), kernel(t, u + lag), kernel(t + lag, u), kernel(t + lag, u + lag), kernel(u, u + lag)};
      times.a_is_c = times.b_is_d = t == u;
      times.b_is_c = t + lag == u;
      times.a_is_d = t == u + lag;
      const double covariance = two_time_covariance(setting.sample, times);
      all += t == u ? covariance : 2.0 * covariance;
      if (t == u) own += covariance;
    }
  return own / count - all / (count * count);
}

ChiT chi_T_at(const Setting& setting, const Eigen::VectorXd& s, Eigen::Index lag) {
  const Eigen::Index starts = s.size() - lag;
  const double contrast = setting.clock.contrast, unit = contrast * contrast;
  Eigen::VectorXd residual(starts), photons(starts);
  Eigen::MatrixXf drawn(setting.intensity.rows(), starts);
  Eigen::Index count = 0;
  const SpeckleSample speckles{setting.sample.pixels, setting.sample.contrast};
  for (Eigen::Index t = 0; t < starts; ++t) {
    const double measured = setting.map.correlation(t, t + lag), square = square_at(setting.clock, s, t, t + lag);
    if (!std::isfinite(measured)) continue;
    residual[count] = measured - contrast * square;
    photons[count] = two_time_variance(setting.sample, square) - two_time_variance(speckles, square);
    const Eigen::ArrayXf of_pixels = moves(setting, t, t + lag, 1.0 + contrast * square);
    drawn.col(count++) = of_pixels - of_pixels.mean();
  }
  const auto variance = [&](const auto& values) { return (values.array() - values.mean()).square().mean(); };
  ChiT chi{(setting.map.time[static_cast<std::size_t>(lag)] - setting.map.time[0]), variance(residual.head(count)) / unit, closed_floor(setting, s, lag) * setting.enlargement / unit};
  // Records of so many pixels: random weights of the drawn ones, and photons that are independent of pair to pair.
  const double scale = std::sqrt(setting.sample.pixels_per_speckle / (setting.sample.pixels * static_cast<double>(drawn.rows())));
  Eigen::MatrixXf weights(drawn.rows(), records_drawn);
  for (Eigen::Index k = 0; k < weights.size(); ++k) weights.data()[k] = static_cast<float>(random_block(1, Stream::resampling, drawing_step, static_cast<std::uint64_t>(k)).normal(0));
  Eigen::MatrixXd records = (static_cast<float>(scale) * (drawn.leftCols(count).transpose() * weights)).cast<double>();
  double sum = 0.0, squares = 0.0, above = 0.0;
  for (int r = 0; r < records_drawn; ++r) {
    for (Eigen::Index t = 0; t < count; ++t)
      records(t, r) += std::sqrt(std::max(photons[t], 0.0)) * random_block(2, Stream::resampling, drawing_step + static_cast<std::uint64_t>(lag), static_cast<std::uint64_t>(t * records_drawn + r)).normal(0);
    const double value = variance(records.col(r)) * setting.enlargement / unit;
    sum += value;
    squares += value * value;
    above += value >= chi.value;
  }
  chi.floor_drawn = sum / records_drawn;
  chi.floor_scatter = std::sqrt(std::max(0.0, squares / records_drawn - chi.floor_drawn * chi.floor_drawn));
  // Beyond what so few records tell, as a normal tail.
  chi.probability = above > 3.0 ? above / records_drawn : 0.5 * std::erfc((chi.value - chi.floor_drawn) / (std::sqrt(2.0) * std::max(chi.floor_scatter, 1e-300)));
  return chi;
}

// For each place between frames k - 1 and k: the score of a jump of s there, what it says the advance is, and its variance by drawn pixels.
struct Scan {
  Eigen::VectorXd advance, error;
};

Scan scan_places(const Setting& setting, const Eigen::VectorXd& s) {
  const Eigen::Index n = s.size();
  Eigen::VectorXd score = Eigen::VectorXd::Zero(n + 1), information = Eigen::VectorXd::Zero(n + 1), photon = Eigen::VectorXd::Zero(n + 1);
  Eigen::MatrixXf drawn = Eigen::MatrixXf::Zero(setting.intensity.rows(), n + 1);
  const double beta = setting.clock.kww_exponent, contrast = setting.clock.contrast;
  const SpeckleSample speckles{setting.sample.pixels, setting.sample.contrast};
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = i + 1; j < std::min(n, i + 1 + farthest_pair); ++j) {
      const double measured = setting.map.correlation(i, j), d = std::max(s[j] - s[i], 1e-12), square = square_at(setting.clock, s, i, j);
      if (!std::isfinite(measured)) continue;
      const double variance = two_time_variance(setting.sample, square), slope = -2.0 * contrast * beta * square * std::pow(d, beta) / d, w = slope / variance;
      const double pull = w * (measured - contrast * square);
      const Eigen::ArrayXf of_pixels = static_cast<float>(w) * moves(setting, i, j, 1.0 + contrast * square);
      // Places i + 1 .. j lie between the two: sums from the left.
      score[i + 1] += pull;
      score[j + 1] -= pull;
      information[i + 1] += w * slope;
      information[j + 1] -= w * slope;
      const double noise = w * w * (variance - two_time_variance(speckles, square));
      photon[i + 1] += noise;
      photon[j + 1] -= noise;
      drawn.col(i + 1).array() += of_pixels;
      drawn.col(j + 1).array() -= of_pixels;
    }
  for (Eigen::Index k = 1; k <= n; ++k) {
    score[k] += score[k - 1];
    information[k] += information[k - 1];
    photon[k] += photon[k - 1];
    drawn.col(k) += drawn.col(k - 1);
  }
  Scan scan{Eigen::VectorXd::Zero(n), Eigen::VectorXd::Constant(n, 1e9)};
  for (Eigen::Index k = 1; k < n; ++k) {
    const auto of_place = drawn.col(k).array();
    const double speckle = static_cast<double>((of_place - of_place.mean()).square().mean()) / setting.sample.pixels;
    if (!(information[k] > 0.0)) continue;
    scan.advance[k] = score[k] / information[k];
    scan.error[k] = std::sqrt((speckle + std::max(photon[k], 0.0)) * setting.enlargement) / information[k];
  }
  return scan;
}

// The largest jump first; neighbours of one are judged again once it stands in the clock.
std::vector<JumpEvent> find_events(Setting& setting) {
  std::vector<JumpEvent> events;
  const auto& time = setting.map.time;
  Eigen::VectorXd s = setting.clock.time.at(time);
  while (static_cast<int>(events.size()) < most_events) {
    const Scan scan = scan_places(setting, s);
    Eigen::Index best = 0;
    for (Eigen::Index k = 1; k < s.size(); ++k) {
      const bool known = std::any_of(events.begin(), events.end(), [&](const JumpEvent& e) { return e.time == time[static_cast<std::size_t>(k)]; });
      if (!known && scan.advance[k] > least_jump && scan.advance[k] / scan.error[k] > scan.advance[best] / scan.error[best]) best = k;
    }
    if (best == 0 || scan.advance[best] < least_score * scan.error[best]) break;
    events.push_back({time[static_cast<std::size_t>(best)], scan.advance[best], scan.error[best]});
    // The score is that of a small jump; a few rounds find a large one.
    s.tail(s.size() - best).array() += scan.advance[best];
    for (int round = 0; round < 4; ++round) {
      const Scan again = scan_places(setting, s);
      const double more = std::clamp(again.advance[best], -0.5 * events.back().advance, 0.5);
      events.back().advance += more;
      events.back().error = again.error[best];
      s.tail(s.size() - best).array() += more;
      if (std::abs(more) < 0.1 * again.error[best]) break;
    }
  }
  std::sort(events.begin(), events.end(), [](const JumpEvent& a, const JumpEvent& b) { return a.time < b.time; });
  return events;
}

}  // namespace

Intermittency judge_intermittency(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed) {
  Intermittency result;
  if (!fit.found) {
    result.reason = fit.reason;
    return result;
  }
  int averaged = 1;
  Setting setting{coarse_map(record.map, fit.frames, averaged), fit.parameters, {fit.pixels, std::min(fit.parameters.contrast, 1.0), fit.photons}, {}};
  const Eigen::VectorXd s = fit.parameters.time.at(setting.map.time);
  setting.intensity = simulate_intensities(clock_squares(fit.parameters, setting.map.time), setting.sample.contrast, pixels_drawn, seed + 2).transpose();
  Eigen::Index last = 0;
  for (int k = 0; k < lags_wanted; ++k) {
    const auto lag = static_cast<Eigen::Index>(std::lround(std::pow(0.25 * static_cast<double>(s.size()), static_cast<double>(k) / (lags_wanted - 1))));
    if (lag <= last) continue;
    last = lag;
    result.chi_T.push_back(chi_T_at(setting, s, lag));
  }
  result.judged = true;
  const auto unlikely = [&](const ChiT& chi) { return chi.probability < chance / static_cast<double>(result.chi_T.size()); };
  result.above_floor = std::any_of(result.chi_T.begin(), result.chi_T.end(), unlikely);
  result.events = find_events(setting);
  result.text = result.above_floor ? "fluctuations above the floor of speckles and photons" : "fluctuations at the floor of speckles and photons";
  if (!result.events.empty()) result.text += fmt::format("; {} sudden advances", result.events.size());
  return result;
}

}  // namespace patina
