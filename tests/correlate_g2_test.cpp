// SPDX-License-Identifier: BSD-3-Clause
// g2 of frames. Truth: sums over pixels and pairs of frames, one after the other, as the formulas stand [physics.md 3.6, formats.md 3], for
// every normalisation, level, bad frames and bins that count nothing; ways that must agree (events, all pixels); closed forms.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "correlate/aged_g2.hpp"
#include "correlate/frame_multi_tau.hpp"
#include "correlate/g2_errors.hpp"
#include "correlate/g2_estimate.hpp"
#include "correlate_samples.hpp"

namespace patina {
namespace {

constexpr int rows = 16, columns = 11, frames = 203, channels = 8;

std::vector<G2Curve> correlated(test::MemoryFrames& source, const PixelCells& cells, const RecordRange& range, G2Normalisation normalisation, Density density, double fill = 0.3) {
  FrameFeed feed(source, cells, range);
  const Scaling scaling = scaling_of(normalisation);
  const FrameScaling scale(cells, scaling, scaling == Scaling::pixel_and_frame ? pixel_factors(feed, cells, range) : std::vector<double>(), 1.0);
  FrameMultiTau multi_tau(cells, channels, density, fill);
  CellFrame frame;
  ScaledFrame scaled;
  for (std::int64_t k = 0; k < range.count; ++k) {
    feed.read(k, frame);
    scale.apply(frame, scaled);
    multi_tau.add(scaled);
  }
  multi_tau.finish();
  return multi_tau_g2(cells, multi_tau.levels(), multi_tau.photon_noise(), normalisation);
}

// One part, summed up as the formula says.
class Direct {
 public:
  Direct(const test::MemoryFrames& source, const RingMap& map, bool static_parts, int bin, const RecordRange& range, G2Normalisation normalisation)
      : normalisation_(normalisation) {
    const auto& labels = static_parts ? map.static_map : map.dynamic_map;
    for (std::int32_t label = 1; label <= 4; ++label) {
      std::vector<std::size_t> pixels;
      for (std::size_t p = 0; p < labels.size(); ++p)
        if (labels[p] == label && map.dynamic_map[p] == bin + 1) pixels.push_back(p);
      if (!pixels.empty()) add_part(source, pixels, range);
    }
  }

  // Of pairs whose later frame of that level is from .. to - 1.
  double g2(int level, int k, std::size_t from = 0, std::size_t to = frames) const {
    double sum = 0.0, weight = 0.0;
    for (const Part& part : parts_) {
      const Series& x = part.levels[static_cast<std::size_t>(level)];
      const auto pixels = static_cast<double>(part.pixels);
      double products = 0.0, past = 0.0, future = 0.0, pairs = 0.0, means = 0.0, total = 0.0, valid = 0.0;
      for (std::size_t t = from; t < std::min(to, x.value.size()); ++t) {
        if (x.valid[t]) {
          ++valid;
          for (const double v : x.value[t]) total += v;
        }
        if (t < static_cast<std::size_t>(k) || !x.valid[t] || !x.valid[t - static_cast<std::size_t>(k)]) continue;
        const auto &now = x.value[t], &then = x.value[t - static_cast<std::size_t>(k)];
        double a = 0.0, b = 0.0;
        for (std::size_t p = 0; p < now.size(); ++p) {
          products += now[p] * then[p];
          a += then[p];
          b += now[p];
        }
        past += a;
        future += b;
        means += a * b / (pixels * pixels);
        ++pairs;
      }
      if (pairs == 0.0) continue;
      const double mean = total / (pixels * valid), per_frame = std::pow(4.0, level);
      double denominator = 0.0;
      switch (normalisation_) {
        case G2Normalisation::frame: case G2Normalisation::pixel: denominator = per_frame; break;
        case G2Normalisation::frame_pairs: denominator = means / pairs; break;
        case G2Normalisation::symmetric: denominator = past / (pixels * pairs) * future / (pixels * pairs); break;
        case G2Normalisation::global: denominator = mean * mean; break;
      }
      sum += pixels * products / (pixels * pairs * denominator);
      weight += pixels;
    }
    return sum / weight;
  }
  // g2 at lag 0 of <I (I - 1)>, less 1.
  double contrast() const {
    double sum = 0.0, weight = 0.0;
    for (const Part& part : parts_) {
      const Series& x = part.levels[0];
      const auto pixels = static_cast<double>(part.pixels);
      double valid = 0.0, total = 0.0, squares = 0.0;
      for (std::size_t t = 0; t < x.value.size(); ++t) {
        if (!x.valid[t]) continue;
        double in_frame = 0.0;
        for (const double v : x.value[t]) in_frame += v / pixels;
        squares += in_frame * in_frame;
        total += in_frame;
        ++valid;
      }
      double denominator = std::pow(total / valid, 2);
      if (normalisation_ == G2Normalisation::frame || normalisation_ == G2Normalisation::pixel) denominator = 1.0;
      if (normalisation_ == G2Normalisation::frame_pairs) denominator = squares / valid;
      sum += part.pairs_of_photons / (valid * denominator);
      weight += pixels;
    }
    return sum / weight - 1.0;
  }

