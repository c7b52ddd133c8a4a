// SPDX-License-Identifier: BSD-3-Clause
// What the ensemble tests decide by: means with the error of correlated samples, the Kolmogorov-Smirnov test,
// the distribution of a kinetic energy.
#pragma once

#include <functional>
#include <vector>

namespace patina::testing {

struct Estimate {
  double mean = 0.0;
  double error = 0.0;  // standard error of the mean, from blocks
};
// The blocks must be long against the correlation time.
Estimate block_mean(const std::vector<double>& samples, int blocks = 40);

// Probability that independent samples of the distribution function `cdf` lie as far from it as these.
double kolmogorov_smirnov_p(std::vector<double> samples, const std::function<double(double)>& cdf);

// Regularised lower incomplete gamma function P(a, x).
double gamma_cdf(double a, double x);

// Slope s of ln(p_b(x) / p_a(x)) = const + s x from samples of both, by maximum likelihood: a logistic
// regression of which set a sample is from; with its standard error, `correlation` being the number of
// samples per independent one [Shirts, J. Chem. Theory Comput. 9, 909 (2013), doi 10.1021/ct300688p].
Estimate log_ratio_slope(const std::vector<double>& a, const std::vector<double>& b, double correlation);

// Integrated autocorrelation time in samples: 1 for independent ones.
double correlation_length(const std::vector<double>& samples);

}  // namespace patina::testing
