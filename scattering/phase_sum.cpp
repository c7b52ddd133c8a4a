// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/phase_sum.hpp"

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/kokkos_compat.hpp"
#include "scattering/host_loops.hpp"
#include "scattering/phase_runs.hpp"
#include "scattering/phase_sum_paths.hpp"

namespace patina {

namespace {

std::vector<Int128> entry_sums(const PhasePoints& points, const PhasePlan& plan, double per_weight_unit) {
  if constexpr (takes_host_loops()) {
    static const PhaseKernels& best = *phase_kernel_versions().all[0];
    return entry_sums_in_lanes(points, plan, per_weight_unit, best);
  } else {
    return entry_sums_in_rows(points, plan, per_weight_unit);
  }
}

// Sums that each thread keeps.
double thread_numbers(const PhasePlan& plan) {
  if constexpr (takes_host_loops())
    if (const std::size_t packed = make_runs(plan).numbers; packed > 0) return static_cast<double>(packed);
  return 4.0 * plan.entries;
}

}  // namespace

long long count_not_finite(const PhasePoints& points) {
  const auto fractional = points.fractional;
  const auto weight = points.weight;
  const bool weighted = points.weighted();
  constexpr double largest = std::numeric_limits<double>::max();
  long long bad = 0;
  Kokkos::parallel_reduce(
      "phase_count_not_finite", Range(0, static_cast<int>(fractional.extent(0))),
      KOKKOS_LAMBDA(int j, long long& count) {
        for (int d = 0; d < 3; ++d) count += kokkos_compat::abs(fractional(j, d)) <= largest ? 0 : 1;
        if (weighted) count += kokkos_compat::abs(weight(j)) <= largest ? 0 : 1;
      },
      bad);
  return bad;
}

MemoryNeed phase_need(const PhasePlan& plan, const SampleNumbers& sample) {
  constexpr double chunk_tables = 8 * phase_table_row * sizeof(double);
  const double powers = plan.powers[0] + plan.powers[1] + plan.powers[2];
  const double entry_sums = 4.0 * sizeof(Int128) * (sample.ranks > 1 ? 2.5 : 1.0);  // with the limbs that ranks add up
  MemoryNeed need;
  need.kept = 5.0 * plan.vectors + 4.0 * plan.entries + 12.0 * plan.rows;
  need.frame = 28.0 * sample.atoms_of_rank() + sample.threads * (8.0 * thread_numbers(plan) + chunk_tables * powers) +
               sample.species() * (entry_sums * plan.entries + 16.0 * plan.vectors);
  return need;
}

double weight_unit(const PhasePoints& points, const Comm& comm) {
  if (!comm.any(points.weighted())) return 1.0;
  const auto weight = points.weight;
  double largest = 0.0;
  Kokkos::parallel_reduce(
      "phase_largest_weight", Range(0, static_cast<int>(weight.extent(0))),
      KOKKOS_LAMBDA(int j, double& most) { most = kokkos_compat::abs(weight(j)) > most ? kokkos_compat::abs(weight(j)) : most; },
      Kokkos::Max<double>(largest));
  largest = comm.max(largest);
  if (!(largest > 0.0 && largest <= std::numeric_limits<double>::max())) return 1.0;
  int exponent = 0;
  const bool power_of_two = std::frexp(largest, &exponent) == 0.5;
  return std::ldexp(1.0, power_of_two ? exponent - 1 : exponent);
}

std::vector<std::complex<double>> phase_sums(const PhasePoints& points, const PhasePlan& plan, const Comm& comm) {
  const auto entries = static_cast<std::size_t>(plan.entries), groups = static_cast<std::size_t>(points.groups());
  if (comm.sum(count_not_finite(points)) != 0)
    throw Error(ExitCode::unstable, "density modes: a position, displacement or weight is not finite");
  const double unit = weight_unit(points, comm);
  std::vector<Int128> whole = entry_sums(points, plan, 1.0 / unit);
  comm.sum(whole.data(), static_cast<int>(whole.size()));

  // X^-m is the conjugate of X^m.
  std::vector<std::complex<double>> result;
  result.reserve(groups * static_cast<std::size_t>(plan.vectors));
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t k = 0; k < static_cast<std::size_t>(plan.vectors); ++k) {
      const Int128* sum = &whole[4 * (g * entries + static_cast<std::size_t>(plan.entry[k]))];
      const Int128 re = plan.negative[k] ? sum[0] + sum[1] : sum[0] - sum[1];
      const Int128 im = plan.negative[k] ? sum[3] - sum[2] : sum[3] + sum[2];
      result.emplace_back(static_cast<double>(re) * (phase_grid * unit), static_cast<double>(im) * (phase_grid * unit));
    }
  return result;
}

}  // namespace patina
