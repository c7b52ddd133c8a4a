// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/two_time.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.hpp"

namespace patina {
namespace {

struct Mean {
  double lag = 0.0, value = 0.0;
  int pairs = 0;
};

// Collects elements with an age in [low, high) into lags that are whole numbers of the shortest frame
// interval.
template <class AgeOf>
TwoTimeCut cut(const TwoTimeMatrix& matrix, double low, double high, AgeOf&& age_of) {
  const auto& t = matrix.time;
  const auto n = static_cast<Eigen::Index>(t.size());
  require(matrix.correlation.rows() == n && matrix.correlation.cols() == n,
          "two-time matrix: axis and matrix differ");
  double interval = 0.0;
  for (std::size_t i = 1; i < t.size(); ++i)
    if (interval == 0.0 || t[i] - t[i - 1] < interval) interval = t[i] - t[i - 1];
  std::map<long, Mean> lags;
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = i + 1; j < n; ++j) {
      const double value = matrix.correlation(i, j), age = age_of(t[i], t[j]);
      if (!std::isfinite(value) || age < low || age >= high) continue;
      Mean& mean = lags[std::lround((t[j] - t[i]) / interval)];
      mean.lag += t[j] - t[i];
      mean.value += value;
      ++mean.pairs;
    }
  TwoTimeCut result;
  for (const auto& [key, mean] : lags) {
    result.lag.push_back(mean.lag / mean.pairs);
    result.value.push_back(mean.value / mean.pairs);
    result.pairs.push_back(mean.pairs);
  }
  return result;
}

}  // namespace

TwoTimeCut cut_fixed_start(const TwoTimeMatrix& matrix, double age_low_ps, double age_high_ps) {
  return cut(matrix, age_low_ps, age_high_ps, [](double t1, double) { return t1; });
}

TwoTimeCut cut_age_centred(const TwoTimeMatrix& matrix, double age_low_ps, double age_high_ps) {
  return cut(matrix, age_low_ps, age_high_ps, [](double t1, double t2) { return 0.5 * (t1 + t2); });
}

TwoTimeCut logarithmic_lags(const TwoTimeCut& fine, int per_decade) {
  std::map<long, Mean> groups;
  for (std::size_t i = 0; i < fine.lag.size(); ++i) {
    const double pairs = fine.pairs[i];
    Mean& mean = groups[std::lround(per_decade * std::log10(fine.lag[i]))];
    mean.lag += pairs * fine.lag[i];
    mean.value += pairs * fine.value[i];
    mean.pairs += fine.pairs[i];
  }
  TwoTimeCut result;
  for (const auto& [key, mean] : groups) {
    result.lag.push_back(mean.lag / mean.pairs);
    result.value.push_back(mean.value / mean.pairs);
    result.pairs.push_back(mean.pairs);
  }
  return result;
}

}  // namespace patina
