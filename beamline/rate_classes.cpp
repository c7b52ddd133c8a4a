// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/rate_classes.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace patina {

namespace {

constexpr double pi = 3.14159265358979323846;

// Halves [low, high] until `below` of the middle changes sign there.
template <class Below>
double bisected(double low, double high, const Below& below) {
  for (int k = 0; k < 60; ++k) {
    const double middle = 0.5 * (low + high);
    (below(middle) ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// ln of Kanter's function: sin(b u)^(b / (1 - b)) sin((1 - b) u) / sin(u)^(1 / (1 - b)), 0 < u < pi.
double log_kanter(double b, double u) {
  return b / (1.0 - b) * std::log(std::sin(b * u)) + std::log(std::sin((1.0 - b) * u)) - std::log(std::sin(u)) / (1.0 - b);
}

// The share of the stable law below exp(log_x): the mean over u of exp(-kanter(u) x^(-b / (1 - b))), by the midpoints of even parts.
double stable_share(const std::vector<double>& log_kanters, double b, double log_x) {
  double sum = 0.0;
  for (const double log_kanter : log_kanters) sum += std::exp(-std::exp(log_kanter - b / (1.0 - b) * log_x));
  return sum / static_cast<double>(log_kanters.size());
}

std::vector<RateClass> classes_of(const OneRate&) { return {{}}; }

std::vector<RateClass> classes_of(const LogNormalRates& spec) {
  std::vector<RateClass> classes;
  for (int k = 0; k < spec.classes; ++k) {
    const double p = (k + 0.5) / spec.classes;
    classes.push_back({std::exp(spec.sigma * bisected(-40.0, 40.0, [p](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)) < p; })), 1.0 / spec.classes});
  }
  return classes;
}

std::vector<RateClass> classes_of(const StretchedRates& spec) {
  std::vector<RateClass> classes;
  for (int k = 0; k < spec.classes; ++k) classes.push_back({stretched_rate_quantile(spec.exponent, (k + 0.5) / spec.classes), 1.0 / spec.classes});
  return classes;
}

std::vector<RateClass> classes_of(const ListedRates& spec) {
  std::vector<RateClass> classes;
  for (std::size_t k = 0; k < spec.factors.size(); ++k) classes.push_back({spec.factors[k], spec.fractions[k]});
  return classes;
}

}  // namespace

double stretched_rate_quantile(double exponent, double p) {
  constexpr double widest = 200.0;  // in ln of the rate; exponents from 0.1 on
  constexpr int nodes = 500;
  std::vector<double> log_kanters;
  for (int k = 0; k < nodes; ++k) log_kanters.push_back(log_kanter(exponent, (k + 0.5) * pi / nodes));
  return std::exp(bisected(-widest, widest, [&](double log_x) { return stable_share(log_kanters, exponent, log_x) < p; }));
}

std::vector<RateClass> rate_classes(const RateSpec& spec) {
  std::vector<RateClass> classes = std::visit([](const auto& one) { return classes_of(one); }, spec);
  for (RateClass& one : classes) one.factor = std::stod(fmt::format("{:.8e}", one.factor));
  return classes;
}

std::vector<std::int64_t> class_begins(const std::vector<RateClass>& classes, std::int64_t speckles) {
  std::vector<std::int64_t> begins;
  double below = 0.0;
  for (const RateClass& one : classes) {
    begins.push_back(std::llround(below * static_cast<double>(speckles)));
    below += one.fraction;
  }
  begins.push_back(speckles);
  return begins;
}

}  // namespace patina
