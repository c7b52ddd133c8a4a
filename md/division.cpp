// SPDX-License-Identifier: BSD-3-Clause
#include "md/division.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/kokkos_compat.hpp"

namespace patina {

namespace {

constexpr int bins = 1024;
constexpr double tolerated_imbalance = 0.05;

// Of all ranks' atoms along a free axis, but not far from the cell: a few atoms that have flown off must not spoil the
// resolution.
void find_bounds(const Comm& comm, const Atoms& atoms, const Box& box, int d, CostProfile& profile) {
  const auto [lowest, highest] = extent_along(atoms, box, d);
  profile.lower = std::clamp(comm.min(lowest), -1.0, 2.0);
  // Never of no width, if all atoms lie in one plane.
  profile.upper = std::max(std::clamp(comm.max(highest), -1.0, 2.0), profile.lower + 1e-6);
}

void count_atoms(const Atoms& atoms, const Box& box, int d, const CostProfile& profile, const Array<int>& count) {
  const auto position = atoms.position;
  const double lower = profile.lower, per_unit = bins / (profile.upper - profile.lower);
  const bool periodic = profile.periodic;
  Kokkos::parallel_for(
      "count_atoms_along", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
        double s = box.to_fractional(Vec3{{position(i, 0), position(i, 1), position(i, 2)}})[d];
        if (periodic) s -= kokkos_compat::floor(s);
        const double x = (s - lower) * per_unit;
        // Compared in double; what is not a number ends the run elsewhere.
        const int bin = x > 0.0 ? (x < bins - 1.0 ? static_cast<int>(x) : bins - 1) : 0;
        Kokkos::atomic_increment(&count(bin));
      });
}

// Bricks far thinner than the reach of their ghosts would do nothing but exchange; and some of an axis is left for all.
double least_width(const Domain& domain, const Box& box, int d, double reach) {
  return 0.25 * std::min(reach / box.height(d), 1.0 / domain.ranks()[static_cast<std::size_t>(d)]);
}

}  // namespace

std::pair<double, double> extent_along(const Atoms& atoms, const Box& box, int d) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (atoms.local == 0) return {infinity, -infinity};
  const auto position = atoms.position;
  Kokkos::MinMax<double>::value_type extent;
  Kokkos::parallel_reduce(
      "extent_along", Range(0, atoms.local),
      KOKKOS_LAMBDA(int i, Kokkos::MinMax<double>::value_type& range) {
        const double s = box.to_fractional(Vec3{{position(i, 0), position(i, 1), position(i, 2)}})[d];
        if (s < range.min_val) range.min_val = s;
        if (s > range.max_val) range.max_val = s;
      },
      Kokkos::MinMax<double>(extent));
  return {extent.min_val, extent.max_val};
}

std::array<CostProfile, 3> cost_profiles(const Comm& comm, const Atoms& atoms, const Box& box, long long cost_of_atom) {
  std::array<CostProfile, 3> profiles;
  std::vector<long long> all;
  for (int d = 0; d < 3; ++d) {
    CostProfile& profile = profiles[static_cast<std::size_t>(d)];
    profile.periodic = box.periodic(d);
    if (!profile.periodic) find_bounds(comm, atoms, box, d, profile);
    const Array<int> count("atoms_along", bins);
    count_atoms(atoms, box, d, profile, count);
    const auto host = Kokkos::create_mirror_view_and_copy(HostSpace{}, count);
    for (int k = 0; k < bins; ++k) all.push_back(host(k) * cost_of_atom);
  }
  comm.sum(all.data(), static_cast<int>(all.size()));
  for (std::size_t d = 0; d < 3; ++d) profiles[d].cost.assign(&all[d * bins], &all[d * bins] + bins);
  return profiles;
}

Domain divide(const System& system, const std::array<int, 3>& ranks, double reach, bool even_bricks) {
  const Comm& comm = *system.comm;
  const Box& box = system.box;
  const auto profiles = cost_profiles(comm, system.atoms, box, 1);
  std::array<AxisExtent, 3> extent;
  for (std::size_t d = 0; d < 3; ++d) extent[d] = axis_extent(profiles[d], box.height(static_cast<int>(d)), reach);
  Domain domain(comm, box, ranks == std::array<int, 3>{0, 0, 0} ? choose_rank_grid(comm.size(), extent) : ranks);
  if (even_bricks) return domain;
  for (int d = 0; d < 3; ++d) {
    const auto axis = static_cast<std::size_t>(d);
    domain.set_cuts(d, equal_cost_cuts(profiles[axis], domain.ranks()[axis], least_width(domain, box, d, reach)));
  }
  return domain;
}

void rebalance(Domain& domain, const System& system, double reach, double seconds) {
  // Whole numbers, of ns: sums over ranks are exact, and all ranks come to the same cuts.
  const Comm& comm = domain.comm();
  const int atoms = system.atoms.local;
  const long long cost_of_atom = std::isnan(seconds) ? 1 : std::llrint(1e9 * seconds / std::max(1, atoms));
  const long long cost = cost_of_atom * atoms;
  const double mean = static_cast<double>(comm.sum(cost)) / comm.size();
  if (comm.max(static_cast<double>(cost)) <= (1.0 + tolerated_imbalance) * mean) return;
  const auto profiles = cost_profiles(comm, system.atoms, system.box, cost_of_atom);
  for (int d = 0; d < 3; ++d)
    domain.set_cuts(d, improved_cuts(domain.cuts(d), profiles[static_cast<std::size_t>(d)],
                                     least_width(domain, system.box, d, reach)));
}

double imbalance(const Comm& comm, double load) {
  const double mean = comm.sum(load) / comm.size();
  return mean > 0.0 ? comm.max(load) / mean : 1.0;
}

}  // namespace patina
