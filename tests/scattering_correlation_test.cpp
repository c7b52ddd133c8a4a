// SPDX-License-Identifier: BSD-3-Clause
// Truths: the definitions summed term by term; the sampling error of a correlation coefficient of 2P real
// Gaussian pairs, (1 - K^2) / sqrt(2 P) [Fisher 1915]; sum rules f(t, t) = 1, f symmetric.
#include "scattering/correlation.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/rng.hpp"
#include "scattering/panel_kernels.hpp"
#include "scattering/two_time_paths.hpp"
#include "tests/scattering_fields.hpp"

namespace patina {
namespace {

using Complex = std::complex<double>;
using test::gaussian;
using test::gaussian_fields;

double product(const Eigen::MatrixXcd& field, int t1, int t2) {
  double sum = 0.0;
  for (Eigen::Index k = 0; k < field.rows(); ++k) sum += (field(k, t1) * std::conj(field(k, t2))).real();
  return sum;
}

// Truth: fused products and sums one after the other, to the last bit, of every instruction set that this machine runs.
TEST(TwoTime, PanelsAreTheSameBitsInEveryVersion) {
  for (const int rows : {0, 1, 37}) {
    std::vector<double> a, b, expected(panel_width * panel_width, 0.0);
    for (int k = 0; k < rows * panel_width; ++k) {
      a.push_back(random_block(6, Stream::test, 0, static_cast<std::uint64_t>(k)).normal(0));
      b.push_back(random_block(6, Stream::test, 1, static_cast<std::uint64_t>(k)).normal(0));
    }
    for (int i = 0; i < panel_width; ++i)
      for (int j = 0; j < panel_width; ++j)
        for (int r = 0; r < rows; ++r) {
          double& sum = expected[static_cast<std::size_t>(panel_width * i + j)];
          sum = std::fma(a[static_cast<std::size_t>(panel_width * r + i)], b[static_cast<std::size_t>(panel_width * r + j)], sum);
        }
    const auto versions = panel_kernel_versions();
    for (int v = 0; v < versions.count; ++v) {
      std::vector<double> found(expected.size(), -1.0);
      versions.all[v]->product(a.data(), b.data(), rows, found.data());
      EXPECT_EQ(found, expected) << versions.all[v]->name;
    }
  }
}

// Truth: term by term in long double, for numbers of times below, at and beyond those of a tile, and few and many rows.
void expect_sums_of_every_pair(const std::function<TwoTimeSums(const Eigen::MatrixXd&, int, int)>& two_time) {
  for (const int frames : {1, 7, 128, 129, 300})
    for (const auto& [rows, unit] : {std::pair{6, 2}, std::pair{50, 1}, std::pair{90, 2}}) {
      Eigen::MatrixXd x(rows, frames);
      for (int r = 0; r < rows; ++r)
        for (int t = 0; t < frames; ++t)
          x(r, t) = random_block(5, Stream::test, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(t)).normal(0);
      const int most = frames / 2;
      const auto sums = two_time(x, unit, most);
      ASSERT_EQ(sums.block_rows.sum(), rows);
      ASSERT_EQ(sums.block_lag.cols(), most + 1);
      const auto product = [&](int first, int last, int t, int u) {
        long double sum = 0.0L;
        for (int r = first; r < last; ++r) sum += static_cast<long double>(x(r, t)) * x(r, u);
        return static_cast<double>(sum);
      };
      for (int t = 0; t < frames; ++t)
        for (int u = 0; u < frames; ++u) ASSERT_NEAR(sums.product(t, u), product(0, rows, t, u), 1e-12 * rows);
      for (int b = 0, first = 0; b < sums.block_rows.size(); first += sums.block_rows[b++]) {
        const int last = first + sums.block_rows[b];
        EXPECT_EQ(first % unit, 0);
        for (int lag = 0; lag <= most; ++lag) {
          double sum = 0.0;
          for (int t = 0; t + lag < frames; ++t) sum += product(first, last, t, t + lag);
          ASSERT_NEAR(sums.block_lag(b, lag), sum, 1e-11 * rows) << frames << ' ' << lag;
        }
        for (int t = 0; t < frames; ++t) ASSERT_NEAR(sums.block_diagonal(b, t), product(first, last, t, t), 1e-12 * rows);
      }
    }
}

TEST(TwoTime, SumsInPanelsAreThoseOfEveryPairOfTimes) { expect_sums_of_every_pair(two_time_sums_in_panels); }

// The kernels of devices, on the host; also where blocks of rows have to be taken a few at a time, 2 of 300 times and all of 1.
TEST(TwoTime, SumsInTilesAreThoseOfEveryPairOfTimes) {
  for (const double most_products : {0x1p27, 2.0 * 320.0 * 320.0, 1.0})
    expect_sums_of_every_pair([&](const Eigen::MatrixXd& x, int unit, int most) { return two_time_sums_in_tiles(x, unit, most, most_products); });
}

TEST(Correlation, MatrixEqualsItsDefinition) {
  const auto field = gaussian_fields(1, 57, 11, 0.8);
  const auto sums = two_time_sums(as_real_rows(field), 2, 10);
  const auto f = normalised(sums.product);
  for (int i = 0; i < 11; ++i) {
    for (int j = 0; j < 11; ++j) {
      EXPECT_NEAR(sums.product(i, j), product(field, i, j), 1e-11);
      EXPECT_EQ(sums.product(i, j), sums.product(j, i));
      EXPECT_NEAR(f(i, j), product(field, i, j) / std::sqrt(product(field, i, i) * product(field, j, j)),
                  1e-13);
    }
    EXPECT_EQ(f(i, i), 1.0);
  }
}

TEST(Correlation, CutIsTheRowOfTheMatrix) {
  const auto field = gaussian_fields(2, 40, 9, 0.7);
  const auto f = normalised(two_time_sums(as_real_rows(field), 2, 8).product);
  const auto cut = fixed_start_cut(field, 3, 1, 100);
  ASSERT_EQ(cut.value.size(), 6);  // as far as there are frames
  for (int lag = 0; lag < 6; ++lag) {
    EXPECT_NEAR(cut.value[lag], f(3, 3 + lag), 1e-13);
    EXPECT_NEAR(cut.numerator[lag] / cut.denominator[lag], cut.value[lag], 1e-15);
  }
  EXPECT_NEAR(cut.error[0], 0.0, 1e-12);
  EXPECT_EQ(fixed_start_cut(field, 3, 1, 2).value.size(), 3);
}

// Sums over starts, then divided; the error that of leaving each vector out by hand.
TEST(Correlation, CutOfAWindowOfAgesDividesSums) {
  const auto field = gaussian_fields(2, 40, 9, 0.7);
  const auto ratio = [&](int lag, int without) {
    double numerator = 0.0, denominator = 0.0;
    for (int t = 2; t < 5; ++t) {
      double n = 0.0, first = 0.0, second = 0.0;
      for (int k = 0; k < 40; ++k) {
        if (k == without) continue;
        n += (field(k, t) * std::conj(field(k, t + lag))).real();
        first += std::norm(field(k, t));
        second += std::norm(field(k, t + lag));
      }
      numerator += n;
      denominator += std::sqrt(first * second);
    }
    return numerator / denominator;
  };
  const auto cut = fixed_start_cut(field, 2, 3, 100);
  ASSERT_EQ(cut.value.size(), 5);  // the last start is frame 4 of 9
  for (int lag = 0; lag < 5; ++lag) {
    EXPECT_NEAR(cut.value[lag], ratio(lag, -1), 1e-13);
    double mean = 0.0, square = 0.0;
    for (int k = 0; k < 40; ++k) {
      mean += ratio(lag, k) / 40.0;
      square += ratio(lag, k) * ratio(lag, k) / 40.0;
    }
    EXPECT_NEAR(cut.error[lag], std::sqrt(39.0 * std::max(0.0, square - mean * mean)), 1e-7) << lag;
  }
}

TEST(Correlation, AgeAverageDividesSums) {
  const auto field = gaussian_fields(3, 33, 8, 0.7);
  const auto average = age_average(two_time_sums(as_real_rows(field), 2, 5));
  ASSERT_EQ(average.value.size(), 6);
  for (int lag = 0; lag <= 5; ++lag) {
    double numerator = 0.0, denominator = 0.0;
    for (int t = 0; t + lag < 8; ++t) {
      numerator += product(field, t, t + lag);
      denominator += std::sqrt(product(field, t, t) * product(field, t + lag, t + lag));
    }
    EXPECT_NEAR(average.numerator[lag], numerator, 1e-11);
    EXPECT_NEAR(average.value[lag], numerator / denominator, 1e-13);
  }
}

TEST(Correlation, JackknifeErrorsAreThoseOfACorrelationCoefficient) {
  const int speckles = 2000;
  const double a = 0.8;
  const auto cut = fixed_start_cut(gaussian_fields(4, speckles, 7, a), 0, 1, 6);
  for (int lag = 1; lag <= 6; ++lag) {
    const double kernel = std::pow(a, lag), sigma = (1.0 - kernel * kernel) / std::sqrt(2.0 * speckles);
    EXPECT_NEAR(cut.error[lag], sigma, 0.12 * sigma) << lag;  // its own error: some sqrt(2 / 2P) and kurtosis
    EXPECT_NEAR(cut.value[lag], kernel, 4.0 * sigma) << lag;
  }
}

TEST(Correlation, JackknifeErrorsOfTheAgeAverageCoverTheTruth) {
  // 150 movies: the root mean square of (estimate - truth) / error is 1 within 4 / sqrt(2 * 150).
  const double a = 0.6;
  double pull_squared = 0.0;
  for (int movie = 0; movie < 150; ++movie) {
    const auto field = gaussian_fields(100 + movie, 200, 20, a);
    const auto average = age_average(two_time_sums(as_real_rows(field), 2, 2));
    pull_squared += std::pow((average.value[2] - a * a) / average.error[2], 2) / 150;
  }
  EXPECT_NEAR(std::sqrt(pull_squared), 1.0, 0.23);
}

TEST(Correlation, WeighsAndPairsSpecies) {
  ModeSeries series{2, 3, {0.0, 1.0, 2.0}, {}};
  for (int t = 0; t < 3; ++t) {
    series.rho.emplace_back();
    for (int i = 0; i < 2 * 3; ++i) series.rho.back().push_back(gaussian(5, 6 * t + i));
  }
  std::vector<Complex> f;
  for (int i = 0; i < 6; ++i) f.push_back(gaussian(6, i));
  const auto field = scattered_field(series, f);
  for (int t = 0; t < 3; ++t)
    for (int k = 0; k < 3; ++k)
      EXPECT_LT(std::abs(field(k, t) - (f[2 * k] * series(t, 0, k) + f[2 * k + 1] * series(t, 1, k))), 1e-14);

  EXPECT_EQ(pair_names({"Cu", "Zr"}), (std::vector<std::string>{"Cu-Cu", "Cu-Zr", "Zr-Zr"}));
  const auto partial = partial_cut(series, {10, 40}, 1, 1, 5);
  ASSERT_EQ(partial.rows(), 2);
  for (int lag = 0; lag < 2; ++lag) {
    Complex cucu = 0.0, both = 0.0;
    for (int k = 0; k < 3; ++k) {
      cucu += series(1, 0, k) * std::conj(series(1 + lag, 0, k));
      both += series(1, 0, k) * std::conj(series(1 + lag, 1, k)) +
              series(1, 1, k) * std::conj(series(1 + lag, 0, k));
    }
    EXPECT_NEAR(partial(lag, 0), cucu.real() / 3 / 10, 1e-14);
    EXPECT_NEAR(partial(lag, 1), 0.5 * both.real() / 3 / 20, 1e-14);
  }
  const auto window = partial_cut(series, {10, 40}, 0, 2, 5);
  ASSERT_EQ(window.rows(), 2);
  EXPECT_NEAR(window(1, 0), 0.5 * (partial_cut(series, {10, 40}, 0, 1, 5)(1, 0) + partial(1, 0)), 1e-14);
}

}  // namespace
}  // namespace patina
