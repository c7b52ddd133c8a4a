// SPDX-License-Identifier: BSD-3-Clause
// The passes over rows (Kokkos kernels) and what both kinds of lists share; the passes over chunks are in
// md/eam_chunks.cpp.
#include "md/eam.hpp"

#include <algorithm>
#include <cmath>

#include "core/kokkos_compat.hpp"

namespace patina {

namespace {

// Grid steps from the middle of the cell.
KOKKOS_INLINE_FUNCTION long long steps(double x, double middle, double inverse_step) {
  return ::llrint((x - middle) * inverse_step);
}

struct Distance {
  double x, y, z, r_sq;
};
KOKKOS_INLINE_FUNCTION Distance distance(const Rows<double, 4>& place, int i, int j) {
  Distance d;
  d.x = place(i, 0) - place(j, 0);
  d.y = place(i, 1) - place(j, 1);
  d.z = place(i, 2) - place(j, 2);
  d.r_sq = ::fma(d.x, d.x, ::fma(d.y, d.y, d.z * d.z));
  return d;
}

// What each pair kernel reads.
struct PairInput {
  Rows<double, 4> place;
  Array<int> type;
  NeighborList list;
  EamTables tables;
  double density_units, force_units, energy_units;

  KOKKOS_INLINE_FUNCTION double length(double r_sq) const {
    const double closest_sq = tables.closest * tables.closest;
    return kokkos_compat::sqrt(r_sq > closest_sq ? r_sq : closest_sq);
  }
};

PairInput pair_input(const Atoms& atoms, const NeighborList& list, const EamTables& tables) {
  return {atoms.place,
          atoms.type,
          list,
          tables,
          std::ldexp(1.0, tables.density_bits),
          std::ldexp(1.0, tables.force_bits),
          std::ldexp(1.0, tables.energy_bits)};
}


template <class View>
void ensure_rows(View& view, const char* label, int rows) {
  if (static_cast<int>(view.extent(0)) < rows)
    view = View(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), rows + rows / 16 + 8);
}

double row_densities(const PairInput& in, const Array<std::int64_t>& density) {
  double closest_sq = 1e300;
  const double cutoff_sq = in.tables.max_density_cutoff * in.tables.max_density_cutoff;
  Kokkos::parallel_reduce(
      "row_densities", Range(0, in.list.local),
      KOKKOS_LAMBDA(int i, double& closest) {
        const int s = in.type(i);
        for (std::size_t k = in.list.begin(i); k < in.list.inner_end(i); ++k) {
          const int j = in.list.partner(k), t = in.type(j);
          const Distance d = distance(in.place, i, j);
          closest = d.r_sq < closest ? d.r_sq : closest;
          if (!(d.r_sq < cutoff_sq)) continue;
          const TablePoint at = in.tables.at_distance(in.length(d.r_sq));
          Kokkos::atomic_add(&density(i), static_cast<std::int64_t>(::llrint(
                                              in.density_units * in.tables.density_at(t, s, at))));
          if (j < in.list.local)
            Kokkos::atomic_add(&density(j), static_cast<std::int64_t>(::llrint(
                                                in.density_units * in.tables.density_at(s, t, at))));
        }
      },
      Kokkos::Min<double>(closest_sq));
  return closest_sq;
}

// Twice the energy of pairs of local atoms, once that of pairs with a ghost.
Int128 row_forces(const PairInput& in, const WholeRows& force) {
  ExactSums<1> energy;
  const double cutoff_sq = in.tables.max_cutoff * in.tables.max_cutoff;
  Kokkos::parallel_reduce(
      "row_forces", Range(0, in.list.local),
      KOKKOS_LAMBDA(int i, ExactSums<1>& sum) {
        const int s = in.type(i);
        for (std::size_t k = in.list.begin(i); k < in.list.begin(i + 1); ++k) {
          const int j = in.list.partner(k), t = in.type(j);
          const Distance d = distance(in.place, i, j);
          if (!(d.r_sq < cutoff_sq)) continue;
          const double r = in.length(d.r_sq);
          const double inv_r = 1.0 / r;
          const PairTerms pair = in.tables.pair_at(s, t, inv_r, in.tables.at_distance(r));
          const double own = in.place(i, 3), other = in.place(j, 3);
          const double slope =
              in.tables.symmetric_density
                  ? ::fma(own + other, pair.density_slope_st, pair.energy_slope)
                  : (own * pair.density_slope_ts + other * pair.density_slope_st) + pair.energy_slope;
          const double over_r = slope * inv_r * -in.force_units;
          const std::int64_t f[3] = {::llrint(d.x * over_r), ::llrint(d.y * over_r), ::llrint(d.z * over_r)};
          for (int a = 0; a < 3; ++a) {
            Kokkos::atomic_add(&force(i, a), f[a]);
            Kokkos::atomic_add(&force(j, a), -f[a]);
          }
          const std::int64_t phi = ::llrint(pair.energy * in.energy_units);
          sum.sum[0] += j < in.list.local ? 2 * phi : phi;
        }
      },
      energy);
  return energy.sum[0];
}

// From whole numbers, local atoms: eV/A.
void convert_forces(const Atoms& atoms, const WholeRows& sum, double unit) {
  const auto force = atoms.force;
  Kokkos::parallel_for(
      "convert_forces", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
        for (int a = 0; a < 3; ++a) force(i, a) = static_cast<double>(sum(i, a)) * unit;
      });
}

