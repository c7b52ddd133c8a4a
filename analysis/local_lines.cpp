// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/local_lines.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace patina {
namespace {

constexpr std::size_t least_rows = 8, least_replicas = 4;
constexpr int pieces_of_a_curve = 6;   // in which correlations are looked for: a line takes a part of them away, the less the longer it is
constexpr double least_share = 0.25;   // of the rows of a line counts as independent at the least when its variance is taken

struct Line {
  bool found = false;
  double value = 0.0, slope = 0.0;  // at the middle
  double value_variance = 0.0, slope_variance = 0.0, mean_K = 0.0;
  std::vector<double> residuals;
};

// Residuals of which g go together: the line follows 2 g of them rather than 2.
Line line_through(const QuenchCurve& curve, double from_K, double to_K, double inefficiency) {
  std::vector<double> x, y;
  const double middle = 0.5 * (from_K + to_K);
  for (std::size_t i = 0; i < curve.value.size(); ++i)
    if (curve.temperature_K[i] >= from_K && curve.temperature_K[i] <= to_K && std::isfinite(curve.value[i])) {
      x.push_back(curve.temperature_K[i] - middle);
      y.push_back(curve.value[i]);
    }
  Line line;
  if (x.size() < least_rows) return line;
  const auto [first, last] = std::minmax_element(x.begin(), x.end());
  if (*last - *first < 0.5 * (to_K - from_K)) return line;
  const double n = static_cast<double>(x.size());
  double mean_x = 0.0, mean_y = 0.0, xx = 0.0, xy = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += x[i] / n;
    mean_y += y[i] / n;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  line.found = true;
  line.slope = xy / xx;
  line.value = mean_y - line.slope * mean_x;
  for (std::size_t i = 0; i < x.size(); ++i) {
    line.residuals.push_back(y[i] - line.value - line.slope * x[i]);
    squares += line.residuals.back() * line.residuals.back();
  }
  const double variance = inefficiency * squares / std::max(n - 2.0 * inefficiency, least_share * n);
  line.slope_variance = variance / xx;
  line.mean_K = middle + mean_x;
  line.value_variance = variance * (1.0 / n + mean_x * mean_x / xx);
  return line;
}

double inefficiency_of(const std::vector<double>& piece) {
  double squares = 0.0, sum = 1.0;
  const double n = static_cast<double>(piece.size());
  for (const double r : piece) squares += r * r / n;
  if (!(squares > 0.0)) return 1.0;
  for (std::size_t lag = 1; lag < piece.size() / 2; ++lag) {
    double products = 0.0;
    for (std::size_t i = lag; i < piece.size(); ++i) products += piece[i] * piece[i - lag];
    const double rho = products / (n - static_cast<double>(lag)) / squares;
    if (!(rho > 0.0)) break;
    sum += 2.0 * rho;
  }
  return sum;
}

double median(std::vector<double> values) {
  if (values.empty()) return 1.0;
  std::sort(values.begin(), values.end());
  return 0.5 * (values[(values.size() - 1) / 2] + values[values.size() / 2]);
}

double standard_error(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  double mean = 0.0, squares = 0.0;
  for (const double v : values) mean += v / n;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / (n * (n - 1.0)));
}

}  // namespace

LocalLines::LocalLines(const std::vector<QuenchCurve>& replicas)
    : replicas_(replicas), of_replicas_(replicas.size() >= least_replicas), low_(-std::numeric_limits<double>::infinity()), high_(-low_) {
  for (const auto& curve : replicas) {
    if (curve.temperature_K.empty()) continue;
    const auto [first, last] = std::minmax_element(curve.temperature_K.begin(), curve.temperature_K.end());
    low_ = std::max(low_, *first);
    high_ = std::min(high_, *last);
  }
  std::vector<double> found;
  for (int piece = 0; piece < pieces_of_a_curve && high_ > low_; ++piece)
    for (const auto& curve : replicas) {
      const double length_K = (high_ - low_) / pieces_of_a_curve, from_K = low_ + piece * length_K;
      if (const Line line = line_through(curve, from_K, from_K + length_K, 1.0); line.found) found.push_back(inefficiency_of(line.residuals));
    }
  inefficiency_ = median(std::move(found));
}

LocalLine LocalLines::over(double from_K, double to_K) const {
  LocalLine out;
  out.at_K = 0.5 * (from_K + to_K);
  std::vector<double> values, slopes;
  double value_variance = 0.0, slope_variance = 0.0;
  for (const auto& curve : replicas_) {
    const Line line = line_through(curve, from_K, to_K, inefficiency_);
    if (!line.found) return out;
    values.push_back(line.value);
    slopes.push_back(line.slope);
    value_variance += line.value_variance;
    slope_variance += line.slope_variance;
    out.slope_at_K += line.mean_K / static_cast<double>(replicas_.size());
  }
  if (values.empty()) return out;
  const double n = static_cast<double>(values.size());
  out.found = true;
  for (const double v : values) out.value += v / n;
  for (const double v : slopes) out.slope += v / n;
  out.value_error = of_replicas_ ? standard_error(values) : std::sqrt(value_variance) / n;
  out.slope_error = of_replicas_ ? standard_error(slopes) : std::sqrt(slope_variance) / n;
  return out;
}

}  // namespace patina
