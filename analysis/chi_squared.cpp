// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/chi_squared.hpp"

#include <algorithm>
#include <cmath>

namespace patina {

// Q(x; n + 2) = Q(x; n) + (x/2)^(n/2) exp(-x/2) / Gamma(n/2 + 1), from Q(x; 1) = erfc sqrt(x/2) or Q(x; 2) = exp(-x/2).
double chi_squared_probability(double chi_squared, int degrees_of_freedom) {
  if (degrees_of_freedom < 1) return 1.0;
  const double half = 0.5 * std::max(chi_squared, 0.0);
  if (half == 0.0) return 1.0;
  const bool odd = degrees_of_freedom % 2 == 1;
  double probability = odd ? std::erfc(std::sqrt(half)) : std::exp(-half);
  for (int n = odd ? 1 : 2; n < degrees_of_freedom; n += 2)
    probability += std::exp(0.5 * n * std::log(half) - half - std::lgamma(0.5 * n + 1.0));
  return std::min(probability, 1.0);
}

}  // namespace patina
