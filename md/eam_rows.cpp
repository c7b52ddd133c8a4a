// SPDX-License-Identifier: BSD-3-Clause
// The two passes over full rows, as Kokkos kernels: for devices, and to check the host's chunks, whose arithmetic they
// follow operation by operation. One thread sums what one atom gets, in registers; each pair is computed from both ends,
// with the same bits.
#include <cmath>

#include "core/bits.hpp"
#include "core/kokkos_compat.hpp"
#include "md/eam.hpp"

namespace patina {

namespace {

template <class Number>
struct Distance {
  Number x, y, z, r_sq;
};
template <class Number>
KOKKOS_INLINE_FUNCTION Distance<Number> distance_along(Number x, Number y, Number z) {
  using kokkos_compat::fma;
  return {x, y, z, fma(x, x, fma(y, y, z * z))};
}

struct FullPlaces {
  Rows<double, 4> row;
  KOKKOS_INLINE_FUNCTION Distance<double> distance(int i, int j) const {
    return distance_along(row(i, 0) - row(j, 0), row(i, 1) - row(j, 1), row(i, 2) - row(j, 2));
  }
  KOKKOS_INLINE_FUNCTION double slope(int i) const { return row(i, 3); }
};

struct MixedPlaces {
  Rows<std::uint32_t, 4> row;
  float step;
  KOKKOS_INLINE_FUNCTION float along(int i, int j, int axis) const {
    return static_cast<float>(static_cast<std::int32_t>(row(i, axis) - row(j, axis))) * step;
  }
  KOKKOS_INLINE_FUNCTION Distance<float> distance(int i, int j) const {
    return distance_along(along(i, j, 0), along(i, j, 1), along(i, j, 2));
  }
  KOKKOS_INLINE_FUNCTION float slope(int i) const { return float_of_bits(row(i, 3)); }
};

// What each pair kernel reads.
template <class Number, class Places>
struct PairInput {
  Places places;
  Array<int> type;
  NeighborList list;
  RadialTables<Number> tables;
  Number closest_sq, cutoff_sq;
  Number density_units, force_units, energy_units;

