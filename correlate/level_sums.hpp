// SPDX-License-Identifier: BSD-3-Clause
// Sums of one level of a multi-tau correlator of frames [K. Schätzel, Quantum Opt. 2 (1990) 287, doi 10.1088/0954-8998/2/4/002]: level l correlates
// sums over 2^l neighbouring frames, at lags of k such sums, k = 0 .. p-1 on level 0, p/2 .. p-1 beyond. Products of pixels are added up by
// whoever has them; here stands what goes with them: for each k the pairs of frames behind it, and sums of the earlier and of the later
// frame of them. A part that is not valid in a frame (a bad one, or one without a photon) is in no pair.
#pragma once

#include <cstdint>
#include <vector>

#include "correlate/pixel_cells.hpp"

namespace patina {

class LevelSums {
 public:
  LevelSums(const PixelCells& cells, int level, int channels);

  // The next frame, or sum of frames: of each cell and part.
  void add(const std::vector<double>& cell_sums, const std::vector<std::uint8_t>& valid);

  // What has come to it since it was `earlier`; frames() are all.
  LevelSums since(const LevelSums& earlier) const;

  int first_channel() const { return level_ == 0 ? 0 : channels_ / 2; }
  int channels() const { return channels_; }
  int level() const { return level_; }
  std::int64_t frames() const { return frames_; }

  // Sums over pairs of products of the pixels of a cell: [cell * channels + k]. To be added to.
  std::vector<double> products;
  double past(std::size_t cell, int k) const { return past_[cell * stride() + static_cast<std::size_t>(k)]; }
  double future(std::size_t cell, int k) const { return future_[cell * stride() + static_cast<std::size_t>(k)]; }
  double pairs(std::size_t part, int k) const { return pairs_[part * stride() + static_cast<std::size_t>(k)]; }
  // Sum over pairs of the product of the sums over a part.
  double sum_products(std::size_t part, int k) const { return sum_products_[part * stride() + static_cast<std::size_t>(k)]; }
  // Over all valid frames.
  double total(std::size_t cell) const { return total_[cell]; }
  double valid_frames(std::size_t part) const { return valid_frames_[part]; }

 private:
  std::size_t stride() const { return static_cast<std::size_t>(channels_); }

  const PixelCells& cells_;
  int level_, channels_;
  std::int64_t frames_ = 0;
  std::vector<double> past_, future_, pairs_, sum_products_, total_, valid_frames_;
  // Of the last frames, number n at n % channels.
  std::vector<std::vector<double>> cell_history_, part_history_;
  std::vector<std::vector<std::uint8_t>> valid_history_;
};

// What the halves of a sum of two frames are multiplied by, where one of them is not valid: 1, 1; 2, 0; 0, 2; 0, 0.
struct Halves {
  double first = 0.0, second = 0.0;
};
inline Halves halves(bool first, bool second) { return {first ? (second ? 1.0 : 2.0) : 0.0, second ? (first ? 1.0 : 2.0) : 0.0}; }

}  // namespace patina
