// SPDX-License-Identifier: BSD-3-Clause
// Forces simple enough that motion and statistics are known in closed form, and small systems that carry
// them.
#pragma once

#include <vector>

#include "core/mpi.hpp"
#include "md/system.hpp"

namespace patina::testing {

// No force: an ideal gas.
class IdealGas : public ForceField {
 public:
  ForceTotals compute(System& system, Tally tally) override;
};

// Each atom in a well of its own, U = spring u^2/2 + quartic u^4/4 (u^2 = |r - anchor|^2), in an elastic
// cell: anchors keep their fractional place, and a cell of edges L holds bulk energy
//   isotropic: stiffness (ln V/V0)^2 / 2,   per axis: stiffness sum_a (ln L_a/L_a0)^2 / 2.
// The virial is minus the derivative of the energy by the strain of cell and atoms together.
class ElasticWells : public ForceField {
 public:
  // Anchors are where the atoms of `system` stand.
  ElasticWells(const System& system, double spring, double quartic = 0.0);
  ForceTotals compute(System& system, Tally tally) override;
  double cell_stiffness = 0.0;  // eV
  bool per_axis = false;

 private:
  Rows<double, 3> anchor_;  // fractional, row id - 1
  Box reference_;
  double spring_, quartic_;
};

struct AtomList {
  std::vector<Vec3> position;
  std::vector<Vec3> velocity;  // empty: at rest
  std::vector<int> type;       // empty: all 0
  std::vector<double> mass = {63.546};
};

// Atoms dealt over the ranks in turn: id 1 on rank 0, id 2 on rank 1, ...
System make_system(const Comm& comm, const Box& box, const AtomList& atoms, std::uint64_t seed = 1);

// `count` atoms at Philox places in the box with Maxwell-Boltzmann velocities.
AtomList random_atoms(const Box& box, int count, double temperature_K, std::uint64_t seed,
                      const std::vector<double>& mass = {63.546});

// Rows of all atoms in order of id, on every rank.
std::vector<Vec3> all_positions(const System& system);
std::vector<Vec3> all_velocities(const System& system);
// Turns every velocity round.
void reverse_velocities(System& system);

}  // namespace patina::testing