constexpr int row_of[6] = {0, 1, 2, 0, 0, 1}, column_of[6] = {0, 1, 2, 1, 2, 2};

// 2 (X_a F_b + X_b F_a) over local atoms, in quarters of grid step times unit of force.
void add_place_virial(const Atoms& atoms, const WholeRows& force, const PlaceGrid& grid, ForceSums& sums) {
  const auto place = atoms.place;
  const double inverse_step = 1.0 / grid.step;
  const Vec3 middle = grid.middle;
  ExactSums<6> virial;
  Kokkos::parallel_reduce(
      "place_virial", Range(0, atoms.local),
      KOKKOS_LAMBDA(int i, ExactSums<6>& w) {
        Int128 x[3], f[3];
        for (int a = 0; a < 3; ++a) {
          x[a] = steps(place(i, a), middle[a], inverse_step);
          f[a] = force(i, a);
        }
        w.sum[0] += 4 * x[0] * f[0];
        w.sum[1] += 4 * x[1] * f[1];
        w.sum[2] += 4 * x[2] * f[2];
        w.sum[3] += 2 * (x[0] * f[1] + x[1] * f[0]);
        w.sum[4] += 2 * (x[0] * f[2] + x[2] * f[0]);
        w.sum[5] += 2 * (x[1] * f[2] + x[2] * f[1]);
      },
      virial);
  for (int k = 0; k < 6; ++k) sums.virial[k] += virial.sum[k];
}

// T_a F_b + T_b F_a for a lattice translation and what ghosts shifted by it got.
void add_shift_virial(const int shift[3], const std::int64_t force[3], const PlaceGrid& grid, ForceSums& sums) {
  Int128 t[3] = {};
  for (int a = 0; a < 3; ++a)
    for (int d = 0; d < 3; ++d)
      t[a] += static_cast<Int128>(shift[d]) * std::llrint(grid.edges[d][a] / grid.step);
  for (int k = 0; k < 6; ++k) {
    const int a = row_of[k], b = column_of[k];
    sums.virial[k] += t[a] * force[b] + t[b] * force[a];
  }
}

void add_ghost_virial(const Atoms& atoms, const WholeRows& force, const PlaceGrid& grid, ForceSums& sums) {
  const auto ghosts = std::make_pair(atoms.local, atoms.all());
  const auto f = Kokkos::create_mirror_view_and_copy(HostSpace{}, Kokkos::subview(force, ghosts, Kokkos::ALL));
  const auto shift =
      Kokkos::create_mirror_view_and_copy(HostSpace{}, Kokkos::subview(atoms.shift, ghosts, Kokkos::ALL));
  for (int g = 0; g < atoms.ghost; ++g) add_shift_virial(&shift(g, 0), &f(g, 0), grid, sums);
}

