// SPDX-License-Identifier: BSD-3-Clause
// Truth: Monte Carlo of intensities and photons by the standard library's generators, through the estimators as they are (means over
// pixels, divided).
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>

#include "beamline/correlation_error.hpp"

namespace patina {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// Two intensities of M equal modes with squared field correlation rho: given the first, the second is (1 - rho) / M times a Gamma number
// of shape M + N, N a Poisson number of mean rho M I / (1 - rho) [W. F. Kibble, Sankhya 5 (1941) 137].
class IntensityPairs {
 public:
  IntensityPairs(int modes, double rho) : modes_(modes), rho_(rho) {}
  std::pair<double, double> operator()(std::mt19937_64& random) {
    const double first = gamma(random, modes_) / modes_;
    if (rho_ == 1.0) return {first, first};
    const double mean = rho_ * modes_ * first / (1.0 - rho_);
    const int more = mean > 0.0 ? std::poisson_distribution<int>(mean)(random) : 0;
    return {first, (1.0 - rho_) * gamma(random, modes_ + more) / modes_};
  }

 private:
  static double gamma(std::mt19937_64& random, double shape) { return std::gamma_distribution<double>(shape)(random); }
  double modes_, rho_;
};

TEST(TwoTimeMonteCarlo, VarianceByMonteCarlo) {
  std::mt19937_64 random(20);
  for (const int modes : {1, 5, 20})
    for (const double rho : {0.0, 0.7, 1.0})
      for (const double photons : {0.01, 0.1, 1.0, infinite}) {
        // Some 100 photons and 2000 pixels a frame at least: then what is of order 1 / P is within the sampling error.
        const int pixels = photons < 0.1 ? 10000 : 2000, repeats = photons < 0.1 ? 800 : 1500;
        IntensityPairs pairs(modes, rho);
        double sum = 0.0, squares = 0.0, fourths = 0.0;
        std::vector<double> found;
        for (int r = 0; r < repeats; ++r) {
          double a = 0.0, b = 0.0, ab = 0.0;
          for (int p = 0; p < pixels; ++p) {
            auto [x, y] = pairs(random);
            if (!std::isinf(photons)) {
              x = std::poisson_distribution<int>(photons * x)(random);
              y = std::poisson_distribution<int>(photons * y)(random);
            }
            a += x;
            b += y;
            ab += x * y;
          }
          found.push_back(ab * pixels / (a * b));
          sum += found.back();
        }
        for (const double c : found) {
          const double d = c - sum / repeats;
          squares += d * d;
          fourths += d * d * d * d;
        }
        const double variance = squares / (repeats - 1), error = std::sqrt((fourths / repeats - variance * variance) / repeats);
        const double expected = two_time_variance({1.0 * pixels, 1.0 / modes, photons, 1.0}, rho);
        // 36 values: 3.5 sampling errors, and 2 % for what is of order 1 / P.
        EXPECT_NEAR(variance, expected, 3.5 * error + 0.02 * expected) << modes << " modes, rho " << rho << ", " << photons << " photons";
        printf("M %2d rho %.1f k %-5g  P Var: Monte Carlo %.4g +- %.2g, closed form %.4g\n", modes, rho, photons, pixels * variance,
               pixels * error, pixels * expected);
      }
}

// A chain of pixels with |mu| = a^d at the distance d: sums of |mu|^n are (1 + a^n) / (1 - a^n).
TEST(TwoTimeMonteCarlo, VarianceWhereSpecklesAreLargerThanPixels) {
  constexpr int pixels = 2000, repeats = 3000;
  constexpr double a = 0.8, square = (1.0 + a * a) / (1.0 - a * a), fourth = (1.0 + a * a * a * a) / (1.0 - a * a * a * a);
  std::mt19937_64 random(22);
  std::normal_distribution<double> normal;
  struct Case {
    int modes;
    double rho, photons;
  };
  for (const auto& [modes, rho, photons] : {Case{1, 0.0, infinite}, Case{1, 0.3, infinite}, Case{1, 0.3, 2.0}, Case{1, 0.7, infinite}, Case{3, 0.3, infinite}}) {
    double sum = 0.0, squares = 0.0;
    for (int r = 0; r < repeats; ++r) {
      std::vector<double> first(pixels), second(pixels);
      for (int component = 0; component < 2 * modes; ++component) {
        double x = normal(random), y = normal(random);
        for (std::size_t p = 0; p < pixels; ++p) {
          const double seen = std::sqrt(rho) * x + std::sqrt(1.0 - rho) * y;
          first[p] += x * x / (2.0 * modes);
          second[p] += seen * seen / (2.0 * modes);
          x = a * x + std::sqrt(1.0 - a * a) * normal(random);
          y = a * y + std::sqrt(1.0 - a * a) * normal(random);
        }
      }
      double m = 0.0, n = 0.0, mn = 0.0;
      for (std::size_t p = 0; p < pixels; ++p) {
        const double x = std::isinf(photons) ? first[p] : std::poisson_distribution<int>(photons * first[p])(random);
        const double y = std::isinf(photons) ? second[p] : std::poisson_distribution<int>(photons * second[p])(random);
        m += x;
        n += y;
        mn += x * y;
      }
      const double c = mn * pixels / (m * n);
      sum += c;
      squares += c * c;
    }
    const SpeckleSample sample{pixels, 1.0 / modes, photons, fourth, square};
    const double variance = (squares - sum * sum / repeats) / (repeats - 1.0), expected = two_time_variance(sample, rho), error = std::sqrt(2.0 / repeats);
    printf("M %d rho %.1f k %-4g  P Var: Monte Carlo %.4g +- %.2g, closed form %.4g, as of so many fewer pixels %.4g\n", modes, rho, photons, pixels * variance,
           pixels * variance * error, pixels * expected, pixels * two_time_variance({pixels, 1.0 / modes, photons, fourth}, rho));
    // The sampling error of a variance of nearly normal numbers 3 times, and 1 % for what is of order 1 / P.
    EXPECT_NEAR(variance / expected, 1.0, 3.0 * error + 0.01) << modes << " modes, rho " << rho << ", " << photons << " photons";
    // Covariances are of the same form: one pair of times with itself.
    FourTimes same;
    same.ab = same.ad = same.bc = same.cd = std::sqrt(rho);
    same.a_is_c = same.b_is_d = true;
    EXPECT_NEAR(two_time_covariance(sample, same), expected, 1e-12 * expected);
  }
}

// Movies of M equal modes with f = exp(-t / tau).
TEST(TwoTimeMonteCarlo, CovarianceOfLagsByMonteCarlo) {
  constexpr int frames = 60, pixels = 300, repeats = 2000;
  const std::vector<int> lags{1, 3, 8, 20};
  constexpr double tau = 8.0;
  std::vector<double> field(frames);
  for (int n = 0; n < frames; ++n) field[static_cast<std::size_t>(n)] = std::exp(-n / tau);
  std::mt19937_64 random(21);
  std::normal_distribution<double> normal;
  struct Case {
    int modes;
    double photons;
  };
  for (const auto& [modes, photons] : {Case{1, infinite}, Case{2, 1.0}, Case{1, 0.3}}) {
    const double keep = field[1], fresh = std::sqrt(1.0 - keep * keep);
    Eigen::MatrixXd all(repeats, 4);
    for (int r = 0; r < repeats; ++r) {
      Eigen::MatrixXd movie = Eigen::MatrixXd::Zero(frames, pixels);
      for (int p = 0; p < pixels; ++p)
        for (int component = 0; component < 2 * modes; ++component) {
          double e = normal(random);
          for (int n = 0; n < frames; ++n, e = keep * e + fresh * normal(random)) movie(n, p) += e * e / (2.0 * modes);
        }
      if (!std::isinf(photons))
        for (double& x : movie.reshaped()) x = std::poisson_distribution<int>(photons * x)(random);
      const Eigen::VectorXd mean = movie.rowwise().mean();
      const Eigen::MatrixXd products = movie * movie.transpose() / pixels;
      for (int l = 0; l < 4; ++l) {
        const int lag = lags[static_cast<std::size_t>(l)];
        double sum = 0.0;
        for (int n = 0; n + lag < frames; ++n) sum += products(n, n + lag) / (mean[n] * mean[n + lag]);
        all(r, l) = sum / (frames - lag);
      }
    }
    const Eigen::MatrixXd centred = all.rowwise() - all.colwise().mean(), found = centred.transpose() * centred / (repeats - 1);
    const Eigen::MatrixXd expected = g2_covariance({pixels, 1.0 / modes, photons, 1.0}, field, lags);
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j <= i; ++j) {
        const double size = std::sqrt(expected(i, i) * expected(j, j));
        // The sampling error of a covariance of normal numbers, and 3 % for what is of order 1 / P.
        const double error = std::sqrt((size * size + expected(i, j) * expected(i, j)) / repeats);
        EXPECT_NEAR(found(i, j), expected(i, j), 4.0 * error + 0.03 * size) << modes << " modes, " << photons << " photons, lags " << i << " " << j;
      }
  }
}

}  // namespace
}  // namespace patina
