// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/rate_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/clock_errors.hpp"
#include "analysis/simulated_speckles.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

constexpr int most_blocks = 100, least_blocks = 10, least_lags = 5;
constexpr int pixels_drawn = 400;
constexpr double wanted_error = 0.2, largest_error = 0.7;
constexpr int correlated_neighbours = 3;

// Frames first .. first + count - 1.
struct Block {
  Eigen::Index first, count;
};

// What all blocks are judged with.
struct Setting {
  const TwoTimeMatrix& map;
  const ClockFit& fit;
  SpeckleSample sample;
  Eigen::Index first_lag;     // in frames
  double amplitude_variance;  // of the contrast at lag 0 among so many pixels

  // Of C at |f|^2, less what is common to all short lags.
  double own_variance(double square) const {
    SpeckleSample speckles = sample;
    speckles.photons = std::numeric_limits<double>::infinity();
    return two_time_variance(sample, square) - two_time_variance(speckles, square) + (1.0 - square + 1e-3) * two_time_variance(speckles, 1.0);
  }
};

struct BlockFit {
  double log_rate = 0.0;
  double amplitude = 0.0;
  Eigen::MatrixXd influence;  // d ln rate / d C of each pair, upper triangle
  double by_log_exponent = 0.0;  // d ln tau / d ln exponent
  bool good = false;
};

// Gauss-Newton in (amplitude, ln rate), from the clock's own rate.
BlockFit fit_block(const Setting& setting, const Block& block) {
  const auto& p = setting.fit.parameters;
  const auto time = [&](Eigen::Index i) { return setting.map.time[static_cast<std::size_t>(block.first + i)]; };
  const double start = p.time.log_rate(0.5 * (time(0) + time(block.count - 1)));
  BlockFit fit{start, p.contrast, Eigen::MatrixXd::Zero(block.count, block.count)};
  for (int iteration = 0; iteration < 30; ++iteration) {
    Eigen::Matrix2d information = Eigen::Matrix2d::Zero();
    Eigen::Vector2d gradient = Eigen::Vector2d::Zero(), by_exponent = gradient;
    information(0, 0) = 1.0 / setting.amplitude_variance;
    gradient[0] = (p.contrast - fit.amplitude) / setting.amplitude_variance;
    Eigen::MatrixXd by_amplitude = fit.influence, by_rate = fit.influence;
    for (Eigen::Index j = setting.first_lag; j < block.count; ++j)
      for (Eigen::Index i = 0; i <= j - setting.first_lag; ++i) {
        const double measured = setting.map.correlation(block.first + i, block.first + j);
        if (!std::isfinite(measured)) continue;
        const double log_x = fit.log_rate + std::log(time(j) - time(i)), power = std::exp(p.kww_exponent * log_x), square = p.plateau * std::exp(-2.0 * power);
        const double w = 1.0 / setting.own_variance(square);
        const Eigen::Vector2d slope(square, -2.0 * p.kww_exponent * power * square * fit.amplitude);
        information += w * slope * slope.transpose();
        gradient += w * slope * (measured - fit.amplitude * square);
        by_exponent += w * slope * slope[1] * log_x;
        by_amplitude(i, j) = w * slope[0];
        by_rate(i, j) = w * slope[1];
      }
    const Eigen::Matrix2d inverse = information.inverse();
    const Eigen::Vector2d step = inverse * gradient;
    fit.amplitude = std::max(fit.amplitude + step[0], 0.1 * p.contrast);
    fit.log_rate += std::clamp(step[1], -1.0, 1.0);
    if (std::abs(fit.log_rate - start) > 8.0) return fit;
    if (std::abs(step[1]) < 1e-7) {
      fit.influence = inverse(1, 0) * by_amplitude + inverse(1, 1) * by_rate;
      fit.by_log_exponent = (inverse * by_exponent)[1];
      fit.good = true;
      return fit;
    }
  }
  return fit;
}

// What each drawn pixel moves ln tau of the block by, of one pixel alone; and the variance of its photons, given intensities.
Eigen::VectorXd moves_of_pixels(const Setting& setting, const Block& block, const BlockFit& fit, const Eigen::MatrixXf& intensity, double& photon_variance) {
  const Eigen::MatrixXd x = intensity.middleRows(block.first, block.count).cast<double>(), both = fit.influence + fit.influence.transpose();
  Eigen::MatrixXd c = Eigen::MatrixXd::Zero(block.count, block.count);
  for (Eigen::Index j = 0; j < block.count; ++j)
    for (Eigen::Index i = 0; i < block.count; ++i) {
      const double lag = std::abs(setting.map.time[static_cast<std::size_t>(block.first + i)] - setting.map.time[static_cast<std::size_t>(block.first + j)]);
      c(i, j) = 1.0 + setting.sample.contrast * (i == j ? 1.0 : setting.fit.parameters.plateau) * std::exp(-2.0 * std::pow(lag * std::exp(fit.log_rate), setting.fit.parameters.kww_exponent));
    }
  const Eigen::VectorXd linear = both.cwiseProduct(c).rowwise().sum();
  const Eigen::MatrixXd product = both * x, slope = product.colwise() - linear;
  const Eigen::VectorXd moves = -(0.5 * x.cwiseProduct(product).colwise().sum().transpose() - x.transpose() * linear);
  photon_variance = 0.0;
  if (const double k = setting.sample.photons; std::isfinite(k))
    photon_variance = slope.cwiseProduct(slope).cwiseProduct(x).sum() / static_cast<double>(x.cols()) / k + fit.influence.cwiseProduct(fit.influence).cwiseProduct(c).sum() / (k * k);
  return moves;
}

