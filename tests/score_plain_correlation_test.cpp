// SPDX-License-Identifier: BSD-3-Clause
// The plain estimator, which looks at pairs of frames in tiles. Truth: the same sums frame by frame in double precision.
#include "score/plain_correlation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace patina {
namespace {

// Frames go together over some 30 of them; the flux falls to half.
IntensityMatrix movie(Eigen::Index frames, Eigen::Index pixels) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  IntensityMatrix intensity(frames, pixels);
  const float keep = std::exp(-1.0f / 30.0f), fresh = std::sqrt(1.0f - keep * keep);
  for (Eigen::Index p = 0; p < pixels; ++p) {
    float x = normal(random), y = normal(random);
    for (Eigen::Index k = 0; k < frames; ++k, x = keep * x + fresh * normal(random), y = keep * y + fresh * normal(random))
      intensity(k, p) = (x * x + y * y) * (1.0f - 0.5f * static_cast<float>(k) / static_cast<float>(frames));
  }
  return intensity;
}

struct Direct {
  Eigen::MatrixXd all;
  std::vector<Eigen::MatrixXd> away;  // of each group
  explicit Direct(const IntensityMatrix& intensity) {
    const Eigen::MatrixXd scaled = intensity.cast<double>().array().colwise() / intensity.cast<double>().rowwise().mean().array();
    all = scaled * scaled.transpose() / static_cast<double>(scaled.cols());
    const Eigen::Index size = scaled.cols() / plain_groups;
    for (int g = 0; g < plain_groups; ++g) {
      const Eigen::MatrixXd x = scaled.middleCols(g * size, size);
      const Eigen::VectorXd mean = x.rowwise().mean();
      Eigen::MatrixXd one = x * x.transpose() / static_cast<double>(size);
      for (Eigen::Index i = 0; i < one.rows(); ++i)
        for (Eigen::Index j = 0; j < one.cols(); ++j) one(i, j) -= all(i, j) * (mean[i] + mean[j] - 1.0);
      away.push_back(std::move(one));
    }
  }
  static double lag_mean(const Eigen::MatrixXd& c, const LagRange& range) {
    double sum = 0.0;
    for (int lag = range.first; lag <= range.last; ++lag) sum += c.diagonal(lag).mean();
    return sum / range.count();
  }
  template <class Of>
  double error(const Of& of) const {
    double sum = 0.0, squares = 0.0;
    for (const Eigen::MatrixXd& one : away) {
      const double x = of(one);
      sum += x;
      squares += x * x;
    }
    return std::sqrt((squares - sum * sum / plain_groups) / (plain_groups * (plain_groups - 1.0)));
  }
};

void expect_direct(Eigen::Index frames, Eigen::Index pixels, int averaged) {
  const IntensityMatrix intensity = movie(frames, pixels);
  const PlainCorrelation found = correlate_plainly(intensity);
  const Direct direct(intensity);
  ASSERT_EQ(found.averaged, averaged);
  ASSERT_EQ(found.map.rows(), frames / averaged);
  // Single precision: 1e-6 of a sum of products.
  for (std::size_t k = 0; k < found.lags.size(); ++k) {
    EXPECT_NEAR(found.g2[k], Direct::lag_mean(direct.all, found.lags[k]), 1e-6) << k;
    const double error = direct.error([&](const Eigen::MatrixXd& c) { return Direct::lag_mean(c, found.lags[k]); });
    EXPECT_NEAR(found.g2_sigma[k], error, 1e-3 * error) << k;
  }
  const Eigen::Index last = found.map.rows() - 1;
  for (const auto& [i, j] : {std::pair<Eigen::Index, Eigen::Index>{0, 1}, {3, 17}, {0, last}, {last - 1, last}, {last / 2, last / 2 + 5}, {500 / averaged, 530 / averaged}}) {
    const auto block = [&, i = i, j = j](const Eigen::MatrixXd& c) { return c.block(i * averaged, j * averaged, averaged, averaged).mean(); };
    EXPECT_NEAR(found.map(i, j), block(direct.all), 3e-6) << i << " " << j;
    EXPECT_EQ(found.map(j, i), found.map(i, j));
    EXPECT_NEAR(found.map_sigma(i, j), direct.error(block), 1e-3 * direct.error(block)) << i << " " << j;
  }
}

TEST(PlainCorrelation, IsThatOfAllPairsOfFrames) { expect_direct(1111, 67, 1); }

TEST(PlainCorrelation, AveragesRowsOfLongRecords) { expect_direct(2101, 45, 2); }

TEST(PlainCorrelation, ManyPixelsInSinglePrecision) {
  // Rounding of sums over 2e5 pixels against the noise that so many have, 1 / sqrt(pixels) of the contrast.
  const IntensityMatrix intensity = movie(8, 200000);
  const PlainCorrelation found = correlate_plainly(intensity);
  const Direct direct(intensity);
  EXPECT_LT((found.map.cast<double>() - direct.all).array().abs().maxCoeff(), 1e-3 / std::sqrt(2e5));
}

}  // namespace
}  // namespace patina
