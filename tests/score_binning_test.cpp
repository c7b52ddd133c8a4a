// SPDX-License-Identifier: BSD-3-Clause
// The truth as correlators see it. Truths: sums over all pairs of frames, written out here; what the multi-tau correlator of scattering/
// finds of a deterministic series; lists of delays of boost_corr and scikit-beam with 4 to a level [formats.md 3.3].
#include "score/lag_binning.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "scattering/multi_tau.hpp"

namespace patina {
namespace {

constexpr int frames = 200;

// tau grows by e in 80 frames.
TruthShell ageing_shell() {
  TruthShell shell;
  shell.field = [](int i, int j) {
    const double s = 80.0 / 12.0 * std::abs(std::exp(-i / 80.0) - std::exp(-j / 80.0));
    return std::exp(-std::pow(s, 1.9));
  };
  return shell;
}
TruthShell stationary_shell() {
  TruthShell shell;
  shell.field = [](int i, int j) { return std::exp(-std::pow(std::abs(i - j) / 20.0, 1.9)); };
  shell.stationary = true;
  return shell;
}

TEST(ScoreBinning, AllPairsBehindAChannel) {
  for (const TruthShell& shell : {ageing_shell(), stationary_shell()}) {
    const auto square = [&](int i, int j) { return std::pow(shell.field(i, j), 2); };
    double single = 0.0, block = 0.0, range = 0.0;
    for (int i = 0; i + 16 < frames; ++i) single += square(i, i + 16) / (frames - 16);
    // Means over 8 frames, 3 blocks apart.
    for (int b = 0; b + 3 < frames / 8; ++b)
      for (int i = 0; i < 8; ++i)
        for (int j = 0; j < 8; ++j) block += square(8 * b + i, 8 * (b + 3) + j) / (64.0 * (frames / 8 - 3));
    for (int lag = 20; lag <= 29; ++lag)
      for (int i = 0; i + lag < frames; ++i) range += square(i, i + lag) / (10.0 * (frames - lag));
    EXPECT_NEAR(binned_truth(shell, frames, {16}), single, 1e-12);
    EXPECT_NEAR(binned_truth(shell, frames, {24, 8}), block, 1e-12);
    EXPECT_NEAR(binned_truth(shell, frames, {24, 1, 20, 29}), range, 1e-12);
    EXPECT_GT(std::abs(binned_truth(shell, frames, {24, 8}) - binned_truth(shell, frames, {24})), 0.003);  // it matters
    // Taken from fewer pairs.
    EXPECT_NEAR(binned_truth(shell, frames, {24, 8}, false, 300.0), block, 3e-3);
    EXPECT_NEAR(binned_truth(shell, frames, {24, 1, 20, 29}, false, 300.0), range, 3e-3);
  }
}

TEST(ScoreBinning, AsTheCorrelatorOfTheScattering) {
  // A wave of length 37 frames has the correlation cos(2 pi lag / 37) at any start if its complex amplitude is taken.
  constexpr double w = 2.0 * M_PI / 37.0;
  MultiTau correlator(1, 1, {{0, 0}}, 16);
  for (int n = 0; n < 4000; ++n) correlator.add({std::polar(1.0, w * n)});
  TruthShell shell;
  shell.stationary = true;
  shell.field = [](int i, int j) { return std::sqrt(0.5 * (1.0 + std::cos(w * (i - j)))); };  // f^2 = (1 + cos) / 2
  for (const MultiTauChannel& channel : correlator.channels()) {
    if (channel.lag() == 0) continue;
    EXPECT_NEAR(binned_truth(shell, 4000, {channel.lag(), 1 << channel.level}), 0.5 * (1.0 + correlator.mean(channel)[0]), 1e-9) << channel.lag();
  }
}

TEST(ScoreBinning, ListsOfDelays) {
  using Lags = std::vector<std::int64_t>;
  // boost_corr: 5 to 8 of each level.
  EXPECT_EQ(multi_tau_levels(Lags{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40}),
            (std::vector<int>{1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8}));
  // scikit-beam, 8 buffers: 4 to 7 of each level but the first.
  EXPECT_EQ(multi_tau_levels(Lags{0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28}),
            (std::vector<int>{1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4}));
  for (const Lags& other : {Lags{1, 2, 3, 4, 5, 6}, Lags{1, 2, 4, 8, 16, 32}, Lags{1, 2, 3, 5, 8, 13}, Lags{1, 2, 3, 4, 5, 6, 8, 10, 12, 14}, Lags{}, Lags{0}})
    EXPECT_TRUE(multi_tau_levels(other).empty()) << other.size();
  // Patina's own, against what its correlator says.
  MultiTau correlator(1, 1, {{0, 0}}, 16);
  for (int n = 0; n < 1000; ++n) correlator.add({1.0});
  Lags lags;
  std::vector<int> averaged;
  for (const MultiTauChannel& channel : correlator.channels()) {
    if (channel.lag() > 480) break;  // its last levels are not full
    lags.push_back(channel.lag());
    averaged.push_back(1 << channel.level);
  }
  EXPECT_EQ(multi_tau_levels(lags), averaged);
}

TEST(ScoreBinning, ImpossibleChannelsAreNamed) {
  EXPECT_TRUE(fault_of({16, 8}, 100).empty());
  EXPECT_NE(fault_of({20, 8}, 100).find("multiple"), std::string::npos);
  EXPECT_NE(fault_of({100}, 100).find("100"), std::string::npos);
  EXPECT_NE(fault_of({96, 8}, 100).find("103"), std::string::npos);
  EXPECT_NE(fault_of({5, 1, 7, 3}, 100).find("fall"), std::string::npos);
}

}  // namespace
}  // namespace patina
