// SPDX-License-Identifier: BSD-3-Clause
#include "run/ring_correlations.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "beamline/recorded_truth.hpp"

namespace patina {

namespace {

constexpr double bytes_at_once = 6.4e7;

// Sums over the pixels that were added so far.
struct RingSums {
  double pixels = 0.0;
  std::vector<double> sum, square;   // of each place
  std::vector<double> products;      // [delay][block], of means over the frames of a delay's level
  std::vector<double> shown;         // [i][j]
};

std::size_t pixels_of_block(std::size_t frames) {
  return static_cast<std::size_t>(std::max(1.0, bytes_at_once / (sizeof(float) * static_cast<double>(frames))));
}

double dot(const float* a, const float* b, std::size_t count) {
  double sum = 0.0;
  for (std::size_t k = 0; k < count; ++k) sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
  return sum;
}

// `block`: [place][count] of one ring.
void add_block(const std::vector<float>& block, std::size_t count, const std::vector<int>& delays, std::size_t stride, RingSums& sums) {
  const std::size_t frames = block.size() / count;
  const auto of = [&](std::size_t place) { return block.data() + place * count; };
  sums.pixels += static_cast<double>(count);
  for (std::size_t i = 0; i < frames; ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < count; ++k) sum += static_cast<double>(of(i)[k]);
    sums.sum[i] += sum;
    sums.square[i] += dot(of(i), of(i), count);
  }
  // Level by level, from means over twice as many frames each time.
  std::vector<float> means = block;
  std::size_t averaged = 1, blocks = frames;
  for (std::size_t d = 0; d < delays.size(); ++d) {
    for (; averaged < static_cast<std::size_t>(multi_tau_average(delays[d])); averaged *= 2, blocks /= 2)
      for (std::size_t b = 0; b < blocks / 2; ++b)
        for (std::size_t k = 0; k < count; ++k) means[b * count + k] = 0.5f * (means[2 * b * count + k] + means[(2 * b + 1) * count + k]);
    const std::size_t lag = static_cast<std::size_t>(delays[d]) / averaged;
    for (std::size_t b = 0; b + lag < blocks; ++b) sums.products[d * frames + b] += dot(means.data() + b * count, means.data() + (b + lag) * count, count);
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < frames; i += stride)
    for (std::size_t j = 0; j < frames; j += stride) sums.shown[at++] += dot(of(i), of(j), count);
}

RingCorrelations result_of(const RingSums& sums, const std::vector<int>& delays, std::size_t stride) {
  const std::size_t frames = sums.sum.size();
  const auto c = [&](double product, std::size_t i, std::size_t j) { return sums.pixels * product / (sums.sum[i] * sums.sum[j]); };
  RingCorrelations result;
  for (std::size_t i = 0; i < frames; ++i) {
    result.frame_mean.push_back(sums.sum[i] / sums.pixels);
    result.mean += result.frame_mean.back() / static_cast<double>(frames);
    result.contrast += (c(sums.square[i], i, i) - 1.0) / static_cast<double>(frames);
  }
  for (std::size_t d = 0; d < delays.size(); ++d) {
    const auto averaged = static_cast<std::size_t>(multi_tau_average(delays[d])), lag = static_cast<std::size_t>(delays[d]) / averaged;
    const std::size_t starts = frames / averaged - lag;
    const auto mean = [&](std::size_t b) { return std::accumulate(sums.sum.begin() + static_cast<std::ptrdiff_t>(b * averaged), sums.sum.begin() + static_cast<std::ptrdiff_t>((b + 1) * averaged), 0.0) / static_cast<double>(averaged); };
    double sum = 0.0;
    for (std::size_t b = 0; b < starts; ++b) sum += sums.pixels * sums.products[d * frames + b] / (mean(b) * mean(b + lag));
    result.g2.push_back(sum / static_cast<double>(starts));
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < frames; i += stride)
    for (std::size_t j = 0; j < frames; j += stride) result.two_time.push_back(c(sums.shown[at++], i, j));
  return result;
}

}  // namespace

std::vector<RingCorrelations> correlate_rings(const IntensityFile& waiting, const std::vector<std::int64_t>& record, const std::vector<std::int32_t>& ring,
                                              int rings, const std::vector<int>& delays, int stride) {
  const std::size_t frames = record.size(), step = static_cast<std::size_t>(stride), shown = (frames + step - 1) / step;
  std::vector<RingCorrelations> results;
  for (int r = 1; r <= rings; ++r) {
    std::vector<std::size_t> pixels;
    for (std::size_t p = 0; p < ring.size(); ++p)
      if (ring[p] == r) pixels.push_back(p);
    RingSums sums{0.0, std::vector<double>(frames), std::vector<double>(frames), std::vector<double>(delays.size() * frames), std::vector<double>(shown * shown)};
    for (std::size_t first = 0; first < pixels.size(); first += pixels_of_block(frames)) {
      const std::size_t count = std::min(pixels_of_block(frames), pixels.size() - first);
      std::vector<float> block;
      block.reserve(frames * count);
      for (const std::int64_t frame : record) {
        const std::vector<float> numbers = waiting.read(frame);
        for (std::size_t k = 0; k < count; ++k) block.push_back(numbers[pixels[first + k]]);
      }
      add_block(block, count, delays, step, sums);
    }
    results.push_back(result_of(sums, delays, step));
  }
  return results;
}

double bytes_of_ring_correlations(double frames, double rings, double delays, double shown, double pixels) {
  return std::min(bytes_at_once, 4.0 * frames * pixels) + 8.0 * frames * (delays + 2.0) + 8.0 * shown * shown * (rings + 1.0);
}

}  // namespace patina
