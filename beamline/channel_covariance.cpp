// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/channel_covariance.hpp"

#include <algorithm>
#include <cmath>

namespace patina {
namespace {

// A channel by a few of the lags behind it, which have the same weight: evenly in a range; at the middles of equal parts of the triangle of a
// multi-tau level. Of the pairs of frames behind the channel `pairs` stand at each of them.
struct SubLags {
  std::vector<int> lags;
  int pairs = 1;
};
SubLags sub_lags(const LagChannel& bin, int at_most) {
  const auto count = static_cast<int>(bin.is_range() ? bin.last - bin.first + 1 : bin.averaged);
  const int taken = std::clamp(at_most, 1, count);
  SubLags sub{{}, std::max(1, static_cast<int>(std::lround(static_cast<double>(count) / taken)))};
  for (int k = 0; k < taken; ++k) {
    const double part = (k + 0.5) / taken;
    const double offset = part < 0.5 ? std::sqrt(2.0 * part) - 1.0 : 1.0 - std::sqrt(2.0 * (1.0 - part));
    sub.lags.push_back(static_cast<int>(bin.is_range() ? bin.first + static_cast<std::int64_t>(part * count) : bin.lag + std::lround(offset * count)));
  }
  return sub;
}

// Errors grow as the root: whole blocks of averaged frames begin at fewer places than frames do.
double fewer_starts(const LagChannel& bin, int frames) {
  const std::int64_t blocks = frames / bin.averaged - bin.lag / bin.averaged;
  return std::sqrt(static_cast<double>(frames - bin.lag) / static_cast<double>(blocks * bin.averaged));
}

}  // namespace

Eigen::MatrixXd channel_covariance(int frames, const std::vector<LagChannel>& channels, int most_lags, const LagCovariance& of_lags) {
  const int each = std::clamp(most_lags / std::max(1, static_cast<int>(channels.size())), 1, 4);
  std::vector<int> lags, pairs;
  std::vector<Eigen::Index> begin{0};
  for (const LagChannel& channel : channels) {
    const SubLags sub = sub_lags(channel, each);
    for (const int lag : sub.lags) lags.push_back(std::clamp(lag, 1, frames - 1));
    pairs.insert(pairs.end(), sub.lags.size(), sub.pairs);
    begin.push_back(static_cast<Eigen::Index>(lags.size()));
  }
  const Eigen::MatrixXd single = of_lags(lags, pairs);
  const auto n = static_cast<Eigen::Index>(channels.size());
  Eigen::MatrixXd covariance(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) {
      const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
      covariance(i, j) = fewer_starts(channels[a], frames) * fewer_starts(channels[b], frames) *
                         single.block(begin[a], begin[b], begin[a + 1] - begin[a], begin[b + 1] - begin[b]).mean();
    }
  return covariance;
}

}  // namespace patina
