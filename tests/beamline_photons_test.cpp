// SPDX-License-Identifier: BSD-3-Clause
// Truths: Random123's Philox for the bytes of the sieve; the Poisson and negative binomial distributions by the logarithm of the
// Gamma function, chi^2 of histograms; intensities of M independent exponential modes, whose contrast is 1/M; a frame in pieces
// of odd sizes, backwards, is the frame.
#include "beamline/photons.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "beamline/photon_sieve.hpp"
#include "core/error.hpp"
#include "statistics.hpp"

namespace patina {
namespace {

using Histogram = std::map<std::uint32_t, double>;

// chi^2 probability of a histogram of `pixels` counts; counts of less than 10 expected are one class.
double chi_squared_p(const Histogram& histogram, double pixels, const std::function<double(int)>& probability) {
  double chi_squared = 0.0, rest_expected = pixels, rest_found = pixels;
  int classes = 0;
  for (int k = 0; k < 100000; ++k) {
    const double expected = pixels * probability(k);
    if (expected < 10.0) {
      if (k > 0 && pixels * probability(k - 1) > expected) break;
      continue;
    }
    const auto found = histogram.find(static_cast<std::uint32_t>(k));
    const double seen = found == histogram.end() ? 0.0 : found->second;
    chi_squared += (seen - expected) * (seen - expected) / expected;
    rest_expected -= expected;
    rest_found -= seen;
    ++classes;
  }
  if (rest_expected > 1.0) {
    chi_squared += (rest_found - rest_expected) * (rest_found - rest_expected) / rest_expected;
    ++classes;
  }
  return 1.0 - testing::gamma_cdf(0.5 * (classes - 1), 0.5 * chi_squared);
}

Histogram histogram_of(const std::vector<PhotonEvent>& events, double pixels) {
  Histogram histogram;
  histogram[0] = pixels - static_cast<double>(events.size());
  for (const PhotonEvent& event : events) histogram[event.count] += 1.0;
  return histogram;
}

// Enough pixels to see the second photon, and little enough to be quick.
std::uint32_t pixels_for(double mean) { return static_cast<std::uint32_t>(std::min(4e6, std::max(2e5, 1e3 / (mean * mean)))); }

// One in 1000 tests of a true law lies below; seeds are fixed.
constexpr double rare = 1e-3;

TEST(PhotonSieve, BytesAreThoseOfPhilox) {
  const PhiloxKey key{{7, 9}, {static_cast<std::uint32_t>(Stream::test) << 16, 5, 0, 3u << 16}};
  const std::uint64_t seed = 7 | std::uint64_t{9} << 32, frame = 5 | std::uint64_t{3} << 32, first = 33554428;  // the last groups of 2^32 pixels
  const auto versions = photon_sieve_versions();
  for (int v = 0; v < versions.count; ++v) {
    std::vector<std::uint32_t> pixel(4 * sieve_group);
    std::vector<std::uint8_t> byte(4 * sieve_group);
    ASSERT_EQ(versions.all[v]->pass_even(key, static_cast<std::uint32_t>(first), 4, 256, pixel.data(), byte.data()), 4 * sieve_group) << versions.all[v]->name;
    for (std::size_t p = 0; p < pixel.size(); ++p) {
      ASSERT_EQ(pixel[p], p);
      const RandomBlock block = random_block(seed, Stream::test, frame, 8 * (first + p / 128) + p % 32 / 4, 0);
      ASSERT_EQ(byte[p], static_cast<std::uint8_t>(block.word[p % 128 / 32] >> (8 * (p % 4)))) << versions.all[v]->name << " pixel " << p;
    }
  }
}

TEST(PhotonSieve, PassesTheSamePixelsInAllVersions) {
  const PhiloxKey key{{1, 2}, {3, 4, 5, 6}};
  std::vector<float> mean(8 * sieve_group);
  for (std::size_t p = 0; p < mean.size(); ++p) mean[p] = static_cast<float>(random_block(1, Stream::test, 0, p).uniform(0));
  mean[17] = std::numeric_limits<float>::quiet_NaN();
  mean[18] = -1.0f;
  const auto versions = photon_sieve_versions();
  for (int v = 0; v < versions.count; ++v) {
    std::vector<std::uint32_t> pixel(mean.size()), all(mean.size());
    std::vector<std::uint8_t> byte(mean.size()), every(mean.size());
    const int found = versions.all[v]->pass(key, 2, 8, mean.data(), pixel.data(), byte.data());
    versions.all[v]->pass_even(key, 2, 8, 256, all.data(), every.data());
    int expected = 0;
    for (std::size_t p = 0; p < mean.size(); ++p)
      if (every[p] / 256.0 < mean[p]) {
        ASSERT_LT(expected, found);
        EXPECT_EQ(pixel[static_cast<std::size_t>(expected)], p);
        EXPECT_EQ(byte[static_cast<std::size_t>(expected++)], every[p]);
      }
    EXPECT_EQ(found, expected) << versions.all[v]->name;
  }
}

TEST(Photons, PoissonHistogramsAndMoments) {
  for (const double mean : {10.0, 3.0, 1.0, 0.3, 0.1, 0.01, 1e-3, 1e-4}) {
    const std::uint32_t pixels = pixels_for(mean);
    std::vector<PhotonEvent> events;
    add_poisson_events({11, Stream::photons, 3}, 0, std::vector<float>(pixels, static_cast<float>(mean)), events);
    const double exact = static_cast<float>(mean);
    const double p = chi_squared_p(histogram_of(events, pixels), pixels,
                                   [&](int k) { return std::exp(k * std::log(exact) - exact - std::lgamma(k + 1.0)); });
    EXPECT_GT(p, rare) << mean;
    double sum = 0.0, pairs = 0.0;
    for (const PhotonEvent& event : events) {
      sum += event.count;
      pairs += 1.0 * event.count * (event.count - 1.0);
    }
    // Factorial moments m and m^2 with their own variances m and 4 m^3 + 2 m^2.
    EXPECT_NEAR(sum / pixels, exact, 4.0 * std::sqrt(exact / pixels)) << mean;
    EXPECT_NEAR(pairs / pixels, exact * exact, 4.0 * std::sqrt((4.0 * exact + 2.0) * exact * exact / pixels) + 4.0 / pixels) << mean;
  }
}

TEST(Photons, LargeMeansAreSumsOfParts) {
  for (const double mean : {33.0, 400.0}) {
    constexpr std::uint32_t pixels = 40000;
    std::vector<PhotonEvent> events;
    add_poisson_events({12, Stream::photons, 0}, 0, std::vector<float>(pixels, static_cast<float>(mean)), events);
    const double p = chi_squared_p(histogram_of(events, pixels), pixels,
                                   [&](int k) { return std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0)); });
    EXPECT_GT(p, rare) << mean;
  }
}

