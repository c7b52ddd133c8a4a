// SPDX-License-Identifier: BSD-3-Clause
// The parallel engine: forces on a sample spread over ranks. Between rebuilds it only refreshes the ghosts;
// when atoms may have come closer than the neighbour list foresaw it wraps, migrates and sorts them and makes
// ghosts and list anew. With D = E_ref^-1 E the deformation of the cell since the last rebuild and u the
// displacement of an atom beyond it, a pair that stood farther apart than r_c + skin is now farther than
//   (r_c + skin) s_min(D) - 2 max|u|,    s_min >= 1 - |D - 1|_F  the smallest stretch,
// and the list holds as long as that is at least r_c. Without deformation: max|u| <= skin / 2. Checked at
// every call.
#pragma once

#include <array>
#include <memory>

#include "md/domain.hpp"
#include "md/halo.hpp"
#include "md/neighbor_list.hpp"
#include "md/potential.hpp"
#include "md/system.hpp"

namespace patina {

struct EngineOptions {
  double skin_A = 0.6;
  // Ranks along each axis; zeros: chosen for the least surface. A continued run that must give the same bits
  // needs the grid it began with.
  std::array<int, 3> rank_grid = {0, 0, 0};
};

struct EngineCounters {
  long long computes = 0;
  long long rebuilds = 0;
  // Rebuilds only one call after another: atoms cross half the skin within one step. Still exact (the check
  // comes before the forces), but the skin is too thin, or the time step too long.
  long long hasty_rebuilds = 0;
};

class Engine : public ForceField {
 public:
  // The ranks and the box of `system` settle the decomposition; the same system must be given to compute().
  Engine(const System& system, std::unique_ptr<Potential> potential, const EngineOptions& options = {});

  // Throws Error(unstable) on all ranks if a position is not finite or atoms were lost.
  ForceTotals compute(System& system, bool tally) override;

  // Potential energy of each local atom, eV, for the positions that compute() saw last.
  Array<double> atom_energies(const System& system);

  // The next compute() rebuilds: a run and its continuation from a checkpoint then take the same steps.
  void force_rebuild() { rebuild_forced_ = true; }

  const EngineCounters& counters() const { return counters_; }
  const std::array<int, 3>& rank_grid() const { return domain_.ranks(); }
  const NeighborList& neighbor_list() const { return list_; }

 private:
  // Collective: whether the list may miss a pair. Throws Error(unstable) if a position is not finite.
  bool list_outdated(const System& system) const;
  void rebuild(System& system);

  Domain domain_;
  Halo halo_;
  std::unique_ptr<Potential> potential_;
  PairCutoffs cutoffs_;
  double max_cutoff_ = 0.0;
  double skin_ = 0.0;
  NeighborList list_;
  Rows<double, 3> reference_position_;  // of the local atoms at the last rebuild
  Box reference_box_;
  bool rebuild_forced_ = true;
  long long last_rebuild_ = -1;  // counted in computes
  EngineCounters counters_;
};

}  // namespace patina
