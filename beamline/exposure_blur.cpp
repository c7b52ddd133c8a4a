// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/exposure_blur.hpp"

#include <cmath>

namespace patina {

double blurred_correlation(double lag, double exposure, double tau, double kww_exponent) {
  if (exposure == 0.0) return std::exp(-2.0 * std::pow(lag / tau, kww_exponent));
  // A cusp, if any, stands where lag - exposure = 0, or lag = 0: strips become narrow there, u = -1 + v^3 or u = +- v^3. Far from it a
  // few strips do.
  const int strips = lag < 2.0 * exposure ? 200 : 16;
  const auto integrand = [&](double u) {
    return (1.0 - std::abs(u)) * std::exp(-2.0 * std::pow(std::abs(lag + u * exposure) / tau, kww_exponent));
  };
  double sum = 0.0;
  for (int k = 0; k <= strips; ++k) {
    const double v = static_cast<double>(k) / strips, simpson = k == 0 || k == strips ? 1.0 : k % 2 == 1 ? 4.0 : 2.0;
    const double below = lag == 0.0 ? -v * v * v : v * v * v - 1.0;
    sum += simpson * 3.0 * v * v * (integrand(below) + integrand(v * v * v));
  }
  return sum / (3.0 * strips);
}

namespace {

// Beyond so many exposures y = g + exposure^2 / 12 g'' with g = exp(-h): what is left out is below 1e-8.
constexpr double far = 200.0;

double blurred_far(double lag, double exposure, double tau, double kww_exponent) {
  const double h = 2.0 * std::pow(lag / tau, kww_exponent);
  if (h > 745.0) return 0.0;  // below the smallest double
  const double slope = kww_exponent * h / lag, curvature = slope * (kww_exponent - 1.0) / lag;
  return std::exp(-h) * (1.0 + exposure * exposure / 12.0 * (slope * slope - curvature));
}

}  // namespace

std::vector<double> blurred_field(int frames, double interval, double exposure, double tau, double kww_exponent) {
  const double contrast = blurred_correlation(0.0, exposure, tau, kww_exponent);
  std::vector<double> field(static_cast<std::size_t>(frames), 1.0);
  for (std::size_t n = 1; n < field.size(); ++n) {
    const double lag = static_cast<double>(n) * interval;
    field[n] = std::sqrt((lag > far * exposure ? blurred_far : blurred_correlation)(lag, exposure, tau, kww_exponent) / contrast);
  }
  return field;
}

}  // namespace patina
