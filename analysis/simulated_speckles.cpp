// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/simulated_speckles.hpp"

#include <algorithm>
#include <cmath>

#include "core/rng.hpp"

namespace patina {
namespace {

constexpr double least_contrast_of_modes = 0.05;
constexpr double jitter = 1e-7;  // kernels of exponent 2 are singular; far below the noise of any count
constexpr std::uint64_t part_of_photons = std::uint64_t{1} << 20;  // beyond those of modes
constexpr std::uint64_t first_step = std::uint64_t{1} << 40;  // of the stream: bootstraps begin at 0

Eigen::MatrixXf lower_factor(const Eigen::MatrixXd& upper) {
  Eigen::MatrixXd covariance = upper.selfadjointView<Eigen::Upper>();
  covariance.diagonal().setConstant(1.0 + jitter);
  return Eigen::MatrixXd(covariance.llt().matrixL()).cast<float>();
}

Eigen::MatrixXf normal_numbers(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed, std::uint64_t part) {
  Eigen::MatrixXf numbers(rows, columns);
  const Eigen::Index total = numbers.size();
  for (Eigen::Index i = 0; i < total; i += 2) {
    const auto block = random_block(seed, Stream::resampling, first_step + part, static_cast<std::uint64_t>(i / 2));
    numbers.data()[i] = static_cast<float>(block.normal(0));
    if (i + 1 < total) numbers.data()[i + 1] = static_cast<float>(block.normal(1));
  }
  return numbers;
}

}  // namespace

Eigen::MatrixXf simulate_intensities(const Eigen::MatrixXd& squares, double contrast, int pixels, std::uint64_t seed) {
  const Eigen::Index n = squares.rows();
  if (contrast < least_contrast_of_modes) {
    const Eigen::MatrixXf factor = lower_factor(squares);
    const Eigen::MatrixXf noise = factor.triangularView<Eigen::Lower>() * normal_numbers(n, pixels, seed, 0);
    return (1.0f + static_cast<float>(std::sqrt(contrast)) * noise.array()).matrix();
  }
  const Eigen::MatrixXf factor = lower_factor(squares.cwiseSqrt());
  Eigen::MatrixXf intensity = Eigen::MatrixXf::Zero(n, pixels);
  // m equal weights w and a last one 1 - m w, whose squares add up to the contrast.
  const double m = std::floor(1.0 / std::min(contrast, 1.0) + 1e-9);
  const double weight = (m + std::sqrt(std::max(0.0, m * (contrast * (m + 1.0) - 1.0)))) / (m * (m + 1.0));
  std::uint64_t part = 0;
  const auto add_mode = [&](double of_mode) {
    for (int component = 0; component < 2; ++component) {
      const Eigen::MatrixXf field = factor.triangularView<Eigen::Lower>() * normal_numbers(n, pixels, seed, part++);
      intensity.array() += static_cast<float>(0.5 * of_mode) * field.array().square();
    }
  };
  for (int k = 0; k < static_cast<int>(m); ++k) add_mode(std::min(weight, 1.0 / m));
  if (const double rest = 1.0 - m * std::min(weight, 1.0 / m); rest > 1e-6) add_mode(rest);
  return intensity;
}

void add_shot_noise(Eigen::MatrixXf& intensity, double photons, std::uint64_t seed) {
  const Eigen::ArrayXXf spread = (intensity.array().max(0.0f) / static_cast<float>(photons)).sqrt();
  intensity.array() += spread * normal_numbers(intensity.rows(), intensity.cols(), seed, part_of_photons).array();
}

}  // namespace patina
