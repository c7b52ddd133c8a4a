// SPDX-License-Identifier: BSD-3-Clause
// Covariances that depend on the number of frames between alone are the corner of a circulant matrix, whose eigenvectors are waves:
//   E_k = sum_j sqrt(lambda_j / n) xi_j exp(i 2 pi j k / n),   lambda = Fourier transform of K(0), K(1), .. K(n/2), .. K(1)
// where none of the lambda is negative. The kernel is known beyond the movie, so the period may be made longer until that is so.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "beamline/field_generators.hpp"
#include "beamline/fourier.hpp"
#include "core/error.hpp"

namespace patina {

namespace {

constexpr int longest_period = 1 << 20;
constexpr int most_lengths = 64;        // periods for each movie
constexpr double uneven = 1e-9;         // of steps of a clock, relative
constexpr double most_negative = 1e-7;  // of all eigenvalues; as large is the error of K when they are taken as 0

double step_of(const ClockedKernel& kernel) { return (kernel.s.back() - kernel.s.front()) / static_cast<double>(kernel.s.size() - 1); }

bool goes_evenly(const ClockedKernel& kernel) {
  const double step = step_of(kernel);
  for (std::size_t k = 1; k < kernel.s.size(); ++k)
    if (std::abs(kernel.s[k] - kernel.s[k - 1] - step) > uneven * step) return false;
  return true;
}

struct Spectrum {
  std::vector<double> lambda;
  double negative = 0.0;  // share of what is below 0
};

Spectrum spectrum_of(const FieldCovariance& covariance, int n) {
  std::vector<double> re(static_cast<std::size_t>(n)), im(re.size());
  for (int k = 0; k <= n / 2; ++k) {
    double product = 1.0;
    for (const ClockedKernel& kernel : covariance.kernels) product *= kernel.of(k * step_of(kernel));
    re[static_cast<std::size_t>(k)] = re[static_cast<std::size_t>((n - k) % n)] = product;
  }
  Fourier(n).transform(re.data(), im.data(), 1);
  Spectrum spectrum;
  for (double& lambda : re) {
    spectrum.negative += std::max(-lambda, 0.0) / n;
    lambda = std::max(lambda, 0.0);
  }
  spectrum.lambda = std::move(re);
  return spectrum;
}

int shortest_period(int frames) {
  int n = 2;
  while (n < 2 * (frames - 1)) n *= 2;
  return n;
}

// Empty if no period will do.
std::vector<double> find_spectrum(const FieldCovariance& covariance) {
  const int shortest = shortest_period(covariance.frames);
  for (int n = shortest; n <= longest_period && n <= static_cast<std::int64_t>(shortest) * most_lengths; n *= 2) {
    Spectrum spectrum = spectrum_of(covariance, n);
    if (spectrum.negative <= most_negative) return std::move(spectrum.lambda);
  }
  return {};
}

// Makes the whole record at the first frame.
class CirculantStream : public FieldStream {
 public:
  CirculantStream(const Fourier& fourier, const std::vector<float>& amplitude, int frames, NoiseKey key, PixelBlock block)
      : count_(static_cast<std::size_t>(block.count)), re_(static_cast<std::size_t>(frames) * count_), im_(re_.size()) {
    std::vector<float> re(amplitude.size() * pixel_group), im(re.size());
    for (int g = 0; g < block.count / pixel_group; ++g) {
      const std::uint32_t group = block.first / pixel_group + static_cast<std::uint32_t>(g);
      std::fill(re.begin(), re.end(), 0.0f);
      std::fill(im.begin(), im.end(), 0.0f);
      for (std::size_t j = 0; j < amplitude.size(); ++j)
        noise_kernels().renew(noise_counter(key, static_cast<std::uint32_t>(j)), group, 1, -1.0f, amplitude[j], &re[j * pixel_group],
                              &im[j * pixel_group]);
      fourier.transform(re.data(), im.data(), pixel_group);
      for (int k = 0; k < frames; ++k) {
        const auto from = static_cast<std::ptrdiff_t>(k) * pixel_group;
        const auto to = static_cast<std::ptrdiff_t>(static_cast<std::size_t>(k) * count_) + g * pixel_group;
        std::copy_n(re.begin() + from, pixel_group, re_.begin() + to);
        std::copy_n(im.begin() + from, pixel_group, im_.begin() + to);
      }
    }
  }
  void next(float* re, float* im) override {
    std::copy_n(re_.begin() + static_cast<std::ptrdiff_t>(frame_ * count_), count_, re);
    std::copy_n(im_.begin() + static_cast<std::ptrdiff_t>(frame_ * count_), count_, im);
    ++frame_;
  }

 private:
  std::size_t count_, frame_ = 0;
  std::vector<float> re_, im_;  // [frame][pixel]
};

class CirculantGenerator : public FieldGenerator {
 public:
  CirculantGenerator(int frames, const std::vector<double>& lambda) : frames_(frames), fourier_(static_cast<int>(lambda.size())) {
    for (const double one : lambda) amplitude_.push_back(static_cast<float>(std::sqrt(one / static_cast<double>(lambda.size()))));
  }
  const char* name() const override { return "circulant"; }
  double bytes() const override { return static_cast<double>(amplitude_.size()) * (sizeof(float) + 2.0 * sizeof(double)); }
  double bytes_of_pixel() const override { return 2.0 * sizeof(float) * frames_; }
  std::unique_ptr<FieldStream> stream(std::uint64_t seed, std::uint32_t channel, PixelBlock block) const override {
    return std::make_unique<CirculantStream>(fourier_, amplitude_, frames_, NoiseKey{seed, Stream::speckle_field, channel}, block);
  }

 private:
  int frames_;
  Fourier fourier_;
  std::vector<float> amplitude_;
};

}  // namespace

std::string why_not_circulant(const FieldCovariance& covariance) {
  if (covariance.local) return "a local tau has no clock";
  if (covariance.frames < 2) return "one frame has no step of its clock";
  for (const ClockedKernel& kernel : covariance.kernels)
    if (!goes_evenly(kernel)) return "the clock does not go evenly from frame to frame";
  if (shortest_period(covariance.frames) > longest_period)
    return fmt::format("{} frames are more than {}", covariance.frames, longest_period / 2 + 1);
  if (find_spectrum(covariance).empty())
    return "no period of so few times the movie's length has a covariance: the field must decay within some movies";
  return "";
}

std::unique_ptr<FieldGenerator> make_circulant_generator(const FieldCovariance& covariance) {
  const std::vector<double> lambda = find_spectrum(covariance);
  require(!lambda.empty(), "a circulant generator for a covariance that does not suit it");
  return std::make_unique<CirculantGenerator>(covariance.frames, lambda);
}

}  // namespace patina
