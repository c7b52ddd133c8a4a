// SPDX-License-Identifier: BSD-3-Clause
#include "synthetic_record.hpp"

#include <cmath>

#include "beamline/photons.hpp"
#include "beamline/speckle_movie.hpp"

namespace patina::test {
namespace {

MovieModel model_of(const SyntheticRecord& truth) {
  const Clock clock(truth.clock, {static_cast<double>(truth.frames), 1});
  ClockedKernel kernel{ClockedKernel::Form::kww, truth.kww_exponent, {}};
  for (int k = 0; k < truth.frames; ++k) kernel.s.push_back(clock.s(k));
  MovieModel model;
  model.parts.push_back({1.0 - truth.fast_share, {truth.frames, {kernel}, std::nullopt}, {}});
  if (truth.fast_share > 0.0) {
    ClockedKernel fast{ClockedKernel::Form::kww, 1.0, {}};
    for (int k = 0; k < truth.frames; ++k) fast.s.push_back(k / truth.fast_tau);
    model.parts.push_back({truth.fast_share, {truth.frames, {fast}, std::nullopt}, {}});
  }
  model.contrast = truth.contrast;
  return model;
}

SpeckleRecord empty_record(const SyntheticRecord& truth) {
  SpeckleRecord record;
  record.label = "synthetic";
  record.q_inv_A = 2.8;
  if (truth.blocks == 0) {
    record.pixels = truth.pixels;
    if (truth.photons > 0.0) record.photons = truth.photons;
    record.pixels_per_speckle = truth.pixels_per_speckle;
  }
  record.frames = truth.frames;
  for (int k = 0; k < truth.frames; ++k) record.map.time.push_back(k);
  return record;
}

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Of lags 1, 2, ...: what blocks of neighbouring pixels scatter in the mean over starts of x_a x_b - C (x_a + x_b - 1).
std::vector<double> errors_of_blocks(const Eigen::Map<const Rows>& intensity, const Eigen::MatrixXd& excess, int blocks, std::size_t lags) {
  const Eigen::Index frames = intensity.rows(), size = intensity.cols() / blocks;
  const Eigen::VectorXf inverse = intensity.rowwise().mean().cwiseInverse();
  const Eigen::MatrixXf c = excess.cast<float>().array() + 1.0f;
  Eigen::ArrayXXd away(blocks, static_cast<Eigen::Index>(lags));
  for (int b = 0; b < blocks; ++b) {
    const Eigen::MatrixXf x = inverse.asDiagonal() * intensity.middleCols(b * size, size);
    const Eigen::VectorXf mean = x.rowwise().mean();
    const Eigen::MatrixXf sums = mean.replicate(1, frames) + mean.transpose().replicate(frames, 1);
    const Eigen::MatrixXf of_block = (x * x.transpose() / static_cast<float>(size)).array() - c.array() * (sums.array() - 1.0f);
    for (std::size_t k = 0; k < lags; ++k) away(b, static_cast<Eigen::Index>(k)) = of_block.diagonal(static_cast<Eigen::Index>(k) + 1).cast<double>().mean();
  }
  std::vector<double> sigma;
  for (Eigen::Index k = 0; k < away.cols(); ++k) sigma.push_back(std::sqrt((away.col(k) - away.col(k).mean()).square().sum() / (blocks * (blocks - 1.0))));
  return sigma;
}

}  // namespace

SpeckleRecord make_record(const SyntheticRecord& truth, int seed) {
  SpeckleRecord record = empty_record(truth);
  const SpeckleMovie movie(model_of(truth), {}, static_cast<std::uint64_t>(seed), 0, "test");
  std::vector<float> values = movie.intensities({0, truth.pixels / truth.pixels_per_speckle});
  if (truth.pixels_per_speckle > 1) {
    std::vector<float> repeated;
    for (const float value : values) repeated.insert(repeated.end(), static_cast<std::size_t>(truth.pixels_per_speckle), value);
    values = std::move(repeated);
  }
  if (truth.photons > 0.0)
    for (int k = 0; k < truth.frames; ++k) {
      std::vector<float> mean(values.begin() + std::ptrdiff_t{k} * truth.pixels, values.begin() + std::ptrdiff_t{k + 1} * truth.pixels);
      for (float& one : mean) one *= static_cast<float>(truth.photons);
      std::vector<std::uint16_t> counts(mean.size());
      count_poisson({static_cast<std::uint64_t>(seed), Stream::photons, static_cast<std::uint64_t>(k)}, 0, mean, counts);
      std::copy(counts.begin(), counts.end(), values.begin() + std::ptrdiff_t{k} * truth.pixels);
    }
  const Eigen::Map<const Rows> intensity(values.data(), truth.frames, truth.pixels);
  const int part_pixels = truth.pixels / truth.parts;
  record.map.correlation.setConstant(truth.frames, truth.frames, -1.0);
  for (int part = 0; part < truth.parts; ++part) {
    const auto of_part = intensity.middleCols(Eigen::Index{part} * part_pixels, part_pixels);
    const Eigen::VectorXf mean = of_part.rowwise().mean();
    const Eigen::MatrixXf product = of_part * of_part.transpose() / static_cast<float>(part_pixels);
    record.map.correlation += product.cast<double>().cwiseQuotient((mean * mean.transpose()).cast<double>()) / truth.parts;
  }
  record.parts = record.g2.parts = truth.parts;
  for (int lag = 1; lag < truth.frames / 2; ++lag) {
    record.g2.lag.push_back(lag);
    record.g2.excess.push_back(record.map.correlation.diagonal(lag).mean());
    record.g2.sigma.push_back(std::nan(""));
    record.g2.channels.push_back({lag});
  }
  if (truth.blocks > 0) record.g2.sigma = errors_of_blocks(intensity, record.map.correlation, truth.blocks, record.g2.lag.size());
  if (truth.table) {
    record.map = {};
    record.frames = 0;
    record.parts = record.g2.parts = 0.0;
  }
  return record;
}

SpeckleRecord exact_record(const SyntheticRecord& truth) {
  SpeckleRecord record = empty_record(truth);
  const Clock clock(truth.clock, {static_cast<double>(truth.frames), 1});
  record.map.correlation.resize(truth.frames, truth.frames);
  for (int i = 0; i < truth.frames; ++i)
    for (int j = 0; j < truth.frames; ++j)
      record.map.correlation(i, j) = truth.contrast * std::pow((1.0 - truth.fast_share) * std::exp(-std::pow(std::abs(clock.s(j) - clock.s(i)), truth.kww_exponent)) + truth.fast_share * std::exp(-std::abs(i - j) / truth.fast_tau), 2);
  return record;
}

}  // namespace patina::test
