// SPDX-License-Identifier: BSD-3-Clause
#include "md/eam.hpp"

#include <cmath>

#include "core/kokkos_compat.hpp"

namespace patina {

namespace {

template <class View>
void ensure_rows(View& view, const char* label, int rows) {
  if (static_cast<int>(view.extent(0)) < rows)
    view = View(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), rows + rows / 16 + 8);
}

void pack_places(const Atoms& atoms, const Rows<double, 4>& place) {
  const auto position = atoms.position;
  Kokkos::parallel_for(
      "pack_places", Range(0, atoms.all()), KOKKOS_LAMBDA(int i) {
        for (int d = 0; d < 3; ++d) place(i, d) = position(i, d);
      });
}

void pack_slopes(const Atoms& atoms, const Array<double>& slope, const Rows<double, 4>& place) {
  Kokkos::parallel_for(
      "pack_slopes", Range(0, atoms.all()), KOKKOS_LAMBDA(int i) { place(i, 3) = slope(i); });
}

// What each pair kernel reads.
struct PairInput {
  Rows<double, 4> place;
  Array<int> type;
  Array<std::size_t> begin, inner_end;
  Array<int> partner;
  int local = 0;
  EamTables tables;
};

PairInput pair_input(const Atoms& atoms, const NeighborList& list, const Rows<double, 4>& place,
                     const EamTables& tables) {
  return {place, atoms.type, list.begin, list.inner_end, list.partner, list.local, tables};
}

// Adds the densities of the inner pairs of atom i to both partners.
struct DensityKernel {
  PairInput in;

  KOKKOS_INLINE_FUNCTION void operator()(int i, const ScatterTarget<1>& density, PairTally&) const {
    const EamTables& tables = in.tables;
    const int s = in.type(i);
    const double* cutoff_sq = &in.tables.density_cutoff_sq(s * tables.types);
    const double x = in.place(i, 0), y = in.place(i, 1), z = in.place(i, 2);
    const std::size_t end = in.inner_end(i);
    double sum = 0.0;
    for (std::size_t k = in.begin(i); k < end; ++k) {
      const int j = in.partner(k);
      const int t = in.type(j);
      const double dx = x - in.place(j, 0), dy = y - in.place(j, 1), dz = z - in.place(j, 2);
      const double r_sq = dx * dx + dy * dy + dz * dz;
      if (r_sq >= cutoff_sq[t]) continue;
      const TablePoint at = tables.at_distance(kokkos_compat::sqrt(r_sq));
      const double at_i = tables.density_at(t, s, at);
      sum += at_i;
      density.add(j, {tables.symmetric_density ? at_i : tables.density_at(s, t, at)});
    }
    density.add(i, {sum});
  }
};

// Forces of all pairs of atom i on both partners.
template <bool tallied>
struct ForceKernel {
  PairInput in;

  KOKKOS_INLINE_FUNCTION void operator()(int i, const ScatterTarget<3>& force, PairTally& tally) const {
    const EamTables& tables = in.tables;
    const int s = in.type(i);
    const double* cutoff_sq = &in.tables.pair_cutoff_sq(s * tables.types);
    const double x = in.place(i, 0), y = in.place(i, 1), z = in.place(i, 2), slope_i = in.place(i, 3);
    const std::size_t end = in.begin(i + 1);
    double fx = 0.0, fy = 0.0, fz = 0.0;
    for (std::size_t k = in.begin(i); k < end; ++k) {
      const int j = in.partner(k);
      const int t = in.type(j);
      const double dx = x - in.place(j, 0), dy = y - in.place(j, 1), dz = z - in.place(j, 2);
      const double r_sq = dx * dx + dy * dy + dz * dz;
      if (r_sq >= cutoff_sq[t]) continue;
      const double r = kokkos_compat::sqrt(r_sq);
      const PairTerms pair = tables.pair_at(s, t, r, tables.at_distance(r));
      const double slope =
          slope_i * pair.density_slope_ts + in.place(j, 3) * pair.density_slope_st + pair.energy_slope;
      const double over_r = -slope * (1.0 / r);  // the one division of a pair: pair_at() has it too
      const double px = dx * over_r, py = dy * over_r, pz = dz * over_r;
      fx += px;
      fy += py;
      fz += pz;
      force.add(j, {-px, -py, -pz});
      if constexpr (tallied) {
        // The other half of a pair with a ghost is counted by the ghost's owner.
        const double weight = j < in.local ? 1.0 : 0.5;
        tally.energy += weight * pair.energy;
        tally.virial[0] += weight * dx * px;
        tally.virial[1] += weight * dy * py;
        tally.virial[2] += weight * dz * pz;
        tally.virial[3] += weight * dx * py;
        tally.virial[4] += weight * dx * pz;
        tally.virial[5] += weight * dy * pz;
      }
    }
    force.add(i, {fx, fy, fz});
  }
};

// Half of each pair's energy to either partner.
struct EnergyKernel {
  PairInput in;