KOKKOS_INLINE_FUNCTION double cut(double slope, double steepest) {
  return slope > steepest ? steepest : slope < -steepest ? -steepest : slope;
}

// F' of each local atom; with `tally` also the sum of F and the count of densities beyond the table. |F'| beyond what forces
// can be summed with is cut.
void embed(const Atoms& atoms, const EamTables& tables, const Array<std::int64_t>& density, bool tally,
           ForceSums& sums) {
  const auto type = atoms.type;
  const auto place = atoms.place;
  const double unit = std::ldexp(1.0, -tables.density_bits), steepest = tables.steepest_embedding;
  int too_steep = 0;
  if (!tally) {
    Kokkos::parallel_reduce(
        "embed", Range(0, atoms.local),
        KOKKOS_LAMBDA(int i, int& any) {
          const double slope = tables.embed(type(i), static_cast<double>(density(i)) * unit).slope;
          place(i, 3) = cut(slope, steepest);
          any |= cut(slope, steepest) != slope;
        },
        Kokkos::BOr<int>(too_steep));
    sums.overlap = sums.overlap || too_steep != 0;
    return;
  }
  const double energy_units = std::ldexp(1.0, tables.energy_bits);
  ExactSums<3> sum;  // energy, densities beyond the table, slopes that were cut
  Kokkos::parallel_reduce(
      "embed_tally", Range(0, atoms.local),
      KOKKOS_LAMBDA(int i, ExactSums<3>& all) {
        const double rho = static_cast<double>(density(i)) * unit;
        const ValueSlope f = tables.embed(type(i), rho);
        place(i, 3) = cut(f.slope, steepest);
        all.sum[0] += 2 * round_to_units(f.value * energy_units);
        all.sum[1] += rho > tables.rho_max;
        all.sum[2] += cut(f.slope, steepest) != f.slope;
      },
      sum);
  sums.potential_energy += sum.sum[0];
  sums.beyond_table += sum.sum[1];
  sums.overlap = sums.overlap || sum.sum[2] != 0;
}

KOKKOS_INLINE_FUNCTION double half_energy(const PairInput& in, int i, int j) {
  const Distance d = distance(in.place, i, j);
  if (!(d.r_sq < in.tables.max_cutoff * in.tables.max_cutoff)) return 0.0;
  const double r = in.length(d.r_sq);
  return 0.5 * in.tables.pair_at(in.type(i), in.type(j), 1.0 / r, in.tables.at_distance(r)).energy;
}

void share_row_energies(const PairInput& in, const Array<double>& energy) {
  Kokkos::parallel_for(
      "row_energies", Range(0, in.list.local), KOKKOS_LAMBDA(int i) {
        for (std::size_t k = in.list.begin(i); k < in.list.begin(i + 1); ++k) {
          const int j = in.list.partner(k);
          const double half = half_energy(in, i, j);
          Kokkos::atomic_add(&energy(i), half);
          if (j < in.list.local) Kokkos::atomic_add(&energy(j), half);
        }
      });
}

void share_chunk_energies(const PairInput& in, const PairChunks& chunks, const Array<int>& original, int filler,
                          const Array<double>& energy) {
  const auto visit = [&](const ChunkList& list, bool both) {
    for (std::size_t k = 0; k < list.chunks * chunk_width; ++k) {
      const int i = list.atom.data()[k / chunk_width], j = list.partner.data()[k];
      if (j == filler) continue;
      const double half = half_energy(in, i, j);
      energy(i) += half;
      if (both) energy(original(j)) += half;
    }
  };
  for (const PairRun& run : chunks.runs) {
    visit(run.inner, true);
    visit(run.outer, true);
    visit(run.inner_ghost, false);
    visit(run.outer_ghost, false);
  }
}

}  // namespace

