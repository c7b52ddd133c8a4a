// SPDX-License-Identifier: BSD-3-Clause
// The multi-tau correlator of frames: memory and time grow as the logarithm of the record. While few pixels count, levels are sparse_level.hpp;
// sums of more and more frames fill up, and from some level on they are dense_levels.hpp. Both add up the same numbers.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "correlate/dense_levels.hpp"
#include "correlate/frame_scaling.hpp"
#include "correlate/sparse_level.hpp"

namespace patina {

enum class Density { automatic, sparse, dense };

class FrameMultiTau {
 public:
  // `channels`: even, 4 or more. `fill`: the share of pixels of a frame that are not 0, by which automatic chooses.
  FrameMultiTau(const PixelCells& cells, int channels, Density density, double fill);

  void add(const ScaledFrame& frame);
  void finish();  // after the last frame
  std::vector<const LevelSums*> levels() const;
  // Sum over valid frames of the part of lag 0 that single photons make, of each cell.
  const std::vector<double>& photon_noise() const { return photon_noise_; }

  // The first level that is dense, for this fill.
  static int first_dense_level(Density density, double fill);
  static double bytes(const PixelCells& cells, int channels, std::int64_t frames, Density density, double fill);

 private:
  void add_to(std::size_t level, const FrameSum& frame);

  const PixelCells& cells_;
  int channels_, first_dense_;
  std::vector<SparseLevel> sparse_;
  std::vector<std::optional<FrameSum>> waiting_;  // of each sparse level: the first half of a sum
  DenseLevels dense_;
  std::vector<double> photon_noise_;
};

}  // namespace patina
