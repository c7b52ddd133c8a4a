// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/lag_means.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace patina {
namespace {

constexpr std::int64_t most_parts = 16;

}  // namespace

LagMeans lag_means(const std::vector<double>& lag, const std::vector<LagChannel>& channels, double frame_interval) {
  require(lag.size() == channels.size(), "lag_means: lags and channels differ in number");
  std::vector<double> t, weight;
  std::vector<std::size_t> point;
  for (std::size_t i = 0; i < lag.size(); ++i) {
    const LagChannel& channel = channels[i];
    const auto add = [&](double at, double of) {
      t.push_back(at);
      weight.push_back(of);
      point.push_back(i);
    };
    const std::int64_t count = channel.is_range() ? channel.last - channel.first + 1 : channel.averaged, parts = std::min(count, most_parts);
    const double part = static_cast<double>(count) / static_cast<double>(parts), all = static_cast<double>(parts);
    if (channel.is_range())
      for (std::int64_t k = 0; k < parts; ++k) add(frame_interval * (static_cast<double>(channel.first) - 0.5 + (static_cast<double>(k) + 0.5) * part), 1.0 / all);
    else
      for (std::int64_t j = 1 - parts; j < parts; ++j) add(lag[i] + frame_interval * static_cast<double>(j) * part, static_cast<double>(parts - std::abs(j)) / (all * all));
  }
  LagMeans means{Eigen::Map<const Eigen::ArrayXd>(t.data(), static_cast<Eigen::Index>(t.size())), Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(lag.size()), static_cast<Eigen::Index>(t.size()))};
  for (std::size_t k = 0; k < t.size(); ++k) means.weight(static_cast<Eigen::Index>(point[k]), static_cast<Eigen::Index>(k)) = weight[k];
  return means;
}

}  // namespace patina