 private:
  struct Series {
    std::vector<std::vector<double>> value;
    std::vector<bool> valid;
  };
  struct Part {
    std::size_t pixels = 0;
    double pairs_of_photons = 0.0;  // sum of I (I - 1), scaled
    std::vector<Series> levels;
  };

  void add_part(const test::MemoryFrames& source, const std::vector<std::size_t>& pixels, const RecordRange& range) {
    Part part;
    part.pixels = pixels.size();
    Series x;
    std::vector<double> pixel_mean(pixels.size(), 1.0);
    if (normalisation_ == G2Normalisation::pixel)
      for (std::size_t p = 0; p < pixels.size(); ++p) {
        double sum = 0.0, good = 0.0;
        for (std::int64_t t = 0; t < range.count; ++t) {
          if (range.bad.count(range.first + t)) continue;
          sum += source.counts()[static_cast<std::size_t>(range.first + t)][pixels[p]];
          ++good;
        }
        pixel_mean[p] = sum / good;
      }
    for (std::int64_t t = 0; t < range.count; ++t) {
      const auto& counts = source.counts()[static_cast<std::size_t>(range.first + t)];
      bool valid = range.bad.count(range.first + t) == 0;
      std::vector<double> value(pixels.size());
      double mean = 0.0;
      for (std::size_t p = 0; p < pixels.size() && valid; ++p) {
        value[p] = counts[pixels[p]] / pixel_mean[p];
        mean += value[p] / static_cast<double>(pixels.size());
      }
      const bool scaled = normalisation_ == G2Normalisation::frame || normalisation_ == G2Normalisation::pixel;
      if (scaled && mean == 0.0) valid = false;
      for (std::size_t p = 0; p < pixels.size() && valid; ++p) {
        if (scaled) value[p] /= mean;
        if (counts[pixels[p]] > 0.0f) part.pairs_of_photons += value[p] * value[p] * (1.0 - 1.0 / counts[pixels[p]]);
      }
      x.value.push_back(std::move(value));
      x.valid.push_back(valid);
    }
    part.levels.push_back(x);
    for (int level = 1; level < 6; ++level) {
      Series next;
      for (std::size_t t = 0; t + 1 < x.value.size(); t += 2) {
        std::vector<double> value(pixels.size());
        for (std::size_t p = 0; p < value.size(); ++p)
          value[p] = x.valid[t] && x.valid[t + 1] ? x.value[t][p] + x.value[t + 1][p] : x.valid[t] ? 2.0 * x.value[t][p] : x.valid[t + 1] ? 2.0 * x.value[t + 1][p] : 0.0;
        next.value.push_back(std::move(value));
        next.valid.push_back(x.valid[t] || x.valid[t + 1]);
      }
      part.levels.push_back(next);
      x = std::move(next);
    }
    parts_.push_back(std::move(part));
  }