struct Series {
  RateSeries values;
  double median = 0.0;
};

Series series_of(const Setting& setting, const Eigen::MatrixXf& intensity, int frames_per_block) {
  const auto frames = static_cast<Eigen::Index>(setting.map.time.size()), blocks = frames / frames_per_block;
  Series series;
  series.values.frames_per_block = frames_per_block;
  std::vector<double> log_tau, variance, by_log_exponent;
  Eigen::MatrixXd moves(blocks, intensity.cols());
  Eigen::Index found = 0;
  for (Eigen::Index b = 0; b < blocks; ++b) {
    const Block block{b * frames_per_block, frames_per_block};
    const BlockFit fit = fit_block(setting, block);
    if (!fit.good) continue;
    double photon_variance = 0.0;
    const Eigen::VectorXd of_pixels = moves_of_pixels(setting, block, fit, intensity, photon_variance);
    const Eigen::VectorXd centred = of_pixels.array() - of_pixels.mean();
    const double of_speckles = setting.sample.pixels_per_speckle * centred.squaredNorm() / static_cast<double>(centred.size() - 1);
    const double of_block = (of_speckles + photon_variance) / setting.sample.pixels;
    if (!(of_block < largest_error * largest_error)) continue;
    moves.row(found++) = centred.transpose() * std::sqrt(setting.sample.pixels_per_speckle / (static_cast<double>(centred.size() - 1) * (of_speckles + photon_variance)));
    series.values.time.push_back(0.5 * (setting.map.time[static_cast<std::size_t>(block.first)] + setting.map.time[static_cast<std::size_t>(block.first + block.count - 1)]));
    log_tau.push_back(-fit.log_rate);
    by_log_exponent.push_back(fit.by_log_exponent);
    variance.push_back(of_block);
  }
  // Blocks that share speckles: mean correlation of neighbours, next neighbours ...
  double inflation = 1.0;
  for (int apart = 1; apart <= correlated_neighbours && found > apart + 1; ++apart)
    inflation += 2.0 * std::max(0.0, (moves.topRows(found - apart).cwiseProduct(moves.middleRows(apart, found - apart))).sum() / static_cast<double>(found - apart));
  series.values.log_tau = Eigen::Map<Eigen::VectorXd>(log_tau.data(), found);
  series.values.by_log_exponent = Eigen::Map<Eigen::VectorXd>(by_log_exponent.data(), found);
  series.values.log_exponent_error = std::sqrt(setting.fit.covariance(i_log_exponent, i_log_exponent));
  series.values.sigma = (Eigen::Map<Eigen::ArrayXd>(variance.data(), static_cast<Eigen::Index>(variance.size())) * inflation * std::max(1.0, setting.fit.noise_ratio)).sqrt();
  // Half of the blocks must be known.
  std::sort(variance.begin(), variance.end());
  series.median = 2 * found > blocks ? std::sqrt(variance[variance.size() / 2]) : 1e9;
  return series;
}

}  // namespace

RateSeries rate_series(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed) {
  require(fit.found, "rate_series: there is no clock fit");
  int averaged = 1;
  const TwoTimeMatrix map = coarse_map(record.map, fit.frames, averaged);
  Setting setting{map, fit, fit.sample(), frames_within(map.time, fit.parameters.shortest_lag), 0.0};
  SpeckleSample speckles = setting.sample;
  speckles.photons = std::numeric_limits<double>::infinity();
  setting.amplitude_variance = two_time_variance(speckles, 1.0);
  const Eigen::MatrixXf intensity = simulate_intensities(clock_squares(fit.parameters, map.time), setting.sample.contrast, pixels_drawn, seed + 1);
  const int frames = fit.frames;
  Series series;
  for (int length = std::max(least_lags + static_cast<int>(setting.first_lag), (frames + most_blocks - 1) / most_blocks); frames / length >= least_blocks; length = length * 3 / 2) {
    series = series_of(setting, intensity, length);
    if (series.median <= wanted_error) break;
  }
  if (series.values.time.size() < least_blocks)
    series.values.reason = fmt::format("tau is known in {} blocks of {} frames; {} are needed", series.values.time.size(), series.values.frames_per_block, least_blocks);
  series.values.unit = record.unit;
  return series.values;
}

}  // namespace patina