  KOKKOS_INLINE_FUNCTION void operator()(int i, const ScatterTarget<1>& energy, PairTally&) const {
    const EamTables& tables = in.tables;
    const int s = in.type(i);
    double sum = 0.0;
    for (std::size_t k = in.begin(i); k < in.begin(i + 1); ++k) {
      const int j = in.partner(k);
      const int t = in.type(j);
      double r_sq = 0.0;
      for (int d = 0; d < 3; ++d)
        r_sq += (in.place(i, d) - in.place(j, d)) * (in.place(i, d) - in.place(j, d));
      if (r_sq >= tables.pair_cutoff_sq(s * tables.types + t)) continue;
      const double r = kokkos_compat::sqrt(r_sq);
      const double half = 0.5 * tables.pair_at(s, t, r, tables.at_distance(r)).energy;
      sum += half;
      energy.add(j, {half});
    }
    energy.add(i, {sum});
  }
};

// F' of each local atom; with `tally` also the sum of F and the count of densities beyond the table.
void embed(const Atoms& atoms, const EamTables& tables, const Array<double>& density,
           const Array<double>& slope, bool tally, ForceSums& sums) {
  const auto type = atoms.type;
  if (!tally) {
    Kokkos::parallel_for(
        "embed", Range(0, atoms.local),
        KOKKOS_LAMBDA(int i) { slope(i) = tables.embed(type(i), density(i)).slope; });
    return;
  }
  Kokkos::parallel_reduce(
      "embed_tally", Range(0, atoms.local),
      KOKKOS_LAMBDA(int i, double& energy, long long& beyond) {
        const ValueSlope f = tables.embed(type(i), density(i));
        slope(i) = f.slope;
        energy += f.value;
        if (density(i) > tables.rho_max) ++beyond;
      },
      sums.potential_energy, sums.beyond_table);
}

}  // namespace

PairCutoffs EamPotential::cutoffs() const {
  PairCutoffs cutoffs;
  cutoffs.types = tables_.types;
  const auto inner_sq = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables_.density_cutoff_sq);
  const auto outer_sq = Kokkos::create_mirror_view_and_copy(HostSpace{}, tables_.pair_cutoff_sq);
  for (int pair = 0; pair < tables_.types * tables_.types; ++pair) {
    cutoffs.inner.push_back(std::sqrt(inner_sq(pair)));
    cutoffs.outer.push_back(std::sqrt(outer_sq(pair)));
  }
  return cutoffs;
}

ForceSums EamPotential::compute(const Atoms& atoms, const NeighborList& list,
                                const GhostUpdate& update_ghosts, bool tally) {
  ensure_rows(density_, "density", atoms.local + 1);
  ensure_rows(embedding_slope_, "embedding_slope", atoms.all());
  ensure_rows(place_, "place", atoms.all());
  ForceSums sums;

  pack_places(atoms, place_);
  const PairInput in = pair_input(atoms, list, place_, tables_);
  scatter_sum<1>("eam_density", list, density_.data(), scratch_, DensityKernel{in});
  embed(atoms, tables_, density_, embedding_slope_, tally, sums);
  update_ghosts(embedding_slope_);
  pack_slopes(atoms, embedding_slope_, place_);

  if (!tally) {
    scatter_sum<3>("eam_force", list, atoms.force.data(), scratch_, ForceKernel<false>{in});
    return sums;
  }
  const PairTally pairs =
      scatter_sum<3>("eam_force_tally", list, atoms.force.data(), scratch_, ForceKernel<true>{in});
  sums.potential_energy += pairs.energy;
  const auto& w = pairs.virial;
  sums.virial = Mat3{{{w[0], w[3], w[4]}, {w[3], w[1], w[5]}, {w[4], w[5], w[2]}}};
  return sums;
}

Array<double> EamPotential::atom_energies(const Atoms& atoms, const NeighborList& list) {
  const Array<double> energy("atom_energy", atoms.local + 1);
  scatter_sum<1>("eam_atom_energy", list, energy.data(), scratch_,
                 EnergyKernel{pair_input(atoms, list, place_, tables_)});
  const auto type = atoms.type;
  const auto tables = tables_;
  const auto density = density_;
  Kokkos::parallel_for(
      "embedding_energy", Range(0, atoms.local),
      KOKKOS_LAMBDA(int i) { energy(i) += tables.embed(type(i), density(i)).value; });
  return energy;
}

}  // namespace patina
