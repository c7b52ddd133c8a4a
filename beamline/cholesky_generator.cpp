// SPDX-License-Identifier: BSD-3-Clause
// E = L xi with K + jitter = L L^T, row by row. Covariances of smooth kernels, or of a clock that stands still for a while, are
// singular to rounding; the jitter is above the rounding of 4096 frames (1e-12) and below that of the fields. A pivot that is negative
// in spite of it shows that there is no such field.
#include <fmt/format.h>

#include <algorithm>
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

// Several frames at a time, over stretches of noise that stay in the first cache meanwhile.
constexpr int frames_at_once = 16, stretch = 128;

class CholeskyStream : public FieldStream {
 public:
  CholeskyStream(const std::vector<float>& lower, int frames, NoiseKey key, PixelBlock block)
      : lower_(lower), frames_(frames), key_(key), first_group_(block.first / pixel_group), groups_(static_cast<std::size_t>(block.count / pixel_group)) {
    for (Group& group : groups_) group.xi.resize(static_cast<std::size_t>(frames) * row);
  }
  void next(float* re, float* im) override {
    const int ahead = frame_ % frames_at_once;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      if (ahead == 0) make_frames(groups_[g], first_group_ + static_cast<std::uint32_t>(g));
      const float* field = groups_[g].fields + ahead * row;
      std::copy_n(field, pixel_group, re + g * pixel_group);
      std::copy_n(field + pixel_group, pixel_group, im + g * pixel_group);
    }
    ++frame_;
  }

 private:
  static constexpr int row = 2 * pixel_group;  // real parts, then imaginary ones
  struct Group {
    std::vector<float> xi;             // [frame][2][16]
    float fields[frames_at_once * row];  // of the next frames
  };

  void make_frames(Group& group, std::uint32_t number) const {
    const int end = std::min(frame_ + frames_at_once, frames_);
    std::fill(std::begin(group.fields), std::end(group.fields), 0.0f);
    for (int k = frame_; k < end; ++k) {
      float* xi = group.xi.data() + static_cast<std::ptrdiff_t>(k) * row;
      noise_kernels().renew(noise_counter(key_, static_cast<std::uint32_t>(k)), number, 1, -1.0f, 1.0f, xi, xi + pixel_group);
    }
    for (int start = 0; start < end; start += stretch)
      for (int k = std::max(frame_, start); k < end; ++k) {
        float* field = group.fields + (k - frame_) * row;
        noise_kernels().weigh(lower_.data() + row_start(k) + start, group.xi.data() + static_cast<std::ptrdiff_t>(start) * row,
                              std::min(stretch, k + 1 - start), field, field + pixel_group);
      }
  }

  const std::vector<float>& lower_;
  int frames_;
  NoiseKey key_;
  std::uint32_t first_group_;
  int frame_ = 0;
  std::vector<Group> groups_;
};

class CholeskyGenerator : public FieldGenerator {
 public:
  CholeskyGenerator(const FieldCovariance& covariance, const std::string& place) : frames_(covariance.frames), lower_(decompose(covariance, place)) {}
  const char* name() const override { return "cholesky"; }
  double bytes() const override { return static_cast<double>(lower_.size() * sizeof(float)); }
  double bytes_of_pixel() const override { return 2.0 * sizeof(float) * frames_; }
  std::unique_ptr<FieldStream> stream(std::uint64_t seed, std::uint32_t channel, PixelBlock block) const override {
    return std::make_unique<CholeskyStream>(lower_, frames_, NoiseKey{seed, Stream::speckle_field, channel}, block);
  }

 private:
  int frames_;
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
