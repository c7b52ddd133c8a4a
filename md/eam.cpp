// SPDX-License-Identifier: BSD-3-Clause
// What both kinds of pair lists share; the passes over pairs are in md/eam_chunks.cpp and md/eam_rows.cpp.
#include "md/eam.hpp"

#include <algorithm>
#include <cmath>

#include "core/bits.hpp"
#include "core/kokkos_compat.hpp"

namespace patina {

namespace {

// Grid steps from the middle of the cell; of atoms thousands of cells away, where 63 bits end, to a millionth of an Angstrom or so.
KOKKOS_INLINE_FUNCTION Int128 steps(double x, double middle, double inverse_step) {
  constexpr double most = 0x1p62, coarse = 0x1p20;
  const double count = (x - middle) * inverse_step;
  if (kokkos_compat::abs(count) < most) return ::llrint(count);
  return static_cast<Int128>(::llrint(count / coarse)) * static_cast<long long>(coarse);
}

template <class View>
void ensure_rows(View& view, const char* label, int rows) {
  if (static_cast<int>(view.extent(0)) < rows)
    view = View(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), rows + rows / 16 + 8);
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

// Where F' of an atom is written.
struct SlopeColumn {
  Rows<double, 4> place;
  Rows<std::uint32_t, 4> mixed_place;
  bool mixed;
  KOKKOS_INLINE_FUNCTION void set(int i, double slope) const {
    if (mixed)
      mixed_place(i, 3) = bits_of(static_cast<float>(slope));
    else
      place(i, 3) = slope;
  }
};

// F' of each local atom; with `tally` also the sum of F and the count of densities beyond the table. |F'| beyond what forces
// can be summed with is cut.
void embed(const Atoms& atoms, const EamTables& tables, Precision precision, const Array<std::int64_t>& density,
           bool tally, ForceSums& sums) {
  const auto type = atoms.type;
  const SlopeColumn slopes = {atoms.place, atoms.mixed_place, precision == Precision::mixed};
  const double unit = std::ldexp(1.0, -tables.density_bits), steepest = tables.steepest_embedding;
  int too_steep = 0;
  if (!tally) {
    Kokkos::parallel_reduce(
        "embed", Range(0, atoms.local),
        KOKKOS_LAMBDA(int i, int& any) {
          const double slope = tables.embed(type(i), static_cast<double>(density(i)) * unit).slope;
          slopes.set(i, cut(slope, steepest));
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
        slopes.set(i, cut(f.slope, steepest));
        all.sum[0] += 2 * round_to_units(f.value * energy_units);
        all.sum[1] += rho > tables.rho_max;
        all.sum[2] += cut(f.slope, steepest) != f.slope;
      },
      sum);
  sums.potential_energy += sum.sum[0];
  sums.beyond_table += sum.sum[1];
  sums.overlap = sums.overlap || sum.sum[2] != 0;
}

// phi of a pair in units of energy, in double from the places.
struct PairEnergy {
  Rows<double, 4> place;
  Array<int> type;
  EamTables tables;
  double energy_units;
  KOKKOS_INLINE_FUNCTION std::int64_t operator()(int i, int j) const {
    const double x = place(i, 0) - place(j, 0), y = place(i, 1) - place(j, 1), z = place(i, 2) - place(j, 2);
    const double r_sq = x * x + y * y + z * z;
    if (!(r_sq < tables.max_cutoff * tables.max_cutoff)) return 0;
    const double r = kokkos_compat::sqrt(r_sq > tables.closest * tables.closest ? r_sq : tables.closest * tables.closest);
    return ::llrint(energy_units * tables.pair_at(type(i), type(j), 1.0 / r, tables.at_distance(r)).energy);
  }
};

// Adds the energy of each of its pairs to an atom: in whole numbers, whose sums do not depend on the order.
void add_row_energies(const PairEnergy& pair_energy, const NeighborList& list, const Array<std::int64_t>& sum) {
  Kokkos::parallel_for(
      "row_energies", Range(0, list.local), KOKKOS_LAMBDA(int i) {
        for (int k = 0; k < list.count(i); ++k) sum(i) += pair_energy(i, list(i, k));
      });
}

void add_chunk_energies(const PairEnergy& pair_energy, const PairChunks& chunks, const Array<int>& original, int filler,
                        const Array<std::int64_t>& sum) {
  const auto visit = [&](const ChunkList& list, bool both) {
    for (std::size_t k = 0; k < list.chunks * chunk_width; ++k) {
      const int i = list.atom.data()[k / chunk_width], j = list.partner.data()[k] / 4;
      if (j == filler) continue;
      const std::int64_t phi = pair_energy(i, j);
      sum(i) += phi;
      if (both) sum(original(j)) += phi;
    }
  };
  for (const PairRun& run : chunks.runs) {
    visit(run.inner, true);
    visit(run.outer, true);
    visit(run.inner_ghost, false);
    visit(run.outer_ghost, false);
  }
}

template <class Number>
ChunkTables<Number> chunk_tables_of(const EamTables& tables, const RadialTables<Number>& radial) {
  ChunkTables<Number> t;
  t.density = radial.density.data();
  t.pair = radial.pair.data();
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
  return t;
}

}  // namespace

EamPotential::EamPotential(const EamTables& tables, Precision precision)
    : precision_(precision), tables_(tables), chunk_tables_(chunk_tables_of<double>(tables, tables)) {
  if (precision == Precision::full) return;
  tables_ = tables.in_mixed_units();
  single_tables_ = in_single(tables);
  single_chunk_tables_ = chunk_tables_of(tables_, single_tables_);
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
                                const GhostExchange& ghosts, Tally tally) {
  ForceSums sums;
  sums.energy_unit = std::ldexp(0.5, -tables_.energy_bits);
  const double force_unit = std::ldexp(1.0, -tables_.force_bits);
  sums.virial_unit = 0.25 * grid.step * force_unit;

  sum_densities(atoms, lists, grid, ghosts.finish_places, sums);
  embed(atoms, tables_, precision_, density_sum_, tally == Tally::energy, sums);
  ghosts.begin_slopes();
  sum_forces(atoms, lists, grid, ghosts.finish_slopes, tally, sums);
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

void EamPotential::sum_densities(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid,
                                 const std::function<void()>& finish, ForceSums& sums) {
  ensure_rows(density_sum_, "density_sum", atoms.all() + 1);
  if (lists.kind == PairListKind::chunks) return chunk_densities(atoms, lists.chunks, grid, finish, sums);
  finish();
  row_densities(atoms, lists.rows, grid, sums);
}

void EamPotential::sum_forces(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid,
                              const std::function<void()>& finish, Tally tally, ForceSums& sums) {
  ensure_rows(force_sum_, "force_sum", atoms.all() + 1);
  if (lists.kind == PairListKind::chunks) return chunk_forces(atoms, lists, grid, finish, tally, sums);
  finish();
  row_forces(atoms, lists.rows, grid, tally, sums);
}

Array<double> EamPotential::atom_energies(const Atoms& atoms, const PairLists& lists) {
  const Array<std::int64_t> pairs("atom_pair_energies", atoms.local + 1);
  const PairEnergy pair_energy = {atoms.place, atoms.type, tables_, std::ldexp(1.0, tables_.energy_bits)};
  if (lists.kind == PairListKind::rows)
    add_row_energies(pair_energy, lists.rows, pairs);
  else
    add_chunk_energies(pair_energy, lists.chunks, atoms.original, atoms.all(), pairs);
  const Array<double> energy("atom_energy", atoms.local + 1);
  const auto type = atoms.type;
  const auto tables = tables_;
  const auto density = density_sum_;
  const double density_unit = std::ldexp(1.0, -tables_.density_bits), half_unit = std::ldexp(0.5, -tables_.energy_bits);
  Kokkos::parallel_for(
      "atom_energies", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
        energy(i) = static_cast<double>(pairs(i)) * half_unit +
                    tables.embed(type(i), static_cast<double>(density(i)) * density_unit).value;
      });
  return energy;
}

}  // namespace patina