  KOKKOS_INLINE_FUNCTION Number length(Number r_sq) const {
    return kokkos_compat::sqrt(r_sq > closest_sq ? r_sq : closest_sq);
  }
};

template <class Number, class Places>
PairInput<Number, Places> pair_input(const Places& places, const Atoms& atoms, const NeighborList& list,
                                     const RadialTables<Number>& radial, const EamTables& tables, double cutoff) {
  return {places,
          atoms.type,
          list,
          radial,
          static_cast<Number>(tables.closest * tables.closest),
          static_cast<Number>(cutoff * cutoff),
          static_cast<Number>(std::ldexp(1.0, tables.density_bits)),
          static_cast<Number>(std::ldexp(1.0, tables.force_bits)),
          static_cast<Number>(std::ldexp(1.0, tables.energy_bits))};
}

// Returns the smallest squared distance.
template <class Number, class Places>
double sum_row_densities(const PairInput<Number, Places>& in, const Array<std::int64_t>& density) {
  double closest_sq = 1e300;
  Kokkos::parallel_reduce(
      "row_densities", Range(0, in.list.local),
      KOKKOS_LAMBDA(int i, double& closest) {
        const int s = in.type(i), count = in.list.inner_count(i);
        std::int64_t sum = 0;
        for (int k = 0; k < count; ++k) {
          const int j = in.list(i, k);
          const auto d = in.places.distance(i, j);
          closest = d.r_sq < closest ? d.r_sq : closest;
          if (!(d.r_sq < in.cutoff_sq)) continue;
          const auto at = in.tables.at_distance(in.length(d.r_sq));
          sum += static_cast<std::int64_t>(::llrint(in.density_units * in.tables.density_at(in.type(j), s, at)));
        }
        density(i) = sum;
      },
      Kokkos::Min<double>(closest_sq));
  return closest_sq;
}

// Sums the force on atom i; with `tally` also those that it exerts on ghosts, each in the ghost's row. Returns the energy of
// its pairs.
template <class Number, class Places>
KOKKOS_INLINE_FUNCTION Int128 sum_row_forces(const PairInput<Number, Places>& in, int i, const WholeRows& force, bool tally) {
  using kokkos_compat::fma;
  const int s = in.type(i), count = in.list.count(i);
  const Number own = in.places.slope(i);
  std::int64_t sum[3] = {0, 0, 0};
  Int128 energy = 0;
  for (int k = 0; k < count; ++k) {
    const int j = in.list(i, k);
    const auto d = in.places.distance(i, j);
    if (!(d.r_sq < in.cutoff_sq)) continue;
    const Number r = in.length(d.r_sq);
    const Number inv_r = 1 / r;
    const auto pair = in.tables.pair_at(s, in.type(j), inv_r, in.tables.at_distance(r));
    const Number other = in.places.slope(j);
    const Number slope = in.tables.symmetric_density
                             ? fma(own + other, pair.density_slope_st, pair.energy_slope)
                             : (own * pair.density_slope_ts + other * pair.density_slope_st) + pair.energy_slope;
    const Number over_r = slope * inv_r * -in.force_units;
    const std::int64_t f[3] = {::llrint(d.x * over_r), ::llrint(d.y * over_r), ::llrint(d.z * over_r)};
    for (int a = 0; a < 3; ++a) sum[a] += f[a];
    if (!tally) continue;
    energy += ::llrint(pair.energy * in.energy_units);
    if (j < in.list.local) continue;
    for (int a = 0; a < 3; ++a) Kokkos::atomic_add(&force(j, a), -f[a]);
  }
  for (int a = 0; a < 3; ++a) force(i, a) = sum[a];
  return energy;
}

// Returns twice the energy of pairs of local atoms, once that of pairs with a ghost; nothing without `tally`.
template <class Number, class Places>
Int128 sum_all_forces(const PairInput<Number, Places>& in, const WholeRows& force, bool tally) {
  const Range rows(0, in.list.local);
  if (!tally) {
    Kokkos::parallel_for("row_forces", rows, KOKKOS_LAMBDA(int i) { sum_row_forces(in, i, force, false); });
    return 0;
  }
  Kokkos::deep_copy(force, 0);
  ExactSums<1> energy;
  Kokkos::parallel_reduce(
      "row_forces_tally", rows,
      KOKKOS_LAMBDA(int i, ExactSums<1>& sum) { sum.sum[0] += sum_row_forces(in, i, force, true); }, energy);
  return energy.sum[0];
}

}  // namespace

void EamPotential::row_densities(const Atoms& atoms, const NeighborList& list, const PlaceGrid& grid, ForceSums& sums) {
  const double cutoff = tables_.max_density_cutoff;
  const double closest_sq =
      precision_ == Precision::mixed
          ? sum_row_densities(pair_input(MixedPlaces{atoms.mixed_place, static_cast<float>(grid.mixed_step)}, atoms, list,
                                     single_tables_, tables_, cutoff),
                          density_sum_)
          : sum_row_densities(pair_input<double>(FullPlaces{atoms.place}, atoms, list, tables_, tables_, cutoff), density_sum_);
  sums.overlap = closest_sq < tables_.closest * tables_.closest;
}

void EamPotential::row_forces(const Atoms& atoms, const NeighborList& list, const PlaceGrid& grid, Tally tally, ForceSums& sums) {
  const double cutoff = tables_.max_cutoff;
  sums.potential_energy +=
      precision_ == Precision::mixed
          ? sum_all_forces(pair_input(MixedPlaces{atoms.mixed_place, static_cast<float>(grid.mixed_step)}, atoms, list,
                                  single_tables_, tables_, cutoff),
                       force_sum_, tally != Tally::forces)
          : sum_all_forces(pair_input<double>(FullPlaces{atoms.place}, atoms, list, tables_, tables_, cutoff), force_sum_,
                           tally != Tally::forces);
}

}  // namespace patina
