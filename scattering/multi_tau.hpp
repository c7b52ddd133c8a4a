// SPDX-License-Identifier: BSD-3-Clause
// Multi-tau correlation: correlations of endless series in memory and time that grow as the logarithm of their length
// [K. Schätzel, Quantum Opt. 2, 287 (1990), doi 10.1088/0954-8998/2/4/002; J. Ramírez et al., J. Chem. Phys. 133, 154103
// (2010), doi 10.1063/1.3491098].
//
// Level l correlates means over m = 2^l neighbouring samples, at lags of k m samples: k = 0 .. p-1 on level 0, k = p/2 .. p-1
// on all others, with p channels per level. All pairs of samples (level 0) or means (beyond) are used. What a channel of level
// l finds of a stationary series whose correlation is C is exactly the triangular mean
//
//   C_l(k) = sum_{|j| < m} (m - |j|) / m^2  C(k m + j)                                         (level_average)
//
// so that any model can be passed through the same averaging before it is compared.
//
// Many groups (wave vectors) of a few complex series (fields) each are correlated alike; products are pairs of fields of one
// group: Re x_a(t) x_b*(t + lag), for a != b the mean of both orders.
#pragma once

#include <complex>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/state_map.hpp"

namespace patina {

struct MultiTauChannel {
  int level = 0;
  int steps = 0;  // k
  std::int64_t lag() const { return static_cast<std::int64_t>(steps) << level; }  // samples
};

class MultiTau {
 public:
  using Complex = std::complex<double>;
  using Products = std::vector<std::pair<int, int>>;

  // `channels` per level: even, 4 or more.
  MultiTau(int groups, int fields, Products products, int channels = 16);

  // A sample of all series: [group * fields + field].
  void add(const std::vector<Complex>& sample);

  // Bytes after so many samples: of each level p times 16 of each series and 8 of each group and product, and p/2 channels (p on
  // level 0).
  static double bytes(int groups, int fields, std::size_t products, int channels, std::int64_t samples);
  // Levels, and channels of all of them, after so many samples.
  static int level_count(std::int64_t samples);
  static double channel_count(int channels, std::int64_t samples) { return 0.5 * channels * (1.0 + level_count(samples)); }

  std::int64_t samples() const { return levels_.empty() ? 0 : levels_[0].count; }
  // Those that saw at least one pair, by lag.
  std::vector<MultiTauChannel> channels() const;
  // Pairs of samples, or of means, behind a channel.
  std::int64_t pairs(const MultiTauChannel& channel) const;
  // Mean over them: [group * products + product].
  std::vector<double> mean(const MultiTauChannel& channel) const;

  void save(const std::string& prefix, StateMap& state) const;
  // Into one made with the same numbers. Throws Error(bad_input) if they differ.
  void load(const std::string& prefix, const StateMap& state);

 private:
  struct Level {
    std::int64_t count = 0;     // samples, or means, so far
    std::vector<Complex> ring;  // the last p of them: number n at n % p
    std::vector<double> sums;   // [k][group * products + product]
  };
  std::size_t width() const { return static_cast<std::size_t>(groups_) * static_cast<std::size_t>(fields_); }
  std::size_t row() const { return static_cast<std::size_t>(groups_) * products_.size(); }
  const Complex* sample_of(const Level& level, std::int64_t number) const;
  void add_to(std::size_t level, const std::vector<Complex>& sample);
  void correlate(Level& level, int k);

  int groups_, fields_, channels_;
  Products products_;
  std::vector<Level> levels_;
};

// What a channel finds of a series whose correlation at a lag (samples, any sign) is `correlation`.
double level_average(const std::function<double(double)>& correlation, const MultiTauChannel& channel);

}  // namespace patina
