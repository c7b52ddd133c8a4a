// SPDX-License-Identifier: BSD-3-Clause
#include "score/lag_binning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace patina {
namespace {

double squared(double x) { return x * x; }

// At most `count` of 0 .. size - 1, evenly spaced.
std::vector<std::int64_t> sampled(std::int64_t size, double count) {
  const auto taken = static_cast<std::int64_t>(std::clamp(count, 1.0, static_cast<double>(size)));
  std::vector<std::int64_t> chosen;
  for (std::int64_t k = 0; k < taken; ++k)
    chosen.push_back(static_cast<std::int64_t>((static_cast<double>(k) + 0.5) * static_cast<double>(size) / static_cast<double>(taken)));
  return chosen;
}

// The mean over pairs of frames.
class PairMean {
 public:
  PairMean(const TruthShell& shell, bool frame_by_frame) : shell_(shell), by_record_(!shell.frame_mean.empty() && !frame_by_frame) {}
  void add(std::int64_t i, std::int64_t j) {
    const double f_squared = shell_.f_squared(static_cast<int>(i), static_cast<int>(j));
    count_ += 1.0;
    if (!by_record_) {
      sum_ += f_squared;
      return;
    }
    const double first = shell_.frame_mean[static_cast<std::size_t>(i)], second = shell_.frame_mean[static_cast<std::size_t>(j)];
    sum_ += (1.0 + shell_.sample.contrast * f_squared) * first * second;
    first_ += first;
    second_ += second;
  }
  double value() const { return by_record_ ? (sum_ * count_ / (first_ * second_) - 1.0) / shell_.sample.contrast : sum_ / count_; }

 private:
  const TruthShell& shell_;
  bool by_record_;
  double count_ = 0.0, sum_ = 0.0, first_ = 0.0, second_ = 0.0;
};

double over_starts(const TruthShell& shell, int frames, std::int64_t lag, bool frame_by_frame, double most_pairs) {
  PairMean mean(shell, frame_by_frame);
  for (const std::int64_t start : sampled(frames - lag, most_pairs)) mean.add(start, start + lag);
  return mean.value();
}

// One lag after the other of a stationary record.
double triangular(const TruthShell& shell, const LagChannel& bin) {
  const std::int64_t m = bin.averaged;
  double sum = 0.0;
  for (std::int64_t j = 1 - m; j < m; ++j)
    sum += static_cast<double>(m - std::abs(j)) * shell.f_squared(0, static_cast<int>(std::abs(bin.lag + j)));
  return sum / squared(static_cast<double>(m));
}

double over_blocks(const TruthShell& shell, int frames, const LagChannel& bin, bool frame_by_frame, double most_pairs) {
  const std::int64_t m = bin.averaged, blocks = frames / m - bin.lag / m;
  const auto within = sampled(m, std::max(8.0, std::cbrt(most_pairs)));
  PairMean mean(shell, frame_by_frame);
  for (const std::int64_t block : sampled(blocks, most_pairs / squared(static_cast<double>(within.size()))))
    for (const std::int64_t a : within)
      for (const std::int64_t b : within) mean.add(block * m + a, block * m + bin.lag + b);
  return mean.value();
}

}  // namespace

double binned_truth(const TruthShell& shell, int frames, const LagChannel& bin, bool frame_by_frame, double most_pairs) {
  if (bin.is_range()) {
    double sum = 0.0;
    const auto lags = sampled(bin.last - bin.first + 1, std::sqrt(most_pairs));
    for (const std::int64_t k : lags)
      sum += shell.stationary ? shell.f_squared(0, static_cast<int>(bin.first + k))
                              : over_starts(shell, frames, bin.first + k, frame_by_frame, most_pairs / static_cast<double>(lags.size()));
    return sum / static_cast<double>(lags.size());
  }
  if (bin.averaged == 1) return shell.stationary ? shell.f_squared(0, static_cast<int>(bin.lag)) : over_starts(shell, frames, bin.lag, frame_by_frame, most_pairs);
  return shell.stationary ? triangular(shell, bin) : over_blocks(shell, frames, bin, frame_by_frame, most_pairs);
}

std::string fault_of(const LagChannel& bin, int frames) {
  if (bin.is_range() && bin.averaged > 1) return "both averaged frames and a range of lags: either";
  if (bin.is_range() && bin.last < bin.first) return fmt::format("a range of lags from {} to {} frames: must not fall", bin.first, bin.last);
  const std::int64_t longest = bin.is_range() ? bin.last : bin.lag + bin.averaged - 1;
  if (bin.averaged > 1 && bin.lag % bin.averaged != 0)
    return fmt::format("means over {} frames at a lag of {}: must be a multiple of the {}", bin.averaged, bin.lag, bin.averaged);
  if (longest >= frames) return fmt::format("a lag of {} frames: the record has {}", longest, frames);
  return "";
}

std::vector<int> multi_tau_levels(const std::vector<std::int64_t>& lags) {
  std::vector<int> levels;
  std::size_t begin = 0;
  if (!lags.empty() && lags[0] == 0) {
    levels.push_back(1);
    begin = 1;
  }
  std::int64_t before = 0, step = 1;
  std::vector<int> in_level{0};
  for (std::size_t k = begin; k < lags.size(); ++k) {
    const std::int64_t gap = lags[k] - before;
    if (gap == 2 * step) {
      step = gap;
      in_level.push_back(0);
    } else if (gap != step) {
      return {};
    }
    if (lags[k] % step != 0) return {};
    ++in_level.back();
    levels.push_back(static_cast<int>(step));
    before = lags[k];
  }
  if (in_level.size() < 2) return {};
  const int d = in_level[0] / 2;
  if (d < 2 || in_level[0] % 2 != 0) return {};
  for (std::size_t l = 1; l < in_level.size(); ++l)
    if (in_level[l] != d && (l + 1 < in_level.size() || in_level[l] > d)) return {};
  // Where lag 0 leads, levels are those of scikit-beam: of the two that share a lag the coarser one has it.
  if (begin == 1)
    for (std::size_t k = 1; k < lags.size(); ++k)
      if (lags[k] == std::int64_t{2} * d * levels[k]) levels[k] *= 2;
  return levels;
}

}  // namespace patina
