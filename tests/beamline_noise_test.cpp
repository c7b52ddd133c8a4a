// SPDX-License-Identifier: BSD-3-Clause
// Truth: the same numbers one by one, from Random123's Philox and the C library in double; the normal distribution and its moments.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "beamline/speckle_noise.hpp"
#include "statistics.hpp"

namespace patina {
namespace {

constexpr double two_pi = 6.28318530717958647693;
const NoiseKey key{0x123456789abcdef0u, Stream::speckle_field, 0xabcd1234u};

struct Fields {
  std::vector<float> re, im;
  explicit Fields(int groups) : re(static_cast<std::size_t>(groups * pixel_group)), im(re.size()) {}
  std::complex<double> at(std::size_t p) const { return {re[p], im[p]}; }
};

Fields white(const NoiseKernels& kernels, std::uint32_t step, std::uint32_t first, int groups) {
  Fields fields(groups);
  kernels.renew(noise_counter(key, step), first, groups, -1.0f, 1.0f, fields.re.data(), fields.im.data());
  return fields;
}

// Box and Muller in double, of one pixel.
std::complex<double> reference(std::uint32_t step, std::uint32_t pixel) {
  const std::uint32_t group = pixel / 16, lane = pixel % 16;
  const RandomBlock block = noise_block(key, step, 8 * group + lane % 8);
  const std::uint32_t* word = block.word + (lane < 8 ? 0 : 2);
  const double u = ((word[0] >> 1) + 0.5) * 0x1p-31, v = static_cast<std::int32_t>(word[1]) * 0x1p-32;
  return std::polar(std::sqrt(-std::log(u)), two_pi * v);
}

TEST(SpeckleNoise, IsBoxAndMullerOfPhilox) {
  for (const std::uint32_t first : {0u, 7u, 268435000u}) {
    const Fields fields = white(noise_kernels(), 99, first, 64);
    for (std::uint32_t p = 0; p < 64 * 16; ++p) {
      const auto truth = reference(99, first * 16 + p);
      // u is rounded to 24 bits: |xi|^2 = -ln u by 6e-8 or less, |xi| by 3e-8 / |xi|.
      EXPECT_NEAR(std::abs(fields.at(p) - truth), 0.0, 1e-6 + 6e-8 / std::abs(truth)) << p;
    }
  }
}

TEST(SpeckleNoise, SameBitsForEveryInstructionSet) {
  const auto versions = noise_kernel_versions();
  const Fields first = white(*versions.all[0], 3, 5, 100);
  std::vector<double> rate, turns;
  for (int k = 0; k < 3 * 50 * pixel_group; ++k) rate.push_back(std::sinh(0.01 * (k - 1000)));
  for (int k = 0; k < 50 * pixel_group; ++k) turns.push_back(std::fmod(0.377 * k, 1.0));
  const double s[3] = {0.31, 1e7, 2.7};
  for (int v = 0; v < versions.count; ++v) {
    const NoiseKernels& kernels = *versions.all[v];
    Fields fields = white(kernels, 3, 5, 100);
    EXPECT_EQ(fields.re, first.re) << kernels.name;
    EXPECT_EQ(fields.im, first.im) << kernels.name;
    for (int clocks = 1; clocks <= most_clocks; ++clocks) {
      Fields one(1), other(1);
      versions.all[0]->sum_modes[clocks - 1](rate.data(), turns.data(), 50, s, 0.1f, one.re.data(), one.im.data());
      kernels.sum_modes[clocks - 1](rate.data(), turns.data(), 50, s, 0.1f, other.re.data(), other.im.data());
      EXPECT_EQ(one.re, other.re) << kernels.name;
      EXPECT_EQ(one.im, other.im) << kernels.name;
    }
    Fields one(1), other(1);
    versions.all[0]->weigh(first.im.data(), first.re.data(), 49, one.re.data(), one.im.data());
    kernels.weigh(first.im.data(), first.re.data(), 49, other.re.data(), other.im.data());
    EXPECT_EQ(one.re, other.re) << kernels.name;
    EXPECT_EQ(one.im, other.im) << kernels.name;
  }
}

TEST(SpeckleNoise, RenewsFields) {
  Fields fields = white(noise_kernels(), 1, 0, 4);
  const Fields before = fields, noise = white(noise_kernels(), 2, 0, 4);
  noise_kernels().renew(noise_counter(key, 2), 0, 4, -0.25f, 0.6f, fields.re.data(), fields.im.data());
  for (std::size_t p = 0; p < 64; ++p)
    EXPECT_NEAR(std::abs(fields.at(p) - (0.75 * before.at(p) + 0.6 * noise.at(p))), 0.0, 1e-6);
}

TEST(SpeckleNoise, SumsOfModes) {
  constexpr int modes = 10;
  std::vector<double> rate, turns;
  for (int k = 0; k < 2 * modes * pixel_group; ++k) rate.push_back(std::sin(1.0 * k));
  for (int k = 0; k < modes * pixel_group; ++k) turns.push_back(0.5 + 0.5 * std::sin(3.0 * k));
  const double s[] = {1.7, 1024.0};
  Fields fields(1);
  noise_kernels().sum_modes[1](rate.data(), turns.data(), modes, s, 0.5f, fields.re.data(), fields.im.data());
  for (std::size_t l = 0; l < pixel_group; ++l) {
    std::complex<double> sum = 0.0;
    for (std::size_t m = 0; m < modes; ++m)
      sum += std::polar(0.5, two_pi * (turns[m * 16 + l] + rate[2 * m * 16 + l] * s[0] + rate[(2 * m + 1) * 16 + l] * s[1]));
    EXPECT_NEAR(std::abs(fields.at(l) - sum), 0.0, 1e-5);
  }
}

TEST(SpeckleNoise, WeighedSums) {
  const Fields numbers = white(noise_kernels(), 4, 0, 40);
  for (const std::size_t count : {1u, 2u, 13u}) {
    Fields fields(1);
    noise_kernels().weigh(numbers.im.data(), numbers.re.data(), static_cast<int>(count), fields.re.data(), fields.im.data());
    for (std::size_t l = 0; l < pixel_group; ++l) {
      std::complex<double> sum = 0.0;
      for (std::size_t j = 0; j < count; ++j)
        sum += double{numbers.im[j]} * std::complex<double>(numbers.re[32 * j + l], numbers.re[32 * j + 16 + l]);
      EXPECT_NEAR(std::abs(fields.at(l) - sum), 0.0, 1e-5);
    }
  }
}

// An exact half turn too far is no turn: 2^100 rate in halves.
TEST(SpeckleNoise, PhasesOfVeryFastModesAreExact) {
  std::vector<double> rate(pixel_group, 0x1p60 + 0x1p8), turns(pixel_group, 0.25);
  const double s = 1.0 + 0x1p-52 + 0x1p-10;  // rate s = whole + (2^60 + 2^8) 2^-52: 2^8 + 2^-44
  Fields fields(1);
  noise_kernels().sum_modes[0](rate.data(), turns.data(), 1, &s, 1.0f, fields.re.data(), fields.im.data());
  // 2^8 2^-10 = 1/4 turn, and 1/4: half a turn.
  EXPECT_NEAR(fields.re[3], -1.0, 1e-6);
}

TEST(SpeckleNoise, IsGaussian) {
  double mean = 0, square = 0, relation = 0, fourth = 0;
  std::vector<double> part, intensity;
  const int n = 400000;
  const Fields fields = white(noise_kernels(), 11, 0, n / pixel_group);
  for (std::size_t p = 0; p < n; ++p) {
    const auto e = fields.at(p);
    mean += e.real() + e.imag();
    square += std::norm(e);
    relation += e.real() * e.imag();
    fourth += std::norm(e) * std::norm(e);
    part.push_back(e.real());
    intensity.push_back(std::norm(e));
  }
  // Five standard errors: <I^2> = 2, var I = 1, var I^2 = 24 - 4, var re im = 1/4.
  EXPECT_NEAR(mean / n, 0.0, 5.0 / std::sqrt(n));
  EXPECT_NEAR(square / n, 1.0, 5.0 / std::sqrt(n));
  EXPECT_NEAR(relation / n, 0.0, 5.0 * 0.5 / std::sqrt(n));
  EXPECT_NEAR(fourth / n, 2.0, 5.0 * std::sqrt(20.0 / n));
  EXPECT_GT(testing::kolmogorov_smirnov_p(part, [](double x) { return 0.5 * std::erfc(-x); }), 1e-4);
  EXPECT_GT(testing::kolmogorov_smirnov_p(intensity, [](double x) { return 1.0 - std::exp(-x); }), 1e-4);
}

TEST(SpeckleNoise, EveryPartOfTheKeyMatters) {
  const auto word = [](const NoiseKey& k, std::uint32_t step, std::uint32_t index) { return noise_block(k, step, index).word[0]; };
  const auto base = word(key, 1, 2);
  NoiseKey other = key;
  other.channel ^= 1u;
  EXPECT_NE(base, word(other, 1, 2));
  other.channel ^= 0x10001u;
  EXPECT_NE(base, word(other, 1, 2));
  EXPECT_NE(base, word(key, 2, 2));
  EXPECT_NE(base, word(key, 1, 3));
}

}  // namespace
}  // namespace patina
