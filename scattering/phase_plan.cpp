// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/phase_plan.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

namespace patina {

namespace {

template <class View, class Host>
void fill(View& view, const std::string& label, std::size_t extent, const Host& set) {
  view = View(label, extent);
  const auto host = Kokkos::create_mirror_view(view);
  for (std::size_t i = 0; i < extent; ++i) set(host, i);
  Kokkos::deep_copy(view, host);
}

}  // namespace

PhasePlan make_phase_plan(const QSet& set) {
  std::vector<int> start, power;
  std::vector<std::array<int, 2>> miller;
  PhasePlan plan;
  plan.vectors = set.size();
  for (int k = 0; k < set.size();) {
    const std::array<int, 2> row = {set.miller[k][1], set.miller[k][2]};
    int end = k;
    std::vector<int> powers;
    for (; end < set.size() && set.miller[end][1] == row[0] && set.miller[end][2] == row[1]; ++end)
      powers.push_back(std::abs(set.miller[end][0]));
    std::sort(powers.begin(), powers.end());
    powers.erase(std::unique(powers.begin(), powers.end()), powers.end());
    for (; k < end; ++k) {
      const int n_x = set.miller[k][0];
      const auto found = std::lower_bound(powers.begin(), powers.end(), std::abs(n_x)) - powers.begin();
      plan.entry.push_back(static_cast<int>(power.size()) + static_cast<int>(found));
      plan.negative.push_back(n_x < 0);
      for (int d = 0; d < 3; ++d) plan.powers[d] = std::max(plan.powers[d], std::abs(set.miller[k][d]) + 1);
    }
    start.push_back(static_cast<int>(power.size()));
    miller.push_back(row);
    power.insert(power.end(), powers.begin(), powers.end());
  }
  start.push_back(static_cast<int>(power.size()));
  plan.rows = static_cast<int>(miller.size());
  plan.entries = static_cast<int>(power.size());

  fill(plan.row_start, "row_start", start.size(), [&](const auto& view, std::size_t i) { view(i) = start[i]; });
  fill(plan.power, "power", power.size(), [&](const auto& view, std::size_t i) { view(i) = power[i]; });
  fill(plan.row_miller, "row_miller", miller.size(), [&](const auto& view, std::size_t i) {
    for (std::size_t d = 0; d < 2; ++d) view(i, d) = miller[i][d];
  });
  return plan;
}

}  // namespace patina
