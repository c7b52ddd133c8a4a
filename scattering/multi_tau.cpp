// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/multi_tau.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.hpp"

namespace patina {

MultiTau::MultiTau(int groups, int fields, Products products, int channels)
    : groups_(groups), fields_(fields), channels_(channels), products_(std::move(products)) {
  require(groups >= 0 && fields >= 1 && channels >= 4 && channels % 2 == 0, "multi-tau of an odd or small number of channels");
  for (const auto& [a, b] : products_) require(a >= 0 && a < fields && b >= 0 && b < fields, "multi-tau of an unknown field");
}

int MultiTau::level_count(std::int64_t samples) { return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(samples))); }

double MultiTau::bytes(int groups, int fields, std::size_t products, int channels, std::int64_t samples) {
  const double series = static_cast<double>(groups) * fields, rows = static_cast<double>(groups) * static_cast<double>(products);
  return level_count(samples) * static_cast<double>(channels) * (sizeof(Complex) * series + sizeof(double) * rows);
}

const MultiTau::Complex* MultiTau::sample_of(const Level& level, std::int64_t number) const {
  return level.ring.data() + static_cast<std::size_t>(number % channels_) * width();
}

void MultiTau::add(const std::vector<Complex>& sample) {
  require(sample.size() == width(), "multi-tau: a sample of another size");
  add_to(0, sample);
}

void MultiTau::add_to(std::size_t level, const std::vector<Complex>& sample) {
  if (level == levels_.size())
    levels_.push_back({0, std::vector<Complex>(static_cast<std::size_t>(channels_) * width()),
                       std::vector<double>(static_cast<std::size_t>(channels_) * row())});
  Level& here = levels_[level];
  std::copy(sample.begin(), sample.end(), here.ring.begin() + (sample_of(here, here.count) - here.ring.data()));
  ++here.count;
  for (int k = level == 0 ? 0 : channels_ / 2; k < channels_ && k < here.count; ++k) correlate(here, k);
  if (here.count % 2 != 0) return;
  std::vector<Complex> mean(sample);
  const Complex* before = sample_of(here, here.count - 2);
  for (std::size_t i = 0; i < mean.size(); ++i) mean[i] = 0.5 * (mean[i] + before[i]);
  add_to(level + 1, mean);
}

// The newest sample with that k before it.
void MultiTau::correlate(Level& level, int k) {
  const Complex* now = sample_of(level, level.count - 1);
  const Complex* then = sample_of(level, level.count - 1 - k);
  double* sum = level.sums.data() + static_cast<std::size_t>(k) * row();
  const auto product = [](const Complex& x, const Complex& y) { return x.real() * y.real() + x.imag() * y.imag(); };
  for (int g = 0; g < groups_; ++g, now += fields_, then += fields_)
    for (const auto& [a, b] : products_)
      *sum++ += a == b ? product(then[a], now[a]) : 0.5 * (product(then[a], now[b]) + product(then[b], now[a]));
}

std::int64_t MultiTau::pairs(const MultiTauChannel& channel) const {
  return std::max<std::int64_t>(0, levels_[static_cast<std::size_t>(channel.level)].count - channel.steps);
}

std::vector<MultiTauChannel> MultiTau::channels() const {
  std::vector<MultiTauChannel> found;
  for (int l = 0; l < static_cast<int>(levels_.size()); ++l)
    for (int k = l == 0 ? 0 : channels_ / 2; k < channels_; ++k)
      if (pairs({l, k}) > 0) found.push_back({l, k});
  return found;
}

std::vector<double> MultiTau::mean(const MultiTauChannel& channel) const {
  const Level& level = levels_[static_cast<std::size_t>(channel.level)];
  const double* sum = level.sums.data() + static_cast<std::size_t>(channel.steps) * row();
  std::vector<double> values(sum, sum + row());
  for (double& value : values) value /= static_cast<double>(pairs(channel));
  return values;
}

void MultiTau::save(const std::string& prefix, StateMap& state) const {
  state[prefix + "shape"] = {double(groups_), double(fields_), double(products_.size()), double(channels_), double(levels_.size())};
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    const std::string key = fmt::format("{}level{}_", prefix, l);
    const auto* ring = reinterpret_cast<const double*>(levels_[l].ring.data());
    state[key + "count"] = {static_cast<double>(levels_[l].count)};
    state[key + "ring"].assign(ring, ring + 2 * levels_[l].ring.size());
    state[key + "sums"] = levels_[l].sums;
  }
}

void MultiTau::load(const std::string& prefix, const StateMap& state) {
  const auto& shape = state_of(state, prefix + "shape", 5);
  if (shape[0] != groups_ || shape[1] != fields_ || shape[2] != double(products_.size()) || shape[3] != channels_)
    throw Error(ExitCode::bad_input, fmt::format("{}: the checkpoint's correlator has another shape", prefix));
  levels_.clear();
  for (int l = 0; l < static_cast<int>(shape[4]); ++l) {
    const std::string key = fmt::format("{}level{}_", prefix, l);
    Level level;
    level.count = static_cast<std::int64_t>(state_of(state, key + "count", 1)[0]);
    level.ring.resize(static_cast<std::size_t>(channels_) * width());
    const auto& ring = state_of(state, key + "ring", 2 * level.ring.size());
    std::copy(ring.begin(), ring.end(), reinterpret_cast<double*>(level.ring.data()));
    level.sums = state_of(state, key + "sums", static_cast<std::size_t>(channels_) * row());
    levels_.push_back(std::move(level));
  }
}

double level_average(const std::function<double(double)>& correlation, const MultiTauChannel& channel) {
  const auto m = std::int64_t{1} << channel.level;
  double sum = 0.0;
  for (std::int64_t j = 1 - m; j < m; ++j)
    sum += static_cast<double>(m - std::abs(j)) * correlation(static_cast<double>(channel.lag() + j));
  return sum / (static_cast<double>(m) * static_cast<double>(m));
}

}  // namespace patina
