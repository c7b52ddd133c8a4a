// SPDX-License-Identifier: BSD-3-Clause
// E = L xi with K + jitter = L L^T, row by row. Covariances of smooth kernels, or of a clock that stands still for a while, are
// singular to rounding; the jitter is above the rounding of 4096 frames (1e-12) and below that of the fields. A pivot that is negative
// in spite of it shows that there is no such field.
#include <fmt/format.h>

#include <cmath>

#include "beamline/field_generators.hpp"
#include "beamline/kernel.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

constexpr double jitter = 1e-11;
constexpr int strands = 8;

// Over columns of two rows, in an order that does not depend on the instruction set.
double product(const double* a, const double* b, int n) {
  double sum[strands] = {};
  int k = 0;
  for (; k + strands <= n; k += strands)
    for (int l = 0; l < strands; ++l) sum[l] += a[k + l] * b[k + l];
  for (int l = 0; k < n; ++k, ++l) sum[l] += a[k] * b[k];
  return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

// Row i has i + 1 columns and begins at i (i + 1) / 2.
std::size_t row_start(int i) { return static_cast<std::size_t>(i) * (static_cast<std::size_t>(i) + 1) / 2; }

std::vector<float> decompose(const FieldCovariance& covariance, const std::string& place) {
  const int n = covariance.frames;
  std::vector<double> lower(row_start(n));
  for (int i = 0; i < n; ++i) {
    double* row = lower.data() + row_start(i);
    for (int j = 0; j < i; ++j) {
      const double* other = lower.data() + row_start(j);
      row[j] = (covariance.at(j, i) - product(row, other, j)) / other[j];
    }
    const double variance = covariance.at(i, i) - product(row, row, i);
    if (!(variance + jitter > 0.0))
      throw Error(ExitCode::bad_input,
                  fmt::format("{}: there is no field of this correlation: given the frames before it, frame {} would have the variance {:.2g}",
                              place, i, variance));
    row[i] = std::sqrt(variance + jitter);
  }
  return {lower.begin(), lower.end()};
}

class CholeskyStream : public FieldStream {
 public:
  CholeskyStream(const std::vector<float>& lower, NoiseKey key, PixelBlock block) : lower_(lower), key_(key), block_(block) {}
  void next(float* re, float* im) override {
    const auto count = static_cast<std::size_t>(block_.count);
    re_.resize((static_cast<std::size_t>(frame_) + 1) * count);
    im_.resize(re_.size());
    noise_kernels().renew(noise_counter(key_, static_cast<std::uint32_t>(frame_)), block_.first / pixel_group, block_.count / pixel_group, -1.0f,
                          1.0f, re_.data() + re_.size() - count, im_.data() + im_.size() - count);
    std::fill(re, re + count, 0.0f);
    std::fill(im, im + count, 0.0f);
    const float* row = lower_.data() + row_start(frame_);
    for (int j = 0; j <= frame_; ++j) {
      const float* xi_re = re_.data() + static_cast<std::size_t>(j) * count;
      const float* xi_im = im_.data() + static_cast<std::size_t>(j) * count;
      const float weight = row[j];
      for (std::size_t p = 0; p < count; ++p) re[p] += weight * xi_re[p];
      for (std::size_t p = 0; p < count; ++p) im[p] += weight * xi_im[p];
    }
    ++frame_;
  }

 private:
  const std::vector<float>& lower_;
  NoiseKey key_;
  PixelBlock block_;
  int frame_ = 0;
  std::vector<float> re_, im_;  // noise of all frames so far
};

class CholeskyGenerator : public FieldGenerator {
 public:
  CholeskyGenerator(const FieldCovariance& covariance, const std::string& place) : lower_(decompose(covariance, place)) {}
  const char* name() const override { return "cholesky"; }
  std::unique_ptr<FieldStream> stream(std::uint64_t seed, std::uint32_t channel, PixelBlock block) const override {
    return std::make_unique<CholeskyStream>(lower_, NoiseKey{seed, Stream::speckle_field, channel}, block);
  }

 private:
  std::vector<float> lower_;
};

}  // namespace

std::string why_not_cholesky(const FieldCovariance& covariance) {
  return covariance.frames <= most_cholesky_frames ? ""
                                                   : fmt::format("{} frames are more than {}, and the work goes as their cube", covariance.frames, most_cholesky_frames);
}

std::unique_ptr<FieldGenerator> make_cholesky_generator(const FieldCovariance& covariance, const std::string& place) {
  return std::make_unique<CholeskyGenerator>(covariance, place);
}

}  // namespace patina
