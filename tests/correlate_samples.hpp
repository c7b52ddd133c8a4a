// SPDX-License-Identifier: BSD-3-Clause
// Frames in memory, for those who correlate them, and correlations of them summed up pixel by pixel.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "correlate/frame_feed.hpp"
#include "frames/ring_map.hpp"

namespace patina::test {

// [frame][pixel]
class MemoryFrames : public FrameSource {
 public:
  MemoryFrames(int rows, int columns, std::vector<std::vector<float>> counts) : rows_(rows), columns_(columns), counts_(std::move(counts)) {}
  FrameShape shape() const override { return {static_cast<std::int64_t>(counts_.size()), rows_, columns_}; }
  std::string layout() const override { return "memory"; }
  std::string place() const override { return "frames in memory"; }
  double marked_from() const override { return 65535.0; }
  void read(std::int64_t frame, std::vector<PixelValue>& values) override {
    values.clear();
    const auto& counts = counts_[static_cast<std::size_t>(frame)];
    for (std::size_t p = 0; p < counts.size(); ++p)
      if (counts[p] != 0.0f) values.push_back({static_cast<std::uint32_t>(p), counts[p]});
  }
  const std::vector<std::vector<float>>& counts() const { return counts_; }

 private:
  int rows_, columns_;
  std::vector<std::vector<float>> counts_;
};

// Counts whose means differ between pixels and frames, slowly changing; some frames empty in whole or in parts.
inline MemoryFrames random_frames(int rows, int columns, int frames, double mean, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> even(0.0, 1.0);
  const std::size_t pixels = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  std::vector<double> intensity(pixels);
  for (double& i : intensity) i = -std::log(1.0 - even(random));
  std::vector<std::vector<float>> counts;
  for (int t = 0; t < frames; ++t) {
    const double flux = 0.5 + even(random);
    std::vector<float> frame(pixels);
    for (std::size_t p = 0; p < pixels; ++p) {
      if (even(random) < 0.1) intensity[p] = -std::log(1.0 - even(random));
      const double slope = 1.0 + static_cast<double>(p) / static_cast<double>(pixels);
      frame[p] = static_cast<float>(std::poisson_distribution<int>(mean * flux * slope * intensity[p])(random));
    }
    if (t % 17 == 5) std::fill(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(pixels / 2), 0.0f);  // whole parts count nothing
    counts.push_back(std::move(frame));
  }
  return {rows, columns, std::move(counts)};
}

// Two dynamic bins of two static ones each, by rows; a masked column.
inline RingMap small_map(int rows, int columns) {
  RingMap map;
  map.rows = rows;
  map.columns = columns;
  map.rings = {{1.0, 0.0, 2}, {2.0, 0.0, 2}};
  map.static_q_inv_A = {0.9, 1.1, 1.9, 2.1};
  map.static_phi_deg = {0.0, 0.0, 0.0, 0.0};
  map.ring_pixels = {0, 0};
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const bool good = c != 3;
      const int part = 4 * r / rows;
      map.mask.push_back(good);
      map.static_map.push_back(good ? part + 1 : 0);
      map.dynamic_map.push_back(good ? part / 2 + 1 : 0);
      if (good) ++map.ring_pixels[static_cast<std::size_t>(part / 2)];
    }
  return map;
}

}  // namespace patina::test
