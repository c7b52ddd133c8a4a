// SPDX-License-Identifier: BSD-3-Clause
// Truths: the formula of the window; its Fourier integral by the midpoint rule with so many points that its error is that of
// rounding; allowed is what the polynomials differ by at the window's ends, where phi is exp(-beta).
#include "scattering/es_window.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/units.hpp"

namespace patina {
namespace {

double formula(double x, int width, double beta) {
  const double u = 2.0 * x / width;
  return std::abs(u) > 1.0 ? 0.0 : std::exp(beta * (std::sqrt(1.0 - u * u) - 1.0));
}

TEST(EsWindow, PolynomialsMeetTheFormula) {
  for (const int width : {2, 3, 5, 8, 12, 16}) {
    const double beta = EsWindow::usual_beta(width, 1.5);
    const EsWindow window(width, beta);
    double worst = 0.0;
    for (int l = 0; l < width; ++l) {
      for (double t = -1.0; t <= 1.0; t += 0.01) {
        double value = 0.0;
        for (int k = window.degree(); k >= 0; --k) value = value * t + window.coefficient(k, l);
        worst = std::max(worst, std::abs(value - formula(l - 0.5 * width + 0.5 * (t + 1.0), width, beta)));
      }
    }
    // At the ends of the window the root has no Taylor series; there phi is about exp(-beta).
    EXPECT_LT(worst, 3.0 * std::exp(-beta)) << width;
  }
}

TEST(EsWindow, TransformIsTheFourierIntegral) {
  for (const int width : {2, 6, 11, 16}) {
    const double beta = EsWindow::usual_beta(width, 2.0);
    const EsWindow window(width, beta);
    for (const double frequency : {0.0, 0.1, 0.25, 0.4, 0.75, 1.3}) {
      constexpr int points = 200000;
      long double sum = 0.0L;
      for (int i = 0; i < points; ++i) {
        const double x = width * ((i + 0.5) / points - 0.5);
        sum += formula(x, width, beta) * std::cos(2.0 * units::pi * frequency * x) * width / points;
      }
      EXPECT_NEAR(window.transform(frequency), static_cast<double>(sum), width * std::exp(-beta) + 1e-14)
          << width << " " << frequency;
    }
  }
}

}  // namespace
}  // namespace patina
