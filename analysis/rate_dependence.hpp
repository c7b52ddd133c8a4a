// SPDX-License-Identifier: BSD-3-Clause
// T_g of quenches against the logarithm of their rates: T_g = T_g(r0) + slope log10(rate / r0), r0 the geometric mean of the rates, by least squares
// weighted with the bootstrap's errors. The slope is some tens of K a decade in simulations; it is small beside what other fit windows do to T_g,
// so only the same estimator may be compared between rates, which this is. Bootstraps over blocks of one curve do not know how samples differ: where
// points scatter more about the line than their errors say, those of the line are widened by the root of chi^2 per degree of freedom.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "analysis/quench_analysis.hpp"

namespace patina {

struct QuenchedAt {
  std::string folder;
  QuenchAnalysis quench;
};

struct RatePoint {
  std::string folder;
  int protocol_step = -1;
  double rate_K_per_s = 0.0, Tg_K = 0.0, error_K = 0.0;
  bool of_replicas = false;  // the error
};

struct RateDependence {
  bool found = false;
  std::string reason;  // why not
  std::vector<RatePoint> points;
  double reference_rate_K_per_s = 0.0;
  double Tg_K = std::numeric_limits<double>::quiet_NaN(), Tg_error_K = std::numeric_limits<double>::quiet_NaN();  // at it
  double slope_K = std::numeric_limits<double>::quiet_NaN(), slope_error_K = std::numeric_limits<double>::quiet_NaN();  // per decade
  double chi_squared = 0.0, probability = 1.0;
  int degrees_of_freedom = 0;
  double widened_by = 1.0;
  std::vector<std::string> notes;
};

// Of T_g by the enthalpy. Two rates or more that differ by a factor of 1.5 at least.
RateDependence fit_rate_dependence(const std::vector<QuenchedAt>& quenches);
RateDependence fit_rate_dependence(std::vector<RatePoint> points);

}  // namespace patina
