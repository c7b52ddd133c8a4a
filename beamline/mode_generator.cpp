// SPDX-License-Identifier: BSD-3-Clause
// E = M^-1/2 sum_m exp(i (sum_c w_mc s_c + phi_m)), phi even: <E_i E_j*> = prod_c <exp(i w_c (s_c(i) - s_c(j)))>, so each clock's
// frequencies come from the law whose characteristic function is its kernel: Levy's symmetric stable law for exp(-s^exponent), drawn
// as Chambers, Mallows & Stuck do, J. Am. Stat. Assoc. 71, 340 (1976); an even one on -1 .. 1 for sin s / s.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "beamline/field_generators.hpp"
#include "core/elementary.hpp"

namespace patina {

namespace {

using elementary::exp;
using elementary::log;

constexpr double two_pi = 6.28318530717958647693;
constexpr double fastest = 0x1p200;

// sin and cos of an angle within -pi/2 .. pi/2 given in turns; never 0, for their logarithms.
elementary::Phase positive_phase(double turns) {
  const elementary::Phase phase = elementary::phase(turns);
  return {std::max(phase.cosine, 1e-300), std::max(phase.sine, 1e-300)};
}

// X = sin(a U) / cos(U)^(1/a) (cos((1 - a) U) / W)^((1 - a)/a), U even on -pi/2 .. pi/2, W exponential.
double stable_number(double a, const RandomBlock& block) {
  const double turns = 0.5 * std::abs(block.uniform(0) - 0.5), w = -log(block.uniform(1));
  const double log_size = log(positive_phase(a * turns).sine) - log(positive_phase(turns).cosine) / a +
                          (1.0 - a) / a * (log(positive_phase(std::abs(1.0 - a) * turns).cosine) - log(std::max(w, 1e-300)));
  const double size = std::min(exp(log_size), fastest);
  return block.uniform(0) < 0.5 ? -size : size;
}

double frequency(const ClockedKernel& kernel, const RandomBlock& block) {
  return kernel.form == ClockedKernel::Form::sinc ? 2.0 * block.uniform(0) - 1.0 : stable_number(kernel.exponent, block);
}

class ModeStream : public FieldStream {
 public:
  ModeStream(const std::vector<ClockedKernel>& kernels, int modes, NoiseKey key, PixelBlock block)
      : kernels_(kernels), modes_(modes), groups_(block.count / pixel_group) {
    const auto clocks = static_cast<std::uint32_t>(kernels.size());
    for (std::uint32_t group = block.first / pixel_group; group < block.first / pixel_group + static_cast<std::uint32_t>(groups_); ++group)
      for (std::uint32_t m = 0; m < static_cast<std::uint32_t>(modes); ++m) {
        for (std::uint32_t c = 0; c < clocks; ++c)
          for (std::uint32_t l = 0; l < pixel_group; ++l)
            rate_.push_back(frequency(kernels[c], noise_block(key, m * (most_clocks + 1) + c, group * pixel_group + l)) / two_pi);
        for (std::uint32_t l = 0; l < pixel_group; ++l)
          turns_.push_back(noise_block(key, m * (most_clocks + 1) + most_clocks, group * pixel_group + l).uniform(0));
      }
  }
  void next(float* re, float* im) override {
    double s[most_clocks] = {};
    for (std::size_t c = 0; c < kernels_.size(); ++c) s[c] = kernels_[c].s[frame_];
    const auto scale = static_cast<float>(1.0 / std::sqrt(modes_));
    const std::size_t group_turns = static_cast<std::size_t>(modes_) * pixel_group;
    for (int g = 0; g < groups_; ++g)
      noise_kernels().sum_modes[kernels_.size() - 1](rate_.data() + static_cast<std::size_t>(g) * group_turns * kernels_.size(),
                                                     turns_.data() + static_cast<std::size_t>(g) * group_turns, modes_, s, scale,
                                                     re + g * pixel_group, im + g * pixel_group);
    ++frame_;
  }

 private:
  const std::vector<ClockedKernel>& kernels_;
  int modes_, groups_;
  std::size_t frame_ = 0;
  std::vector<double> rate_, turns_;  // [group][mode][clock][16], [group][mode][16]
};

class ModeGenerator : public FieldGenerator {
 public:
  ModeGenerator(const FieldCovariance& covariance, int modes) : kernels_(covariance.kernels), modes_(modes) {}
  const char* name() const override { return "modes"; }
  double bytes() const override { return static_cast<double>(kernels_.size() * kernels_[0].s.size() * sizeof(double)); }
  double bytes_of_pixel() const override { return 1.0 * sizeof(double) * static_cast<double>(kernels_.size() + 1) * modes_; }
  std::unique_ptr<FieldStream> stream(std::uint64_t seed, std::uint32_t channel, PixelBlock block) const override {
    return std::make_unique<ModeStream>(kernels_, modes_, NoiseKey{seed, Stream::speckle_frequency, channel}, block);
  }

 private:
  std::vector<ClockedKernel> kernels_;
  int modes_;
};

}  // namespace

std::string why_not_modes(const FieldCovariance& covariance) {
  if (covariance.local) return "a local tau has no clock";
  if (covariance.kernels.empty()) return "nothing moves in a static field";
  if (covariance.kernels.size() > most_clocks) return fmt::format("it knows {} clocks, not {}", most_clocks, covariance.kernels.size());
  for (const ClockedKernel& kernel : covariance.kernels)
    if (kernel.form == ClockedKernel::Form::kww && kernel.exponent < least_mode_exponent)
      return fmt::format("of exp(-s^{:g}) too many modes are too fast for numbers of 64 bits: exponents from {:g} on", kernel.exponent,
                         least_mode_exponent);
  return "";
}

std::unique_ptr<FieldGenerator> make_mode_generator(const FieldCovariance& covariance, int modes) {
  return std::make_unique<ModeGenerator>(covariance, modes);
}

}  // namespace patina
