// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/g2_errors.hpp"

#include <algorithm>
#include <cmath>

namespace patina {
namespace {

constexpr int most_lags = 120;
constexpr double least_contrast = 1e-6;

// f of 0 .. frames - 1 frames: between channels |f|^2 goes as a straight line of the logarithm of the lag.
std::vector<double> field_of(const G2Curve& curve, double contrast, int frames) {
  std::vector<double> lag, square;
  for (std::size_t k = 0; k < curve.channels.size(); ++k) {
    if (!std::isfinite(curve.value[k])) continue;
    lag.push_back(static_cast<double>(curve.channels[k].lag));
    square.push_back(std::clamp((curve.value[k] - 1.0) / contrast, 0.0, 1.0));
  }
  std::vector<double> field{1.0};
  std::size_t at = 0;
  for (int n = 1; n < frames; ++n) {
    while (at + 1 < lag.size() && lag[at + 1] <= n) ++at;
    double f_squared = square.empty() ? 0.0 : square[at];
    if (at + 1 < lag.size() && n > lag[at]) {
      const double part = std::log(n / lag[at]) / std::log(lag[at + 1] / lag[at]);
      f_squared += part * (square[at + 1] - square[at]);
    }
    field.push_back(std::sqrt(f_squared));
  }
  return field;
}

}  // namespace

SpeckleSample speckle_sample(const G2Curve& curve, double pixels, double photons, const SpeckleExtent& speckles) {
  double contrast = curve.contrast;
  for (std::size_t k = 0; k < curve.value.size() && !std::isfinite(contrast); ++k) contrast = curve.value[k] - 1.0;
  return {pixels, std::isfinite(contrast) ? std::clamp(contrast, least_contrast, 1.0) : least_contrast, photons, speckles.pixels_per_speckle, speckles.pixels_per_coherence_area};
}

Eigen::MatrixXd closed_form_covariance(const G2Curve& curve, const SpeckleSample& sample, int frames) {
  const std::vector<double> field = field_of(curve, sample.contrast, frames);
  return channel_covariance(frames, curve.channels, most_lags,
                            [&](const std::vector<int>& lags, const std::vector<int>& averaged) { return g2_covariance(sample, field, lags, averaged); });
}

}  // namespace patina
