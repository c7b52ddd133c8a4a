// SPDX-License-Identifier: BSD-3-Clause
// Truths: synthetic Gaussian fields of known correlation obey the Siegert relation, C - 1 = |f|^2, with the
// variance and the bias of physics.md 3.8 and 3.6 in closed form; g2 and its error; definitions term by term.
#include "scattering/speckle.hpp"

#include <gtest/gtest.h>

#include "tests/scattering_fields.hpp"

namespace patina {
namespace {

using test::gaussian_fields;

struct Moments {
  double mean, variance;
};

// Of C(0, 1) - 1 over many movies of two frames whose fields are correlated by a.
Moments contrast_of_movies(int movies, int speckles, double a) {
  Moments m{0.0, 0.0};
  for (int movie = 0; movie < movies; ++movie) {
    const auto field = gaussian_fields(1000 + movie, speckles, 2, a);
    const double c = correlate_speckles(field.cwiseAbs2(), 1).correlation(0, 1) - 1.0;
    m.mean += c / movies;
    m.variance += c * c / movies;
  }
  m.variance -= m.mean * m.mean;
  return m;
}

TEST(Speckle, SiegertWithTheBiasOfThePixelAverage) {
  for (const double rho : {0.7, 0.3}) {
    const int movies = 4000, speckles = 50;
    const Moments c = contrast_of_movies(movies, speckles, std::sqrt(rho));
    const double standard_error = std::sqrt(two_time_variance(rho, speckles) / movies);
    EXPECT_NEAR(c.mean, rho + two_time_bias(rho, speckles), 4.0 * standard_error) << rho;
    EXPECT_LT(two_time_bias(rho, speckles), -4.0 * standard_error);  // so a missing bias would be seen
  }
}

TEST(Speckle, VarianceIsTheClosedForm) {
  for (const double rho : {0.0, 0.5, 0.9}) {
    const int speckles = 250;
    const Moments c = contrast_of_movies(3000, speckles, std::sqrt(rho));
    // Scatter of a variance of 3000 values with some kurtosis: 3 %; next order in 1/P: 2 %.
    EXPECT_NEAR(c.variance / two_time_variance(rho, speckles), 1.0, 0.12) << rho;
  }
  EXPECT_NEAR(two_time_variance(0.7, 1), 3.016, 1e-12);  // physics.md 3.8, M = 1
  EXPECT_EQ(two_time_variance(1.0, 1), 4.0);
}

TEST(Speckle, TwoTimeMatrixEqualsItsDefinition) {
  const Eigen::MatrixXd intensity = gaussian_fields(7, 31, 6, 0.5).cwiseAbs2();
  const auto result = correlate_speckles(intensity, 5);
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 6; ++j) {
      double both = 0.0, first = 0.0, second = 0.0;
      for (int k = 0; k < 31; ++k) {
        both += intensity(k, i) * intensity(k, j) / 31;
        first += intensity(k, i) / 31;
        second += intensity(k, j) / 31;
      }
      EXPECT_NEAR(result.numerator(i, j), both, 1e-12);
      EXPECT_NEAR(result.correlation(i, j), both / (first * second), 1e-12);
    }
  for (int lag = 0; lag <= 5; ++lag) {
    double both = 0.0;
    for (int t = 0; t + lag < 6; ++t)
      for (int k = 0; k < 31; ++k) both += intensity(k, t) * intensity(k, t + lag) / (31 * (6 - lag));
    EXPECT_NEAR(result.g2.value[lag], both / std::pow(intensity.mean(), 2), 1e-12);
  }
}

TEST(Speckle, G2OfAStationaryFieldAndItsError) {
  const double a = 0.7;
  double mean = 0.0, pull_squared = 0.0;
  const int movies = 150, lag = 2;
  for (int movie = 0; movie < movies; ++movie) {
    const auto g2 = correlate_speckles(gaussian_fields(9000 + movie, 200, 20, a).cwiseAbs2(), lag).g2;
    mean += g2.value[lag] / movies;
    pull_squared += std::pow((g2.value[lag] - 1.0 - std::pow(a, 2 * lag)) / g2.error[lag], 2) / movies;
  }
  // One movie's error is below 0.05: Var C (3.8) averaged over 18 starts that share little more than tau = 3.
  EXPECT_NEAR(mean, 1.0 + std::pow(a, 2 * lag), 4.0 * 0.05 / std::sqrt(movies));
  EXPECT_NEAR(std::sqrt(pull_squared), 1.0, 4.0 / std::sqrt(2.0 * movies));
}

TEST(Speckle, StructureFactorOfTheShellIsDividedOut) {
  const int speckles = 3000;
  auto field = gaussian_fields(11, speckles, 40, 0.3);
  std::vector<double> q;
  for (int k = 0; k < speckles; ++k) {
    q.push_back(2.6 + 0.4 * ((k * 7919) % speckles) / speckles);
    field.row(k) *= std::sqrt(20.0 * (1.0 - 10.0 * std::pow(q[k] - 2.75, 2)));
  }
  const auto intensity = speckle_intensities(field, q);
  EXPECT_NEAR(intensity.mean(), 1.0, 0.01);
  const auto g2 = correlate_speckles(intensity, 1).g2;
  const auto raw = correlate_speckles(field.cwiseAbs2(), 1).g2;
  // S between 0.375 and 1 of its peak: <S^2> / <S>^2 = 1.06 raises the raw contrast from 1 to 1.11.
  EXPECT_NEAR(g2.value[0], 2.0, 4.0 * g2.error[0]);
  EXPECT_GT(raw.value[0], 2.0 + 4.0 * raw.error[0]);
}

// All vectors between 1.5 and 4 1/A over a peak like that of a metallic glass, of which a single parabola makes nothing: there is no more
// correlation than that of the fields, at small and at large |q| as well.
TEST(Speckle, StructureFactorOfAWideSetIsDividedOut) {
  const int speckles = 6000;
  auto field = gaussian_fields(12, speckles, 60, 0.3);
  std::vector<double> q;
  for (int k = 0; k < speckles; ++k) {
    q.push_back(1.5 + 2.5 * ((k * 7919) % speckles) / speckles);
    field.row(k) *= std::sqrt(0.1 + 3.0 / (1.0 + std::pow((q[k] - 2.75) / 0.25, 2)));
  }
  const auto intensity = speckle_intensities(field, q);
  const Eigen::VectorXd mean = intensity.rowwise().mean();
  for (const auto& [low, high] : {std::pair(1.5, 2.0), {2.0, 2.5}, {2.5, 3.0}, {3.0, 3.5}, {3.5, 4.0}}) {
    double sum = 0.0;
    int n = 0;
    for (int k = 0; k < speckles; ++k)
      if (q[k] >= low && q[k] < high) sum += mean[k], ++n;
    EXPECT_NEAR(sum / n, 1.0, 0.03) << low;  // 1200 vectors, some 50 independent frames each
  }
  const auto g2 = correlate_speckles(intensity, 10).g2;
  EXPECT_NEAR(g2.value[0], 2.0, 4.0 * g2.error[0]);
  EXPECT_NEAR(g2.value[10], 1.0, 4.0 * g2.error[10]);
}

}  // namespace
}  // namespace patina
