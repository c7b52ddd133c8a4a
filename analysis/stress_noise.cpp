// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/stress_noise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/least_squares.hpp"

namespace patina {
namespace {

constexpr std::size_t least_replicas = 4;
constexpr double correlation_times_before = 100.0;
constexpr double bins_per_decade = 10.0;
constexpr std::size_t most_products = 30'000'000;
constexpr double least_mode = 1e-4;  // of a bin's own variance: what is below is rounding and too few lines

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

// Sums of y_t y_(t+k) over t divided by all lines, so that it is a covariance of some process whatever the data. Of long records not all t
// are taken: neighbours say nearly the same, and all pairs of 10^5 lines would last for minutes.
void add_autocovariance(const std::vector<double>& y, double weight, std::vector<double>& sum) {
  const std::size_t stride = 1 + y.size() * sum.size() / most_products;
  for (std::size_t k = 0; k < sum.size(); ++k) {
    double products = 0.0;
    for (std::size_t t = 0; t + k < y.size(); t += stride) products += y[t] * y[t + k];
    sum[k] += weight * products * static_cast<double>(stride) / static_cast<double>(y.size());
  }
}

// Covariances of means over stretches of lines: second sums of the autocovariance, F'' = N.
class MeansOfStretches {
 public:
  MeansOfStretches(const std::vector<double>& autocovariance, std::size_t lines) : second_sum_(lines + 2, 0.0) {
    const auto at = [&](std::size_t k) { return k < autocovariance.size() ? autocovariance[k] : 0.0; };
    second_sum_[1] = 0.5 * at(0);  // F even, F(0) = 0
    for (std::size_t k = 1; k + 1 < second_sum_.size(); ++k) second_sum_[k + 1] = 2.0 * second_sum_[k] - second_sum_[k - 1] + at(k);
  }
  // Of lines [a, b) and [c, d).
  double covariance(long a, long b, long c, long d) const {
    const auto f = [&](long k) { return second_sum_[static_cast<std::size_t>(std::abs(k))]; };
    return (f(b - c) + f(a - d) - f(a - c) - f(b - d)) / (static_cast<double>(b - a) * static_cast<double>(d - c));
  }

