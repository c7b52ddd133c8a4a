// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/phase_runs.hpp"

#include <algorithm>
#include <numeric>

namespace patina {

namespace {

PhaseRun run_of(const PhasePlan& plan, int row) {
  const int first = plan.power(plan.row_start(row)), last = plan.power(plan.row_start(row + 1) - 1);  // in order
  return {plan.row_miller(row, 0), plan.row_miller(row, 1), first / phase_group, last / phase_group + 1, 0};
}

}  // namespace

PhaseRuns make_runs(const PhasePlan& plan) {
  PhaseRuns made;
  std::ptrdiff_t groups = 0;
  for (int row = 0; row < plan.rows; ++row) {
    made.runs.push_back(run_of(plan, row));
    groups += made.runs.back().last_group - made.runs.back().first_group;
  }
  if (phase_group * static_cast<double>(groups) > most_unwanted * plan.entries) return {};

  std::vector<int> order(made.runs.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return made.runs[static_cast<std::size_t>(a)].groups() < made.runs[static_cast<std::size_t>(b)].groups(); });
  made.entry.resize(static_cast<std::size_t>(plan.entries));
  std::vector<PhaseRun> sorted;
  std::ptrdiff_t sums = 0;
  for (const int row : order) {
    PhaseRun run = made.runs[static_cast<std::size_t>(row)];
    run.sums = sums;
    for (int entry = plan.row_start(row); entry < plan.row_start(row + 1); ++entry) {
      const int power = plan.power(entry);
      made.entry[static_cast<std::size_t>(entry)] = sums + 4 * phase_group * (power / phase_group - run.first_group) + power % phase_group;
    }
    sums += 4 * phase_group * (run.last_group - run.first_group);
    sorted.push_back(run);
  }
  made.runs = std::move(sorted);
  made.numbers = static_cast<std::size_t>(sums);
  return made;
}

}  // namespace patina