  G2Normalisation normalisation_;
  std::vector<Part> parts_;
};

constexpr G2Normalisation all_normalisations[] = {G2Normalisation::frame, G2Normalisation::frame_pairs, G2Normalisation::symmetric, G2Normalisation::global, G2Normalisation::pixel};

TEST(CorrelateG2, IsTheSumOverPixelsAndPairs) {
  test::MemoryFrames source = test::random_frames(rows, columns, frames + 7, 0.4, 1);
  const RingMap map = test::small_map(rows, columns);
  for (const G2Normalisation normalisation : all_normalisations)
    for (const bool static_parts : {true, false})
      for (const Density density : {Density::sparse, Density::dense, Density::automatic})
        for (const bool bad : {false, true}) {
          const PixelCells cells = make_pixel_cells(map, static_parts, 5);
          RecordRange range{7, frames, {}};
          if (bad) range.bad = {7, 20, 21, 33, 150};
          const auto curves = correlated(source, cells, range, normalisation, density, 0.05);
          for (int bin = 0; bin < 2; ++bin) {
            const Direct direct(source, map, static_parts, bin, range, normalisation);
            const G2Curve& curve = curves[static_cast<std::size_t>(bin)];
            ASSERT_EQ(curve.channels.size(), 7u + 4u * 4u + 2u);  // 6 sums of 32 frames
            for (std::size_t k = 0; k < curve.channels.size(); ++k) {
              int level = 0;
              while (1 << level < curve.channels[k].averaged) ++level;
              const double truth = direct.g2(level, static_cast<int>(curve.channels[k].lag >> level));
              EXPECT_NEAR(curve.value[k], truth, 1e-12 * truth) << formula(normalisation) << " " << static_parts << " " << bad << " bin " << bin << " lag " << curve.channels[k].lag;
            }
            EXPECT_NEAR(curve.contrast, direct.contrast(), 1e-12) << formula(normalisation) << " " << static_parts << " " << bad;
          }
        }
}

// Windows of age: the same sums, over the pairs that each window says it has; one after the other they hold all pairs of the record.
TEST(CorrelateG2, OfWindowsIsTheSumOverTheirPairs) {
  test::MemoryFrames source = test::random_frames(rows, columns, frames, 0.4, 3);
  const RingMap map = test::small_map(rows, columns);
  const PixelCells cells = make_pixel_cells(map, true, 5);
  const RecordRange range{0, frames, {20, 21, 150}};
  for (const G2Normalisation normalisation : {G2Normalisation::frame, G2Normalisation::symmetric, G2Normalisation::global})
    for (const Density density : {Density::sparse, Density::dense, Density::automatic}) {
      FrameFeed feed(source, cells, range);
      const FrameScaling scale(cells, scaling_of(normalisation), {}, 1.0);
      FrameMultiTau multi_tau(cells, channels, density, 0.05);
      AgedG2 ages(cells, normalisation, frames, 4);
      CellFrame frame;
      ScaledFrame scaled;
      for (std::int64_t k = 0; k < range.count; ++k) {
        feed.read(k, frame);
        scale.apply(frame, scaled);
        multi_tau.add(scaled);
        if (k + 1 < range.count) ages.after(k + 1, multi_tau);
      }
      multi_tau.finish();
      ages.after(range.count, multi_tau);
      ASSERT_EQ(ages.windows().size(), 4u);
      for (int bin = 0; bin < 2; ++bin) {
        const Direct direct(source, map, true, bin, range, normalisation);
        const G2Curve whole = multi_tau_g2(cells, multi_tau.levels(), {}, normalisation)[static_cast<std::size_t>(bin)];
        std::vector<std::size_t> from(whole.channels.size(), 0);
        std::vector<double> pairs(whole.channels.size(), 0.0);
        for (const AgeWindow& window : ages.windows()) {
          const G2Curve& curve = window.bins[static_cast<std::size_t>(bin)];
          ASSERT_LE(curve.channels.size(), whole.channels.size());
          for (std::size_t k = 0; k < curve.channels.size(); ++k) {
            int level = 0;
            while (1 << level < curve.channels[k].averaged) ++level;
            const auto to = static_cast<std::size_t>(window.last[k] + 1) >> level;
            EXPECT_GE(window.first[k], std::max<std::int64_t>(static_cast<std::int64_t>(from[k]) << level, curve.channels[k].lag));
            const double truth = direct.g2(level, static_cast<int>(curve.channels[k].lag >> level), from[k], to);
            // The mean of a window in which a level has its first pair begins where the window does, which only later windows tell.
            const bool begin_known = normalisation != G2Normalisation::global || level == 0 || from[k] > 0;
            if (curve.pairs[k] > 0.0 && begin_known) {
              EXPECT_NEAR(curve.value[k], truth, 1e-11 * truth) << formula(normalisation) << " lag " << curve.channels[k].lag << " to " << window.last[k];
            } else if (curve.pairs[k] == 0.0) {
              EXPECT_TRUE(std::isnan(curve.value[k]));
            }
            from[k] = to;
            pairs[k] += curve.pairs[k];
          }
        }
        for (std::size_t k = 0; k < pairs.size(); ++k) EXPECT_EQ(pairs[k], whole.pairs[k]);
      }
    }
}

// Of uncorrelated counts g2 - 1 scatters as 1 / (mean sqrt(pixels pairs)) about 0; blocks and closed form know it to what their number lets them.
TEST(CorrelateG2, ErrorsOfUncorrelatedCountsAreThoseOfPhotons) {
  constexpr double mean = 0.3;
  constexpr int blocks = 40;
  std::mt19937 random(5);
  std::poisson_distribution<int> poisson(mean);
  std::vector<std::vector<float>> counts(300, std::vector<float>(rows * 40));
  for (auto& frame : counts)
    for (float& n : frame) n = static_cast<float>(poisson(random));
  test::MemoryFrames source(rows, 40, std::move(counts));
  const RingMap map = test::small_map(rows, 40);
  const PixelCells cells = make_pixel_cells(map, false, blocks);
  const RecordRange range{0, 300, {}};
  const G2Curve curve = correlated(source, cells, range, G2Normalisation::frame, Density::automatic)[0];
  const double pixels = cells.bins[0].pixels;
  const Eigen::MatrixXd of_blocks = curve.covariance();
  const Eigen::MatrixXd closed = closed_form_covariance(curve, speckle_sample(curve, pixels, mean, {}), 300);
  double chi_squared = 0.0, ratio = 0.0;
  for (int k = 0; k < channels - 1; ++k) {
    const double variance = 1.0 / (mean * mean * pixels * curve.pairs[static_cast<std::size_t>(k)]);
    chi_squared += std::pow(curve.value[static_cast<std::size_t>(k)] - 1.0, 2) / variance;
    ratio += of_blocks(k, k) / variance / (channels - 1);
    EXPECT_NEAR(closed(k, k), variance, 0.05 * variance);
  }
  EXPECT_LT(chi_squared, 25.0);  // of 7: 1 in 1000 is above
  EXPECT_NEAR(ratio, 1.0, 5.0 * std::sqrt(2.0 / (blocks - 1) / (channels - 1)));
  EXPECT_NEAR(curve.block_deviations.colwise().sum().cwiseAbs().maxCoeff(), 0.0, 1e-12);
}

TEST(CorrelateG2, NeedsMemoryOfTheLongestLagNotOfTheRecord) {
  const RingMap map = test::small_map(rows, columns);
  const PixelCells cells = make_pixel_cells(map, true, 5);
  test::MemoryFrames source = test::random_frames(rows, columns, 64, 0.2, 2);
  const RecordRange range{0, 64, {}};
  FrameFeed feed(source, cells, range);
  const FrameScaling scale(cells, Scaling::none, {}, 1.0);
  SparseLevel level(cells, 0, channels);
  CellFrame frame;
  ScaledFrame scaled;
  double after_one_round = 0.0;
  for (int round = 0; round < 50; ++round) {
    for (std::int64_t k = 0; k < range.count; ++k) {
      feed.read(k, frame);
      scale.apply(frame, scaled);
      level.add(scaled.values, scaled.sum, scaled.valid);
    }
    if (round == 0) after_one_round = level.bytes();
  }
  EXPECT_EQ(level.bytes(), after_one_round);
}

TEST(CorrelateG2, RefusesPixelsThatCannotBe) {
  const RingMap map = test::small_map(4, 5);
  const PixelCells cells = make_pixel_cells(map, true, 2);
  const RecordRange range{0, 2, {}};
  const auto message = [&](float value) -> std::string {
    std::vector<std::vector<float>> counts(2, std::vector<float>(20, 1.0f));
    counts[1][7] = value;
    test::MemoryFrames source(4, 5, counts);
    FrameFeed feed(source, cells, range);
    CellFrame frame;
    try {
      feed.read(1, frame);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  };
  for (const float value : {65535.0f, std::numeric_limits<float>::quiet_NaN(), -1.0f})
    for (const char* word : {"frames in memory", "frame 1", "row 1", "column 2", "mask"}) EXPECT_NE(message(value).find(word), std::string::npos) << value << ": " << message(value);
  EXPECT_EQ(message(7.0f), "");
}

}  // namespace
}  // namespace patina
