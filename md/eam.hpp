// SPDX-License-Identifier: BSD-3-Clause
// Embedded-atom forces on a half list:
//   f_i = -sum_j (F'_i rho'_{t(j)t(i)}(r) + F'_j rho'_{t(i)t(j)}(r) + phi'(r)) r_ij / r
// One pass sums densities over the inner pairs, then F and F' of each atom, then one pass over all pairs.
// [Daw & Baskes, PRB 29, 6443 (1984); Finnis & Sinclair, Phil. Mag. A 50, 45 (1984)]
#pragma once

#include "md/eam_tables.hpp"
#include "md/potential.hpp"
#include "md/scatter_sum.hpp"

namespace patina {

class EamPotential : public Potential {
 public:
  explicit EamPotential(const EamTables& tables) : tables_(tables) {}
  PairCutoffs cutoffs() const override;
  ForceSums compute(const Atoms& atoms, const NeighborList& list, const GhostUpdate& update_ghosts,
                    bool tally) override;
  Array<double> atom_energies(const Atoms& atoms, const NeighborList& list) override;

 private:
  EamTables tables_;
  Array<double> density_;          // rho_i; local and one row of scratch
  Array<double> embedding_slope_;  // F'_i, eV; local and ghost
  Rows<double, 4> place_;  // x y z, and F' in the force pass: what a pair needs of an atom, in one line
  ScatterScratch scratch_;
};

}  // namespace patina
