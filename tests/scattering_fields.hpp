// SPDX-License-Identifier: BSD-3-Clause
// Synthetic speckle fields of known correlation: circular complex Gaussian, unit variance, from an exact
// first-order autoregression E(t+1) = a E(t) + sqrt(1 - a^2) xi, so <E(t1) E*(t2)> = a^|t1 - t2|.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <complex>
#include <cstdint>

#include "core/rng.hpp"

namespace patina::test {

inline std::complex<double> gaussian(std::uint64_t movie, std::uint64_t index) {
  const auto block = random_block(2024, Stream::test, movie, index);
  return std::complex<double>(block.normal(0), block.normal(1)) / std::sqrt(2.0);
}

inline Eigen::MatrixXcd gaussian_fields(std::uint64_t movie, int speckles, int frames, double a) {
  Eigen::MatrixXcd field(speckles, frames);
  for (int k = 0; k < speckles; ++k) {
    for (int t = 0; t < frames; ++t) {
      const auto xi = gaussian(movie, static_cast<std::uint64_t>(k) * frames + t);
      field(k, t) = t == 0 ? xi : a * field(k, t - 1) + std::sqrt(1.0 - a * a) * xi;
    }
  }
  return field;
}

}  // namespace patina::test
