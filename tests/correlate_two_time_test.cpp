// SPDX-License-Identifier: BSD-3-Clause
// Two-time correlations, visibility and size of speckles of frames. Truth: sums over pixels as the formulas stand, of every normalisation,
// over events and over all pixels; the distribution of Poisson counts; a pattern of known size.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "correlate/speckle_size.hpp"
#include "correlate/two_time_map.hpp"
#include "correlate/visibility.hpp"
#include "correlate_samples.hpp"

namespace patina {
namespace {

constexpr int rows = 16, columns = 11, frames = 29;

struct Direct {
  const test::MemoryFrames& source;
  const RingMap& map;
  bool static_parts;
  int bin;
  const RecordRange& range;
  TwoTimeNormalisation normalisation;
  int averaged;

  bool good(std::int64_t t) const { return range.bad.count(range.first + t) == 0; }
  double count(std::int64_t t, std::size_t p) const { return good(t) ? source.counts()[static_cast<std::size_t>(range.first + t)][p] : 0.0; }

  // Sum over pixels of products, and the number of them, of frames t and u of one part.
  void add(std::int64_t t, std::int64_t u, const std::vector<std::size_t>& pixels, double& products, double& number) const {
    if (!good(t) || !good(u)) return;
    const auto n = static_cast<double>(pixels.size());
    double good_frames = 0.0, record = 0.0;
    std::vector<double> own(pixels.size());
    for (std::int64_t s = 0; s < range.count; ++s) {
      good_frames += good(s);
      for (std::size_t p = 0; p < pixels.size(); ++p) own[p] += count(s, pixels[p]);
    }
    for (double& sum : own) {
      record += sum / (n * good_frames);
      sum = normalisation == TwoTimeNormalisation::pixel ? sum / good_frames : 1.0;
    }
    double mean_t = 0.0, mean_u = 0.0;
    for (std::size_t p = 0; p < pixels.size(); ++p) {
      mean_t += count(t, pixels[p]) / own[p] / n;
      mean_u += count(u, pixels[p]) / own[p] / n;
    }
    if (normalisation == TwoTimeNormalisation::global) mean_t = mean_u = record;
    if (mean_t == 0.0 || mean_u == 0.0) return;
    for (std::size_t p = 0; p < pixels.size(); ++p) {
      const double a = count(t, pixels[p]), b = count(u, pixels[p]);
      products += (t == u ? a * (a - 1.0) : a * b) / (own[p] * own[p] * mean_t * mean_u);
    }
    number += n;
  }
  double c(std::int64_t i, std::int64_t j) const {
    double products = 0.0, number = 0.0;
    for (std::int32_t label = 1; label <= 4; ++label) {
      std::vector<std::size_t> pixels;
      const auto& labels = static_parts ? map.static_map : map.dynamic_map;
      for (std::size_t p = 0; p < labels.size(); ++p)
        if (labels[p] == label && map.dynamic_map[p] == bin + 1) pixels.push_back(p);
      if (pixels.empty()) continue;
      for (int a = 0; a < averaged; ++a)
        for (int b = 0; b < averaged; ++b) add(i * averaged + a, j * averaged + b, pixels, products, number);
    }
    return number > 0.0 ? products / number : std::nan("");
  }
};

TEST(CorrelateTwoTime, IsTheSumOverPixels) {
  test::MemoryFrames source = test::random_frames(rows, columns, frames + 2, 0.6, 3);
  const RingMap map = test::small_map(rows, columns);
  for (const auto normalisation : {TwoTimeNormalisation::frame, TwoTimeNormalisation::global, TwoTimeNormalisation::pixel, TwoTimeNormalisation::pearson})
    for (const bool static_parts : {true, false})
      for (const Density density : {Density::sparse, Density::dense})
        for (const int averaged : {1, 3}) {
          const PixelCells cells = make_pixel_cells(map, static_parts, 4);
          const RecordRange range{2, frames, {9, 22, 23}};
          FrameFeed feed(source, cells, range);
          const Scaling scaling = scaling_of(normalisation);
          const std::vector<double> factor = scaling == Scaling::pixel_and_frame ? pixel_factors(feed, cells, range) : std::vector<double>();
          const FrameScaling scale(cells, scaling, factor, 1.0);
          PixelSeries series(cells, 0, 2);
          CellFrame frame;
          ScaledFrame scaled;
          for (std::int64_t k = 0; k < range.count; ++k) {
            feed.read(k, frame);
            scale.apply(frame, scaled);
            series.add(frame, scaled);
          }
          for (int bin = 0; bin < 2; ++bin) {
            const Eigen::MatrixXd found = two_time_map(cells, series, bin, factor, {normalisation, averaged, 1.0, density});
            const Direct direct{source, map, static_parts, bin, range, normalisation, averaged};
            ASSERT_EQ(found.rows(), frames / averaged);
            for (Eigen::Index i = 0; i < found.rows(); ++i)
              for (Eigen::Index j = 0; j < found.cols(); ++j) {
                double truth = direct.c(i, j);
                if (normalisation == TwoTimeNormalisation::pearson) truth = (truth - 1.0) / std::sqrt((direct.c(i, i) - 1.0) * (direct.c(j, j) - 1.0));
                ASSERT_EQ(std::isnan(found(i, j)), std::isnan(truth)) << i << " " << j;
                if (std::isnan(truth)) continue;
                EXPECT_NEAR(found(i, j), truth, 1e-12 * std::max(1.0, std::abs(truth))) << formula(normalisation) << " " << i << " " << j;
              }
          }
        }
}

// As counted, the diagonal has 1 / mean more.
TEST(CorrelateTwoTime, PhotonNoiseIsOnTheDiagonalAlone) {
  test::MemoryFrames source = test::random_frames(rows, columns, frames, 0.6, 4);
  const PixelCells cells = make_pixel_cells(test::small_map(rows, columns), false, 4);
  const RecordRange range{0, frames, {}};
  FrameFeed feed(source, cells, range);
  const FrameScaling scale(cells, Scaling::frame, {}, 1.0);
  PixelSeries series(cells, 0, 2);
  CellFrame frame;
  ScaledFrame scaled;
  std::vector<double> mean;
  for (std::int64_t k = 0; k < range.count; ++k) {
    feed.read(k, frame);
    scale.apply(frame, scaled);
    series.add(frame, scaled);
    mean.push_back(1.0 / scaled.factor[1]);
  }
  const Eigen::MatrixXd with = two_time_map(cells, series, 1, {}, {TwoTimeNormalisation::frame, 1, 0.0, Density::automatic});
  const Eigen::MatrixXd without = two_time_map(cells, series, 1, {}, {TwoTimeNormalisation::frame, 1, 1.0, Density::automatic});
  for (Eigen::Index i = 0; i < frames; ++i)
    for (Eigen::Index j = 0; j < frames; ++j) EXPECT_NEAR(with(i, j) - without(i, j), i == j ? 1.0 / mean[static_cast<std::size_t>(i)] : 0.0, 1e-12);
}

TEST(CorrelateVisibility, OfPoissonCountsIsZeroAndItsProbabilitiesArePoisson) {
  constexpr double mean = 0.25;
  constexpr int record = 256, across = 60;
  std::mt19937 random(11);
  std::poisson_distribution<int> poisson(mean);
  std::vector<std::vector<float>> counts(record, std::vector<float>(rows * across));
  for (auto& frame : counts)
    for (float& n : frame) n = static_cast<float>(poisson(random));
  test::MemoryFrames source(rows, across, std::move(counts));
  const PixelCells cells = make_pixel_cells(test::small_map(rows, across), true, 20);
  const RecordRange range{0, record, {}};
  FrameFeed feed(source, cells, range);
  Visibility visibility(cells, 4);
  CellFrame frame;
  for (std::int64_t k = 0; k < record; ++k) {
    feed.read(k, frame);
    visibility.add(frame);
  }
  const auto found = visibility.of_bin(0);
  ASSERT_EQ(found.size(), 4u);
  for (const VisibilityOfExposure& one : found) {
    const double k = mean * static_cast<double>(one.frames), numbers = cells.bins[0].pixels * static_cast<double>(one.exposures);
    EXPECT_EQ(one.exposures, record / one.frames);
    EXPECT_NEAR(one.mean, k, 5.0 * std::sqrt(k / numbers));
    const double sigma = std::sqrt(2.0 / numbers) / k;  // <k(k-1)>/<k>^2 of Poisson counts
    EXPECT_LT(std::abs(one.contrast), 4.0 * sigma);
    EXPECT_NEAR(one.contrast_error / sigma, 1.0, 5.0 * std::sqrt(0.5 / 19.0));
    double p = std::exp(-k);
    for (int n = 0; n < 6; p *= k / ++n) EXPECT_NEAR(one.probability[static_cast<std::size_t>(n)], p, 5.0 * std::sqrt(p / numbers) + 1e-12) << one.frames << " " << n;
  }
}

// Squares of 2 x 2 pixels alike: over all pixels, the correlation with the neighbour in a row is 1/2, with that across a corner 1/4, so the sum of
// squares over neighbours is 1 + 4 (1/2)^2 + 4 (1/4)^2.
TEST(CorrelateSpeckleSize, OfSquaresOfFourPixels) {
  constexpr int side = 64, record = 48;
  std::mt19937 random(12);
  std::uniform_real_distribution<double> even(0.0, 1.0);
  std::vector<std::vector<float>> counts(record, std::vector<float>(side * side));
  for (auto& frame : counts)
    for (int r = 0; r < side; r += 2)
      for (int c = 0; c < side; c += 2) {
        const auto n = static_cast<float>(std::floor(1000.0 * -std::log(1.0 - even(random))));
        for (const int p : {r * side + c, r * side + c + 1, (r + 1) * side + c, (r + 1) * side + c + 1}) frame[static_cast<std::size_t>(p)] = n;
      }
  test::MemoryFrames source(side, side, std::move(counts));
  RingMap map = test::small_map(side, side);
  std::fill(map.dynamic_map.begin(), map.dynamic_map.end(), 1);
  map.rings = {{1.0, 0.0, 1}};
  map.ring_pixels = {side * side};
  const PixelCells cells = make_pixel_cells(map, false, 20);
  const RecordRange range{0, record, {}};
  FrameFeed feed(source, cells, range);
  SpeckleSize size(cells, side, side, record);
  CellFrame frame;
  for (std::int64_t k = 0; k < record; ++k) {
    feed.read(k, frame);
    size.add(k, frame);
  }
  // Neighbours on either side are alike in every other pair: (1 + 2 / 4)^2 and (1 + 2 / 2)^2.
  const SpeckleExtent extent = size.extents({1.0})[0];
  EXPECT_NEAR(extent.pixels_per_speckle, 2.25, 0.1);
  EXPECT_NEAR(extent.pixels_per_coherence_area, 4.0, 0.1);
}

}  // namespace
}  // namespace patina
