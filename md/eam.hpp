// SPDX-License-Identifier: BSD-3-Clause
// Embedded-atom forces on a half list:
//   f_i = -sum_j (F'_i rho'_{t(j)t(i)}(r) + F'_j rho'_{t(i)t(j)}(r) + phi'(r)) r_ij / r
// One pass sums densities over the inner pairs, then F and F' of each atom, then one pass over all pairs. Sums
// are made in whole numbers, so that they are the same for any order of the pairs and any division of the atoms.
// The virial needs no sum over pairs: with X the places and F the summed forces of local atoms and ghosts, T
// the lattice translation of a ghost,
//   W = sum_local X F + 1/2 sum_ghost T F   (each pair with a ghost stands in the lists of both its sides)
// exactly, in whole numbers too. [Daw & Baskes, PRB 29, 6443 (1984); Finnis & Sinclair, Phil. Mag. A 50, 45
// (1984); Thompson, Plimpton & Mattson, J. Chem. Phys. 131, 154107 (2009), doi 10.1063/1.3245303]
#pragma once

#include "core/exact_sum.hpp"
#include "md/chunk_kernels.hpp"
#include "md/eam_tables.hpp"
#include "md/pair_lists.hpp"
#include "md/potential.hpp"

namespace patina {

using WholeRows = Rows<std::int64_t, 4>;

class EamPotential : public Potential {
 public:
  explicit EamPotential(const EamTables& tables, Precision precision = Precision::full);
  PairCutoffs cutoffs() const override;
  Precision precision() const override { return precision_; }
  bool takes_chunks() const override { return tables_.types <= most_chunk_types; }
  ForceSums compute(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid,
                    const GhostExchange& ghosts, Tally tally) override;
  Array<double> atom_energies(const Atoms& atoms, const PairLists& lists) override;
  Overlap find_overlap(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid) const override;
  // Valid as long as this potential.
  const ChunkTables<double>& chunk_tables() const { return chunk_tables_; }
  const ChunkTables<float>& single_chunk_tables() const { return single_chunk_tables_; }

 private:
  // Own pairs, then `finish`, then pairs with other ranks' ghosts.
  void sum_densities(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid,
                     const std::function<void()>& finish, ForceSums& sums);
  void sum_forces(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid, const std::function<void()>& finish,
                  Tally tally, ForceSums& sums);
  // Rows: Kokkos kernels, one thread for each.
  void row_densities(const Atoms& atoms, const NeighborList& list, const PlaceGrid& grid, ForceSums& sums);
  void row_forces(const Atoms& atoms, const NeighborList& list, const PlaceGrid& grid, Tally tally, ForceSums& sums);
  // Chunks: each thread has a window of rows of its own, and the windows are added up.
  void chunk_densities(const Atoms& atoms, const PairChunks& chunks, const PlaceGrid& grid,
                       const std::function<void()>& finish, ForceSums& sums);
  void chunk_forces(const Atoms& atoms, const PairLists& lists, const PlaceGrid& grid, const std::function<void()>& finish,
                    Tally tally, ForceSums& sums);
  double pass_densities(const Atoms& atoms, const ChunkList& list, const PlaceGrid& grid, std::int64_t* own,
                        std::int64_t* others) const;
  bool pass_forces(const Atoms& atoms, const ChunkList& list, const PlaceGrid& grid, const int* row_of_partner,
                   std::int64_t* own, std::int64_t* others, Int128* energy) const;
  bool own_forces(const Atoms& atoms, const PairRun& run, const PlaceGrid& grid, std::int64_t* window, Int128* energy) const;
  void place_windows(const PairChunks& chunks, int rows);

  Precision precision_;
  EamTables tables_;
  RadialTables<float> single_tables_;  // for mixed precision
  ChunkTables<double> chunk_tables_;
  ChunkTables<float> single_chunk_tables_;
  Array<std::int64_t> density_sum_;  // 2^-density_bits; local rows, and as many as pair lists name
  WholeRows force_sum_;              // 2^-force_bits eV/A; ghosts too where pairs are listed by rows
  HostArray<std::int64_t> window_memory_;
  std::vector<std::int64_t*> density_window_, force_window_;  // row 0 of each thread's
  std::vector<HostRows<std::int64_t, 4>> shift_force_;        // by thread; what ghosts of each shift got
};

}  // namespace patina
