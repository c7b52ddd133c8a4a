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

std::vector<double> blurred_field(int frames, double interval, double exposure, double tau, double kww_exponent) {
  const double contrast = blurred_correlation(0.0, exposure, tau, kww_exponent);
  std::vector<double> field(static_cast<std::size_t>(frames), 1.0);
  for (std::size_t n = 1; n < field.size(); ++n)
    field[n] = std::sqrt(blurred_correlation(static_cast<double>(n) * interval, exposure, tau, kww_exponent) / contrast);
  return field;
}

}  // namespace patina
