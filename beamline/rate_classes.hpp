// SPDX-License-Identifier: BSD-3-Clause
// Speckles that each have a rate of their own [physics.md 3.11 (e)]: the clock of a speckle goes `factor` times as fast as that of the input.
// The field of each speckle is Gaussian, but g2 is the mean over speckles of 1 + contrast f^2, not 1 + contrast (mean f)^2: Siegert's relation
// between the means fails, as it does for dynamic heterogeneity over distances larger than what one speckle sees. Distributions are cut into
// classes of equal shares, each with the rate in its middle (of probability), so that what is true is a finite sum and exact.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

namespace patina {

// All speckles alike.
struct OneRate {
  static constexpr const char* type_name = "one";
};

// ln factor is normal about 0.
struct LogNormalRates {
  static constexpr const char* type_name = "log_normal";
  double sigma = 1.0;
  int classes = 16;
};

// The distribution of which the mean of exp(-factor s) is exp(-s^exponent): Levy's one-sided stable law.
struct StretchedRates {
  static constexpr const char* type_name = "stretched";
  double exponent = 0.6;
  int classes = 32;
};

struct ListedRates {
  static constexpr const char* type_name = "listed";
  std::vector<double> factors;
  std::vector<double> fractions;  // of speckles; their sum 1
};

using RateSpec = std::variant<OneRate, LogNormalRates, StretchedRates, ListedRates>;

struct RateClass {
  double factor = 1.0;
  double fraction = 1.0;
};

constexpr int most_rate_classes = 64;

// Factors are rounded to 9 digits: the same on any CPU.
std::vector<RateClass> rate_classes(const RateSpec& spec);

// The first speckle of each class of so many, in order, and their number at the end; a class may have none.
std::vector<std::int64_t> class_begins(const std::vector<RateClass>& classes, std::int64_t speckles);

// The factor that a share p of Levy's one-sided stable law of this exponent lies below [M. Kanter, Ann. Probab. 3 (1975) 697].
double stretched_rate_quantile(double exponent, double p);

}  // namespace patina
