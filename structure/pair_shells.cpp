// SPDX-License-Identifier: BSD-3-Clause
#include "structure/pair_shells.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "structure/whole_frame.hpp"

namespace patina {

namespace {

constexpr PairBins bins{0.05, 200};
constexpr int smoothing = 2;  // bins to each side
constexpr double rise = 0.1;  // of the depth of the minimum below the peak

PairCounts joined(const std::vector<PairCounts>& frames) {
  PairCounts sum = frames.front();
  for (std::size_t f = 1; f < frames.size(); ++f) {
    for (std::size_t k = 0; k < sum.pairs.size(); ++k) sum.pairs[k] += frames[f].pairs[k];
    sum.volume_sum_A3 += frames[f].volume_sum_A3;
    ++sum.frames;
  }
  return sum;
}

std::vector<double> smoothed(const std::vector<double>& g) {
  std::vector<double> smooth(g.size(), 0.0);
  const auto size = static_cast<int>(g.size());
  for (int i = 0; i < size; ++i) {
    const int low = std::max(0, i - smoothing), high = std::min(size - 1, i + smoothing);
    for (int k = low; k <= high; ++k) smooth[static_cast<std::size_t>(i)] += g[static_cast<std::size_t>(k)] / (high - low + 1);
  }
  return smooth;
}

}  // namespace

std::optional<FirstShell> first_shell(const std::vector<double>& r_A, const std::vector<double>& g) {
  // The first stretch where g, smoothed, exceeds 1, and what is largest there or nearly there.
  const std::vector<double> smooth = smoothed(g);
  std::size_t peak = 0;
  while (peak < g.size() && smooth[peak] <= 1.0) ++peak;
  if (peak == g.size()) return {};
  for (std::size_t i = peak; i < g.size() && smooth[i] > 1.0; ++i)
    if (g[i] > g[peak]) peak = i;

  // Down to where it rises again, by more than its own noise.
  std::size_t top = peak;
  while (top + 1 < g.size() && smooth[top + 1] >= smooth[top]) ++top;
  std::size_t least = top, end = top;
  for (; end < g.size() && smooth[end] <= smooth[least] + rise * (smooth[top] - smooth[least]); ++end)
    if (smooth[end] < smooth[least]) least = end;
  if (end == g.size()) return {};
  std::size_t last = least;
  while (smooth[last + 1] == smooth[least]) ++last;
  return FirstShell{r_A[peak], g[peak], 0.5 * (r_A[least] + r_A[last])};
}

void PairShells::add(const Structure& sample) {
  const Species species = species_of(sample);
  if (frames_.empty()) {
    species_ = species.symbol;
    atoms_ = species.count;
  }
  require(species_ == species.symbol && atoms_ == species.count, "frames with other atoms");
  count_pairs(whole_frame(sample, alone_, species, bins.r_max_A()), bins, frames_.emplace_back());
}

std::vector<PairShell> PairShells::found() const {
  if (frames_.empty()) return {};
  const PairDistribution mean = pair_distribution(joined(frames_), bins, atoms_);
  std::vector<PairDistribution> each;
  for (const PairCounts& counts : frames_) each.push_back(pair_distribution(counts, bins, atoms_));

  std::vector<PairShell> shells;
  std::size_t pair = 0;
  const std::size_t types = species_.size();
  for (std::size_t a = 0; a < types; ++a)
    for (std::size_t b = a; b < types; ++b, ++pair) {
      if (atoms_[a] == 0 || atoms_[b] == 0) continue;
      const auto shell = first_shell(mean.r_A, mean.g[pair]);
      if (!shell) continue;
      // The bin that ends nearest to the minimum.
      const auto bin = static_cast<std::size_t>(std::lround(shell->minimum_A / bins.bin_A)) - 1;
      const auto up_to = [&](std::size_t row) {
        std::vector<double> neighbors;
        for (const PairDistribution& frame : each) neighbors.push_back(frame.coordination[row][bin]);
        return frame_mean(neighbors);
      };
      shells.push_back({species_[a], species_[b], *shell, up_to(a * types + b), up_to(b * types + a)});
    }
  return shells;
}

double first_minimum_A(const Comm& alone, const Structure& sample) {
  const auto atoms = static_cast<std::int64_t>(sample.size());
  const Species all{{sample.species.at(0)}, {sample.mass.at(0)}, {atoms}};
  PairCounts counts;
  count_pairs(whole_frame(sample, alone, all, bins.r_max_A()), bins, counts);
  const PairDistribution found = pair_distribution(counts, bins, {atoms});
  const auto shell = first_shell(found.r_A, found.g[0]);
  if (!shell) throw Error(ExitCode::bad_input, "g(r) of all atoms has no first peak: give the cutoff for neighbours (--cutoff)");
  return shell->minimum_A;
}

}  // namespace patina