TEST(Photons, NegativeBinomialHistograms) {
  for (const double modes : {1.0, 2.5, 5.0, 20.0, 1e9})
    for (const double mean : {10.0, 1.0, 0.1, 0.01, 1e-3, 1e-4}) {
      const std::uint32_t pixels = pixels_for(mean);
      std::vector<PhotonEvent> events;
      add_negative_binomial_events({13, Stream::photons, 1}, {mean, modes}, 0, pixels, events);
      const double p = chi_squared_p(histogram_of(events, pixels), pixels, [&](int k) {
        return std::exp(std::lgamma(k + modes) - std::lgamma(modes) - std::lgamma(k + 1.0) - k * std::log1p(modes / mean) -
                        modes * std::log1p(mean / modes));
      });
      EXPECT_GT(p, modes < 1e9 ? rare : 1e-4) << modes << " modes, mean " << mean;
    }
}

TEST(Photons, ContrastOfMModesIsOneOverM) {
  constexpr std::size_t pixels = 400000;
  for (const int modes : {1, 5, 20})
    for (const double mean : {1.0, 0.1}) {
      std::vector<float> intensity(pixels);
      for (std::size_t p = 0; p < pixels; ++p) {
        double sum = 0.0;
        for (int m = 0; m < modes; ++m) sum -= std::log(random_block(1, Stream::test, static_cast<std::uint64_t>(m), p).uniform(0));
        intensity[p] = static_cast<float>(mean * sum / modes);
      }
      std::vector<std::uint16_t> counts(pixels);
      count_poisson({14, Stream::photons, 0}, 0, intensity, counts);
      double first = 0.0, second = 0.0, square = 0.0;
      for (const std::uint16_t k : counts) {
        first += k;
        second += k * (k - 1.0);
        square += k * (k - 1.0) * k * (k - 1.0);
      }
      first /= pixels;
      second /= pixels;
      const double error = std::sqrt((square / pixels - second * second) / pixels) / (first * first);
      EXPECT_NEAR(second / (first * first) - 1.0, 1.0 / modes, 4.0 * error) << modes << " modes, mean " << mean;
    }
}

