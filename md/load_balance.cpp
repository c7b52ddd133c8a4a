// SPDX-License-Identifier: BSD-3-Clause
#include "md/load_balance.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace patina {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Where the cost below reaches `share`, linear within a bin; in the middle of where it stays at that.
double place_of_share(const CostProfile& profile, double share) {
  const auto bins = static_cast<double>(profile.cost.size());
  const double width = (profile.upper - profile.lower) / bins;
  double below = 0.0, reached = bins, left = bins;
  for (std::size_t k = 0; k < profile.cost.size(); ++k) {
    const auto here = static_cast<double>(profile.cost[k]);
    if (here > 0.0 && below + here >= share && reached == bins)
      reached = static_cast<double>(k) + (share - below) / here;
    if (here > 0.0 && below + here > share) {
      left = static_cast<double>(k) + (share - below) / here;
      break;
    }
    below += here;
  }
  return profile.lower + 0.5 * (reached + left) * width;
}

// Pushes cuts apart, first upwards from the lowest, then downwards from the highest.
void keep_apart(std::vector<double>& cuts, double least_width) {
  for (std::size_t k = 1; k + 1 < cuts.size(); ++k) cuts[k] = std::max(cuts[k], cuts[k - 1] + least_width);
  for (std::size_t k = cuts.size() - 2; k > 0; --k) cuts[k] = std::min(cuts[k], cuts[k + 1] - least_width);
}

// Longest run of bins without cost, also over the ends of a periodic axis, as a share of all.
double widest_gap(const CostProfile& profile) {
  const std::size_t bins = profile.cost.size();
  std::size_t widest = 0, run = 0;
  for (std::size_t k = 0; k < (profile.periodic ? 2 * bins : bins); ++k) {
    run = profile.cost[k % bins] == 0 ? run + 1 : 0;
    widest = std::max(widest, run);
  }
  return static_cast<double>(std::min(widest, bins)) / static_cast<double>(bins);
}

}  // namespace

std::vector<double> even_cuts(int parts, bool periodic) {
  std::vector<double> cuts;
  for (int k = 0; k <= parts; ++k) cuts.push_back(static_cast<double>(k) / parts);
  if (!periodic) {
    cuts.front() = -infinity;
    cuts.back() = infinity;
  }
  return cuts;
}

std::vector<double> equal_cost_cuts(const CostProfile& profile, int parts, double least_width) {
  std::vector<double> cuts = even_cuts(parts, profile.periodic);
  const auto total = static_cast<double>(std::accumulate(profile.cost.begin(), profile.cost.end(), 0LL));
  if (total == 0.0) return cuts;
  for (int k = 1; k < parts; ++k) cuts[static_cast<std::size_t>(k)] = place_of_share(profile, total * k / parts);
  keep_apart(cuts, least_width);
  return cuts;
}

std::vector<double> improved_cuts(const std::vector<double>& cuts, const CostProfile& profile, double least_width) {
  std::vector<double> improved = equal_cost_cuts(profile, static_cast<int>(cuts.size()) - 1, least_width);
  for (std::size_t k = 1; k + 1 < cuts.size(); ++k) improved[k] = 0.5 * (cuts[k] + improved[k]);
  keep_apart(improved, least_width);
  return improved;
}

AxisExtent axis_extent(const CostProfile& profile, double height, double reach) {
  if (!profile.periodic) return {(profile.upper - profile.lower) * height, false};
  const double gap = widest_gap(profile);
  return gap * height > reach ? AxisExtent{(1.0 - gap) * height, false} : AxisExtent{height, true};
}

}  // namespace patina
