// SPDX-License-Identifier: BSD-3-Clause
#include "statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace patina::testing {

namespace {
double mean_of(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}
}  // namespace

Estimate block_mean(const std::vector<double>& samples, int blocks) {
  const std::size_t length = samples.size() / static_cast<std::size_t>(blocks);
  std::vector<double> means;
  for (int b = 0; b < blocks; ++b) {
    const auto start = samples.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(b) * length);
    means.push_back(std::accumulate(start, start + static_cast<std::ptrdiff_t>(length), 0.0) /
                    static_cast<double>(length));
  }
  const double mean = mean_of(means);
  double sum = 0.0;
  for (const double m : means) sum += (m - mean) * (m - mean);
  return {mean, std::sqrt(sum / (blocks * (blocks - 1.0)))};
}

double kolmogorov_smirnov_p(std::vector<double> samples, const std::function<double(double)>& cdf) {
  std::sort(samples.begin(), samples.end());
  const double n = static_cast<double>(samples.size());
  double distance = 0.0;
  for (std::size_t k = 0; k < samples.size(); ++k) {
    const double f = cdf(samples[k]);
    distance = std::max({distance, f - static_cast<double>(k) / n, static_cast<double>(k + 1) / n - f});
  }
  // Kolmogorov's series with the finite-n argument of Stephens (1970).
  const double x = (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n)) * distance;
  double p = 0.0;
  for (int k = 1; k <= 100; ++k) p += (k % 2 ? 2.0 : -2.0) * std::exp(-2.0 * k * k * x * x);
  return std::clamp(x < 0.2 ? 1.0 : p, 0.0, 1.0);
}

double gamma_cdf(double a, double x) {
  if (x <= 0.0) return 0.0;
  const double front = std::exp(-x + a * std::log(x) - std::lgamma(a));
  if (x < a + 1.0) {
    double term = 1.0 / a, sum = term;
    for (double k = a + 1.0; term > 1e-16 * sum; k += 1.0) sum += term *= x / k;
    return sum * front;
  }
  // Continued fraction of the upper function, by Lentz.
  double b = x + 1.0 - a, c = 1e300, d = 1.0 / b, h = d;
  for (int k = 1; k < 100000; ++k) {
    const double an = -k * (k - a);
    b += 2.0;
    d = 1.0 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (std::abs(d * c - 1.0) < 1e-15) break;
  }
  return 1.0 - front * h;
}

double correlation_length(const std::vector<double>& samples) {
  const double mean = mean_of(samples);
  const auto n = samples.size();
  const auto covariance = [&](std::size_t lag) {
    double sum = 0.0;
    for (std::size_t k = 0; k + lag < n; ++k) sum += (samples[k] - mean) * (samples[k + lag] - mean);
    return sum / static_cast<double>(n - lag);
  };
  const double variance = covariance(0);
  double length = 1.0;
  // Sokal's window: stop where the lag exceeds five correlation lengths.
  for (std::size_t lag = 1; lag < n / 4 && static_cast<double>(lag) < 5.0 * length; ++lag)
    length += 2.0 * covariance(lag) / variance;
  return std::max(length, 1.0);
}

Estimate log_ratio_slope(const std::vector<double>& a, const std::vector<double>& b, double correlation) {
  const double center = 0.5 * (mean_of(a) + mean_of(b));
  double scale = 0.0;
  for (const double x : a) scale = std::max(scale, std::abs(x - center));
  // Newton's method for ln p(b | x) = c + s (x - center) / scale; the Hessian is the Fisher information.
  double c = 0.0, s = 0.0, information = 0.0;
  for (int iteration = 0; iteration < 50; ++iteration) {
    double gc = 0.0, gs = 0.0, hcc = 0.0, hcs = 0.0, hss = 0.0;
    const auto add = [&](double value, double is_b) {
      const double x = (value - center) / scale;
      const double p = 1.0 / (1.0 + std::exp(-c - s * x));
      gc += is_b - p;
      gs += (is_b - p) * x;
      hcc += p * (1.0 - p);
      hcs += p * (1.0 - p) * x;
      hss += p * (1.0 - p) * x * x;
    };
    for (const double x : a) add(x, 0.0);
    for (const double x : b) add(x, 1.0);
    const double det = hcc * hss - hcs * hcs;
    c += (hss * gc - hcs * gs) / det;
    s += (hcc * gs - hcs * gc) / det;
    information = det / hcc;
  }
  return {s / scale, std::sqrt(correlation / information) / scale};
}

}  // namespace patina::testing