EamPotential::EamPotential(const EamTables& tables) : tables_(tables) {
  ChunkTables& t = chunk_tables_;
  t.density = tables.density.data();
  t.pair = tables.pair.data();
  for (int s = 0; s < std::min(tables.types, most_chunk_types); ++s)
    for (int u = 0; u < std::min(tables.types, most_chunk_types); ++u) t.base[s][u] = tables.table_row(s, u);
  t.last_row = tables.r_rows - 2;
  t.zero_row = tables.r_rows - 1;
  t.inv_r_step = tables.inv_r_step;
  t.density_cutoff_sq = tables.max_density_cutoff * tables.max_density_cutoff;
  t.pair_cutoff_sq = tables.max_cutoff * tables.max_cutoff;
  t.closest_sq = tables.closest * tables.closest;
  t.density_units = std::ldexp(1.0, tables.density_bits);
  t.force_units = std::ldexp(1.0, tables.force_bits);
  t.energy_units = std::ldexp(1.0, tables.energy_bits);
  t.symmetric = tables.symmetric_density;
}

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

ForceSums EamPotential::compute(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid,
                                const std::function<void()>& update_ghosts, Tally tally) {
  ForceSums sums;
  sums.energy_unit = std::ldexp(0.5, -tables_.energy_bits);
  const double force_unit = std::ldexp(1.0, -tables_.force_bits);
  sums.virial_unit = 0.25 * grid.step * force_unit;

  sum_densities(atoms, lists, sums);
  embed(atoms, tables_, density_sum_, tally == Tally::energy, sums);
  update_ghosts();
  sum_forces(atoms, lists, tally, sums);
  convert_forces(atoms, force_sum_, force_unit);
  if (tally == Tally::forces) return sums;

  add_place_virial(atoms, force_sum_, grid, sums);
  if (lists.kind == PairListKind::rows) {
    add_ghost_virial(atoms, force_sum_, grid, sums);
  } else {
    for (const auto& force : shift_force_)
      for (std::size_t code = 1; code < lists.shifts.shift.size(); ++code)
        add_shift_virial(lists.shifts.shift[code].data(), &force(code, 0), grid, sums);
  }
  return sums;
}

void EamPotential::sum_densities(const Atoms& atoms, const PairLists& lists, ForceSums& sums) {
  ensure_rows(density_sum_, "density_sum", atoms.all() + 1);
  if (lists.kind == PairListKind::chunks) return chunk_densities(atoms, lists, sums);
  Kokkos::deep_copy(density_sum_, 0);
  sums.overlap =
      row_densities(pair_input(atoms, lists.rows, tables_), density_sum_) < tables_.closest * tables_.closest;
}

void EamPotential::sum_forces(const Atoms& atoms, const PairLists& lists, Tally tally, ForceSums& sums) {
  ensure_rows(force_sum_, "force_sum", atoms.all() + 1);
  if (lists.kind == PairListKind::chunks) return chunk_forces(atoms, lists, tally, sums);
  Kokkos::deep_copy(force_sum_, 0);
  sums.potential_energy += row_forces(pair_input(atoms, lists.rows, tables_), force_sum_);
}

Array<double> EamPotential::atom_energies(const Atoms& atoms, const PairLists& lists) {
  const Array<double> energy("atom_energy", atoms.local + 1);
  PairInput in = pair_input(atoms, lists.rows, tables_);
  in.list.local = atoms.local;
  if (lists.kind == PairListKind::rows)
    share_row_energies(in, energy);
  else
    share_chunk_energies(in, lists.chunks, atoms.original, atoms.all(), energy);
  const auto type = atoms.type;
  const auto tables = tables_;
  const auto density = density_sum_;
  const double unit = std::ldexp(1.0, -tables_.density_bits);
  Kokkos::parallel_for(
      "embedding_energy", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
        energy(i) += tables.embed(type(i), static_cast<double>(density(i)) * unit).value;
      });
  return energy;
}

}  // namespace patina
