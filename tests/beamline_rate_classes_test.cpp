// SPDX-License-Identifier: BSD-3-Clause
// Rates of speckles. Truths: Levy's law with the exponent 1/2 (erfc); Laplace's transform exp(-s^exponent); quantiles of the normal law; errors of C of
// two kinds of pixels, of which one is as good as absent, or both are alike.
#include <gtest/gtest.h>

#include <cmath>

#include "beamline/correlation_error.hpp"
#include "beamline/rate_classes.hpp"

namespace patina {
namespace {

TEST(RateClasses, StretchedRatesAreLevysLaw) {
  for (const double p : {0.01, 0.3, 0.5, 0.9, 0.99}) {
    const double x = stretched_rate_quantile(0.5, p);
    EXPECT_NEAR(std::erfc(0.5 / std::sqrt(x)), p, 1e-5) << p;
  }
}

TEST(RateClasses, MeanOfStretchedRatesIsTheStretchedExponential) {
  constexpr int shares = 200;
  for (const double exponent : {0.3, 0.6, 0.9}) {
    std::vector<double> rates;
    for (int k = 0; k < shares; ++k) rates.push_back(stretched_rate_quantile(exponent, (k + 0.5) / shares));
    for (const double s : {0.05, 0.3, 1.0, 3.0}) {
      double mean = 0.0;
      for (const double rate : rates) mean += std::exp(-s * rate) / shares;
      EXPECT_NEAR(mean, std::exp(-std::pow(s, exponent)), 1e-3) << exponent << " " << s;
    }
  }
}

TEST(RateClasses, LogNormalRates) {
  const auto classes = rate_classes(LogNormalRates{1.5, 20});
  ASSERT_EQ(classes.size(), 20u);
  double fractions = 0.0;
  for (std::size_t k = 0; k < classes.size(); ++k) {
    fractions += classes[k].fraction;
    EXPECT_NEAR(0.5 * std::erfc(-std::log(classes[k].factor) / 1.5 / std::sqrt(2.0)), (static_cast<double>(k) + 0.5) / 20.0, 1e-8);
  }
  EXPECT_NEAR(fractions, 1.0, 1e-12);
}

TEST(RateClasses, SpecklesAreSharedOut) {
  const auto classes = rate_classes(ListedRates{{1.0, 2.0, 5.0}, {0.5, 0.25, 0.25}});
  EXPECT_EQ(class_begins(classes, 1000), (std::vector<std::int64_t>{0, 500, 750, 1000}));
  EXPECT_EQ(class_begins(classes, 1), (std::vector<std::int64_t>{0, 1, 1, 1}));
}

TEST(MixedError, OfKindsThatAreAlikeOrAlone) {
  const SpeckleSample sample{1000.0, 0.4, 0.3, 1.0};
  FourTimes slow{0.9, 0.8, 0.7, 0.85, 0.75, 0.9}, fast{0.3, 0.2, 0.1, 0.25, 0.15, 0.3};
  slow.b_is_c = fast.b_is_c = true;
  slow.bc = fast.bc = 1.0;
  const double of_slow = two_time_covariance(sample, slow), of_fast = two_time_covariance(sample, fast);
  EXPECT_NEAR(mixed_two_time_covariance(sample, {{0.3, slow}, {0.7, slow}}), of_slow, 1e-12 * of_slow);
  EXPECT_NEAR(mixed_two_time_covariance(sample, {{1.0, fast}, {0.0, slow}}), of_fast, 1e-12 * of_fast);
}

}  // namespace
}  // namespace patina