 private:
  std::vector<double> second_sum_;
};

std::vector<double> of_replicas(const std::vector<StressSeries>& replicas, const std::vector<double>& mean) {
  std::vector<double> autocovariance(mean.size(), 0.0);
  for (const StressSeries& one : replicas) {
    std::vector<double> away(mean.size());
    for (std::size_t t = 0; t < mean.size(); ++t) away[t] = one.held_GPa[t] - mean[t];
    add_autocovariance(away, 1.0 / static_cast<double>(replicas.size() - 1), autocovariance);
  }
  return autocovariance;
}

// Empty, with the reason, if the record is too short for what it shows.
std::vector<double> of_the_stress_before(const std::vector<StressSeries>& replicas, double interval_ps, std::string& reason) {
  std::size_t lines = replicas.front().before_GPa.size();
  for (const StressSeries& one : replicas) lines = std::min(lines, one.before_GPa.size());
  std::vector<double> autocovariance(std::max<std::size_t>(lines / 4, 1), 0.0);
  for (const StressSeries& one : replicas) {
    std::vector<double> away = one.before_GPa;
    const double mean = mean_of(away);
    for (double& y : away) y -= mean;
    add_autocovariance(away, 1.0 / static_cast<double>(replicas.size()), autocovariance);
  }
  double correlated = 0.5;  // lines; up to where the correlation first vanishes
  for (std::size_t k = 1; k < autocovariance.size() && autocovariance[k] > 0.0; ++k) correlated += autocovariance[k] / autocovariance[0];
  if (lines < 16 || !(static_cast<double>(lines) >= correlation_times_before * correlated)) {
    reason = fmt::format("{} replicas tell no errors (four do), and {:.3g} ps of stress before the strain are too short to tell them: {:g} of its correlation times ({:.2g} ps) are needed",
                         replicas.size(), static_cast<double>(lines) * interval_ps, correlation_times_before, correlated * interval_ps);
    return {};
  }
  for (std::size_t k = 0; k < autocovariance.size(); ++k) autocovariance[k] *= 1.0 - static_cast<double>(k) / static_cast<double>(autocovariance.size());
  return autocovariance;
}

}  // namespace

StressPoints stress_points(const std::vector<StressSeries>& replicas) {
  StressPoints points;
  if (replicas.empty()) {
    points.reason = "no lines of thermo.csv";
    return points;
  }
  std::size_t lines = replicas.front().time_ps.size();
  for (const StressSeries& one : replicas) lines = std::min(lines, one.time_ps.size());
  const std::vector<double>& time = replicas.front().time_ps;
  if (lines < 16) {
    points.reason = fmt::format("{} lines of thermo.csv in the hold; 16 are needed", lines);
    return points;
  }
  const double interval = (time[lines - 1] - time[0]) / static_cast<double>(lines - 1);
  for (const StressSeries& one : replicas)
    for (std::size_t t = 0; t < lines; ++t)
      if (std::abs(one.time_ps[t] - time[0] - static_cast<double>(t) * interval) > 0.01 * interval) {
        points.reason = fmt::format("lines of thermo.csv are not evenly spaced ({:.6g} ps after the strain)", one.time_ps[t]);
        return points;
      }
  std::vector<double> mean(lines, 0.0);
  const auto n = static_cast<double>(replicas.size());
  for (const StressSeries& one : replicas)
    for (std::size_t t = 0; t < lines; ++t) mean[t] += one.held_GPa[t] / n;

  const bool by_replicas = replicas.size() >= least_replicas;
  points.errors_from = by_replicas ? "replicas" : "stress before the strain";
  const std::vector<double> autocovariance = by_replicas ? of_replicas(replicas, mean) : of_the_stress_before(replicas, interval, points.reason);
  if (!points.reason.empty()) return points;
  if (!(autocovariance[0] > 0.0)) {
    points.reason = "the stress does not fluctuate: no errors";
    return points;
  }

  struct Stretch {
    long first, last;
  };
  std::vector<Stretch> bins;
  int bin_before = 0;
  for (std::size_t t = 0; t < lines; ++t) {
    const int bin = static_cast<int>(std::floor(bins_per_decade * std::log10(time[t])));
    if (bins.empty() || bin != bin_before) bins.push_back({static_cast<long>(t), static_cast<long>(t)});
    bins.back().last = static_cast<long>(t) + 1;
    bin_before = bin;
  }
  const auto count = static_cast<Eigen::Index>(bins.size());
  const auto before = static_cast<long>(replicas.front().before_GPa.size());
  const MeansOfStretches noise(autocovariance, std::max(lines, static_cast<std::size_t>(before)));
  Eigen::MatrixXd covariance(count, count);
  for (Eigen::Index a = 0; a < count; ++a)
    for (Eigen::Index b = 0; b < count; ++b) {
      const Stretch &first = bins[static_cast<std::size_t>(a)], &second = bins[static_cast<std::size_t>(b)];
      covariance(a, b) = noise.covariance(first.first, first.last, second.first, second.last) / n;
    }
  if (!by_replicas) covariance.array() += noise.covariance(0, before, 0, before) / n;
  points.data.covariance = without_small_modes(covariance, least_mode);
  for (Eigen::Index a = 0; a < count; ++a) {
    const Stretch& stretch = bins[static_cast<std::size_t>(a)];
    double t = 0.0, g = 0.0;
    for (long k = stretch.first; k < stretch.last; ++k) t += time[static_cast<std::size_t>(k)], g += mean[static_cast<std::size_t>(k)];
    points.data.t_ps.push_back(t / static_cast<double>(stretch.last - stretch.first));
    points.data.value.push_back(g / static_cast<double>(stretch.last - stretch.first));
    points.data.sigma.push_back(std::sqrt(points.data.covariance(a, a)));
  }
  return points;
}

}  // namespace patina
