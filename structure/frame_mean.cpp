// SPDX-License-Identifier: BSD-3-Clause
#include "structure/frame_mean.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace patina {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t fewest_blocks = 8;

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return values.empty() ? unknown : sum / static_cast<double>(values.size());
}

double standard_error(const std::vector<double>& values) {
  if (values.size() < 2) return unknown;
  const double mean = mean_of(values), n = static_cast<double>(values.size());
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (n * (n - 1.0)));
}

std::vector<double> joined_in_pairs(const std::vector<double>& values) {
  std::vector<double> pairs;
  for (std::size_t i = 0; i + 1 < values.size(); i += 2) pairs.push_back(0.5 * (values[i] + values[i + 1]));
  return pairs;
}

}  // namespace

FrameMean frame_mean(const std::vector<double>& of_frames) {
  std::vector<double> values;
  std::copy_if(of_frames.begin(), of_frames.end(), std::back_inserter(values), [](double value) { return !std::isnan(value); });
  FrameMean found{mean_of(values), standard_error(values)};
  for (values = joined_in_pairs(values); values.size() >= fewest_blocks; values = joined_in_pairs(values))
    found.error = std::max(found.error, standard_error(values));
  return found;
}

}  // namespace patina
