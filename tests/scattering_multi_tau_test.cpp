// SPDX-License-Identifier: BSD-3-Clause
// Truth: brute force over all pairs of samples and of means; the closed form of a harmonic series, whose correlation is a
// cosine, and of an exponential correlation, through the triangular mean; a straight line, which it leaves alone.
#include "scattering/multi_tau.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"

namespace patina {
namespace {

using Complex = std::complex<double>;

constexpr int groups = 3, fields = 2;
const MultiTau::Products products = {{0, 0}, {0, 1}, {1, 1}};

std::vector<Complex> noise(int t) {
  std::vector<Complex> sample;
  for (std::uint64_t i = 0; i < groups * fields; ++i) {
    const auto block = random_block(11, Stream::test, static_cast<std::uint64_t>(t), i);
    sample.emplace_back(block.normal(0), block.normal(1));
  }
  return sample;
}

MultiTau correlated(int samples, int channels) {
  MultiTau correlator(groups, fields, products, channels);
  for (int t = 0; t < samples; ++t) correlator.add(noise(t));
  return correlator;
}

TEST(MultiTau, IsTheBruteForceMeanOfAllPairs) {
  for (const int channels : {4, 8, 16})
    for (const int samples : {1, 2, 15, 100, 333}) {
      const MultiTau correlator = correlated(samples, channels);
      EXPECT_EQ(correlator.samples(), samples);
      std::int64_t last_lag = -1;
      for (const MultiTauChannel& channel : correlator.channels()) {
        EXPECT_GT(channel.lag(), last_lag);
        last_lag = channel.lag();
        const int m = 1 << channel.level, means = samples / m;
        const auto mean_of = [&](int number, int series) {
          Complex sum = 0.0;
          for (int t = number * m; t < (number + 1) * m; ++t) sum += noise(t)[static_cast<std::size_t>(series)];
          return sum / static_cast<double>(m);
        };
        ASSERT_EQ(correlator.pairs(channel), means - channel.steps);
        const auto found = correlator.mean(channel);
        for (int g = 0; g < groups; ++g)
          for (std::size_t p = 0; p < products.size(); ++p) {
            const auto [a, b] = products[p];
            double sum = 0.0;
            for (int n = 0; n + channel.steps < means; ++n) {
              const auto x = [&](int field, int shift) { return mean_of(n + shift, g * fields + field); };
              sum += 0.5 * (std::real(x(a, 0) * std::conj(x(b, channel.steps))) + std::real(x(b, 0) * std::conj(x(a, channel.steps))));
            }
            EXPECT_NEAR(found[static_cast<std::size_t>(g) * products.size() + p], sum / (means - channel.steps), 1e-12);
          }
      }
      // Nothing is left out up to a quarter of the series.
      if (samples > 16) {
        EXPECT_GT(4 * last_lag, samples);
      }
    }
}

TEST(MultiTau, OfAHarmonicSeriesIsItsCosineThroughTheTriangle) {
  constexpr double omega = 0.05;
  MultiTau correlator(1, 1, {{0, 0}});
  for (int t = 0; t < 5000; ++t) correlator.add({std::polar(1.3, omega * t)});
  int beyond = 0;
  for (const MultiTauChannel& channel : correlator.channels()) {
    // Of means over m samples: |sin(m omega/2) / (m sin(omega/2))|^2 cos(omega lag).
    const double m = 1 << channel.level;
    const double damped = std::pow(std::sin(0.5 * m * omega) / (m * std::sin(0.5 * omega)), 2);
    const double truth = 1.69 * damped * std::cos(omega * static_cast<double>(channel.lag()));
    EXPECT_NEAR(correlator.mean(channel)[0], truth, 1e-10) << channel.level << " " << channel.steps;
    EXPECT_NEAR(level_average([](double lag) { return 1.69 * std::cos(omega * lag); }, channel), truth, 1e-10);
    beyond += channel.level > 3;
  }
  EXPECT_GT(beyond, 20);
}

TEST(LevelAverage, LeavesStraightLinesAndDampsExponentials) {
  for (const MultiTauChannel channel : {MultiTauChannel{0, 5}, {1, 9}, {4, 12}, {7, 8}}) {
    const auto lag = static_cast<double>(channel.lag()), m = std::pow(2.0, channel.level);
    EXPECT_NEAR(level_average([](double t) { return 3.0 - 0.01 * t; }, channel), 3.0 - 0.01 * lag, 1e-12);
    // sum_j (m - |j|) e^{-a j} / m^2 = (sinh(m a/2) / (m sinh(a/2)))^2.
    const double a = 0.02, factor = std::sinh(0.5 * m * a) / (m * std::sinh(0.5 * a));
    EXPECT_NEAR(level_average([&](double t) { return std::exp(-a * t); }, channel), factor * factor * std::exp(-a * lag), 1e-12);
  }
}

TEST(MultiTau, GoesOnExactlyAfterARestart) {
  MultiTau whole = correlated(200, 8), half = correlated(77, 8);
  StateMap state;
  half.save("modes_", state);
  MultiTau resumed(groups, fields, products, 8);
  resumed.load("modes_", state);
  for (int t = 77; t < 200; ++t) resumed.add(noise(t));
  ASSERT_EQ(resumed.channels().size(), whole.channels().size());
  for (const MultiTauChannel& channel : whole.channels()) EXPECT_EQ(resumed.mean(channel), whole.mean(channel));
  MultiTau other(groups, 1, {{0, 0}}, 8);
  EXPECT_THROW(other.load("modes_", state), Error);
}

}  // namespace
}  // namespace patina