TEST(Photons, PiecesAndOrderDoNotMatter) {
  constexpr std::uint32_t pixels = 20011;
  std::vector<float> mean(pixels);
  for (std::size_t p = 0; p < pixels; ++p) mean[p] = static_cast<float>(std::pow(10.0, -4.0 + 5.5 * random_block(1, Stream::test, 0, p).uniform(0)));
  const PhotonKey key{15, Stream::photons, 7};
  std::vector<PhotonEvent> whole;
  add_poisson_events(key, 0, mean, whole);
  const NegativeBinomial law(0.7, 3.0);
  std::vector<PhotonEvent> whole_law;
  add_negative_binomial_events(key, law, 0, pixels, whole_law);
  std::vector<std::uint16_t> counts(pixels), counts_law(pixels);
  for (std::uint32_t end = pixels, size = 1; end > 0; size = size * 3 % 1009) {
    const std::uint32_t begin = end > size ? end - size : 0, length = end - begin;
    count_poisson(key, begin, std::span(mean).subspan(begin, length), std::span(counts).subspan(begin, length));
    count_negative_binomial(key, law, begin, std::span(counts_law).subspan(begin, length));
    end = begin;
  }
  const auto events_of = [](const std::vector<std::uint16_t>& dense) {
    std::vector<PhotonEvent> events;
    for (std::uint32_t p = 0; p < dense.size(); ++p)
      if (dense[p] > 0) events.push_back({p, dense[p]});
    return events;
  };
  EXPECT_EQ(events_of(counts), whole);
  EXPECT_EQ(events_of(counts_law), whole_law);
  // Another frame, stream or seed is another noise.
  for (const PhotonKey& other : {PhotonKey{16, Stream::photons, 7}, PhotonKey{15, Stream::test, 7}, PhotonKey{15, Stream::photons, 8}}) {
    std::vector<PhotonEvent> events;
    add_poisson_events(other, 0, mean, events);
    EXPECT_NE(events, whole);
  }
}

TEST(Photons, OddIntensities) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  std::vector<PhotonEvent> events;
  add_poisson_events({}, 4294967290u, std::vector<float>{0.0f, -0.0f, -5.0f, nan, -infinity, 1e-45f}, events);
  EXPECT_TRUE(events.empty());
  EXPECT_THROW(add_poisson_events({}, 0, std::vector<float>{infinity}, events), Error);
  EXPECT_THROW(add_poisson_events({}, 0, std::vector<float>{2e6f}, events), Error);
  std::vector<std::uint16_t> counts(1);
  count_poisson({}, 0, std::vector<float>{1e5f}, counts);
  EXPECT_EQ(counts[0], 65535);
  EXPECT_THROW(NegativeBinomial(0.0, 1.0), Error);
  EXPECT_THROW(NegativeBinomial(1.0, std::nan("")), Error);
}

}  // namespace
}  // namespace patina
