// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/frame_multi_tau.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.hpp"

namespace patina {
namespace {

// Where both take the same time (docs/performance.md).
constexpr double dense_fill = 0.15;
constexpr int most_levels = 62;

double fill_of_level(double fill, int level) { return -std::expm1(std::ldexp(std::log1p(-std::min(fill, 1.0 - 1e-12)), level)); }

}  // namespace

FrameMultiTau::FrameMultiTau(const PixelCells& cells, int channels, Density density, double fill)
    : cells_(cells), channels_(channels), first_dense_(first_dense_level(density, fill)), dense_(cells, first_dense_, channels), photon_noise_(cells.cells.size(), 0.0) {
  require(channels >= 4 && channels % 2 == 0, "multi-tau of an odd or small number of channels");
}

int FrameMultiTau::first_dense_level(Density density, double fill) {
  if (density == Density::sparse) return most_levels;
  if (density == Density::dense) return 0;
  int level = 0;
  while (level < most_levels && fill_of_level(fill, level) < dense_fill) ++level;
  return level;
}

double FrameMultiTau::bytes(const PixelCells& cells, int channels, std::int64_t frames, Density density, double fill) {
  const int levels = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(frames))), sparse = std::min(levels, first_dense_level(density, fill));
  double bytes = DenseLevels::bytes(cells, channels, levels - sparse);
  const double pixels = static_cast<double>(cells.pixels());
  // The log of a ring of 2^k events, half full at worst.
  for (int level = 0; level < sparse; ++level) bytes += pixels * (8.0 + fill_of_level(fill, level) * (2.0 * 24.0 * channels + 32.0));
  return bytes + levels * (64.0 * channels * static_cast<double>(cells.cells.size()));
}

void FrameMultiTau::add(const ScaledFrame& frame) {
  for (std::size_t c = 0; c < photon_noise_.size(); ++c) photon_noise_[c] += frame.photon_noise[c];
  if (first_dense_ == 0) return dense_.add(frame.values, frame.valid);
  add_to(0, {frame.values, frame.sum, frame.valid});
}

void FrameMultiTau::add_to(std::size_t level, const FrameSum& frame) {
  if (level == static_cast<std::size_t>(first_dense_)) return dense_.add(frame.values, frame.valid);
  if (level == sparse_.size()) {
    sparse_.emplace_back(cells_, static_cast<int>(level), channels_);
    waiting_.emplace_back();
  }
  sparse_[level].add(frame.values, frame.cell_sums, frame.valid);
  if (!waiting_[level]) {
    waiting_[level] = frame;
    return;
  }
  FrameSum sum;
  add_frames(cells_, *waiting_[level], frame, sum);
  waiting_[level].reset();
  add_to(level + 1, sum);
}

void FrameMultiTau::finish() { dense_.finish(); }

std::vector<const LevelSums*> FrameMultiTau::levels() const {
  std::vector<const LevelSums*> all;
  for (const SparseLevel& level : sparse_) all.push_back(&level.sums());
  for (const LevelSums* level : dense_.sums()) all.push_back(level);
  return all;
}

}  // namespace patina
