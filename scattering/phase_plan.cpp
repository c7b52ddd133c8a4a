// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/phase_plan.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace patina {

PhasePlan make_phase_plan(const QSet& set) {
  std::vector<int> start;
  std::vector<std::array<int, 2>> miller;
  PhasePlan plan;
  plan.vectors = set.size();
  for (int k = 0; k < set.size(); ++k) {
    const auto& n = set.miller[k];
    for (int d = 0; d < 3; ++d) plan.powers[d] = std::max(plan.powers[d], std::abs(n[d]) + 1);
    if (miller.empty() || miller.back() != std::array<int, 2>{n[1], n[2]}) {
      start.push_back(k);
      miller.push_back({n[1], n[2]});
    }
  }
  start.push_back(set.size());
  plan.rows = static_cast<int>(miller.size());

  plan.row_start = Array<int>("row_start", start.size());
  plan.row_miller = Rows<int, 2>("row_miller", miller.size());
  plan.miller_x = Array<int>("miller_x", set.miller.size());
  const auto row_start = Kokkos::create_mirror_view(plan.row_start);
  const auto row_miller = Kokkos::create_mirror_view(plan.row_miller);
  const auto miller_x = Kokkos::create_mirror_view(plan.miller_x);
  for (std::size_t i = 0; i < start.size(); ++i) row_start(i) = start[i];
  for (std::size_t i = 0; i < miller.size(); ++i)
    for (int d = 0; d < 2; ++d) row_miller(i, d) = miller[i][d];
  for (int k = 0; k < set.size(); ++k) miller_x(k) = set.miller[k][0];
  Kokkos::deep_copy(plan.row_start, row_start);
  Kokkos::deep_copy(plan.row_miller, row_miller);
  Kokkos::deep_copy(plan.miller_x, miller_x);
  return plan;
}

}  // namespace patina
