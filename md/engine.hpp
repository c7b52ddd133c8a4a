// SPDX-License-Identifier: BSD-3-Clause
// The parallel engine: forces on a sample spread over ranks. Between rebuilds it only refreshes the ghosts;
// when atoms may have come closer than the pair lists foresaw it migrates and sorts them and makes ghosts and
// lists anew. With D = E_ref^-1 E the deformation of the cell since the last rebuild and u the displacement of
// an atom beyond it, a pair that stood farther apart than r_c + skin is now farther than
//   (r_c + skin) s_min(D) - 2 max|u|,    s_min >= 1 - |D - 1|_F  the smallest stretch,
// and the lists hold as long as that is at least r_c. Without deformation: max|u| <= skin / 2. Checked at
// every call.
//
// Forces, energy and virial are the same bits for any ranks, threads and history of the lists. For that every
// call puts the atoms into the cell and onto a grid of 2^k Angstrom (about 1e-14 of the cell), and the edges of
// a periodic cell too: then lattice translations, and the vector between two atoms, are exact, whichever images
// a rank happens to hold. Pair terms are odd in that vector to the last bit, and sums are whole numbers
// (md/eam.hpp).
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "md/domain.hpp"
#include "md/halo.hpp"
#include "md/pair_lists.hpp"
#include "md/places.hpp"
#include "md/potential.hpp"
#include "md/skin_tuner.hpp"
#include "md/system.hpp"

namespace patina {

struct EngineOptions {
  double skin_A = 0.6;  // > 0, <= largest_skin_A (md/skin_tuner.hpp)
  // Ranks along each axis; zeros: chosen for the least surface of the sample.
  std::array<int, 3> rank_grid = {0, 0, 0};
  bool chunks = true;  // where this is a host and the potential takes them; else rows of pairs
  // From skin_A on, with the help of the wall clock (md/skin_tuner.hpp): only the speed depends on it.
  bool tune_skin = false;
  // Bricks of even cost: at first as many atoms for each rank, then by measured time, looked at every so often. (On a device
  // by atoms only.) Else even bricks.
  bool balance = true;
};

struct EngineCounters {
  long long computes = 0;
  long long rebuilds = 0;
  // Rebuilds only one call after another: atoms cross half the skin within one step. Still exact (the check
  // comes before the forces), but the skin is too thin, or the time step too long.
  long long hasty_rebuilds = 0;
  // Wall time of this rank by what it was spent on, s. (Kernels of a device run on after they are launched: there, only
  // the sum of all means something.)
  struct Seconds {
    double places = 0.0;      // onto the grid and into the cell, displacement check
    double lists = 0.0;       // migration, sort, ghosts and pair lists made anew
    double ghosts = 0.0;      // exchanges of places and slopes
    double pair_forces = 0.0;  // both pair passes and the embedding between them
  } seconds;
};

class Engine : public ForceField {
 public:
  // The ranks and the box of `system` settle the decomposition; the same system must be given to compute().
  Engine(const System& system, std::unique_ptr<Potential> potential, const EngineOptions& options = {});

  // Throws Error(unstable) on all ranks if a position is not finite or atoms were lost.
  ForceTotals compute(System& system, Tally tally) override;

  // Potential energy of each local atom, eV, for the positions that compute() saw last.
  // Collective.
  Array<double> atom_energies(const System& system);

  // The next compute() rebuilds.
  void force_rebuild() { rebuild_forced_ = true; }
  // The same on all ranks: bounds of the bricks along an axis (Domain::cuts) from the next compute() on, which rebuilds.
  void set_cuts(int d, const std::vector<double>& cuts);
  const Domain& domain() const { return domain_; }

  const EngineCounters& counters() const { return counters_; }
  const PairLists& pair_lists() const { return lists_; }
  double skin_A() const { return skin_; }  // of the lists in use
  double cutoff_A() const { return max_cutoff_; }  // beyond it no two atoms act on each other

 private:
  // Puts cell and atoms on the grid and into the cell, and makes their places. Collective; the least skin with which the
  // lists miss no pair, A.
  double settle(System& system);
  void rebuild(System& system);
  // Makes sure that no atom was lost, and settles the skin of the lists to come. Collective.
  void count_atoms_and_choose_skin(const System& system);
  // Moves the cuts, if it is time to look and the ranks' loads differ. Collective.
  void balance(const System& system);
  // Mixed places of the local atoms; begins those of their ghosts.
  void settle_mixed(const Atoms& atoms);
  void number_shifts(const Atoms& atoms);

  std::unique_ptr<Potential> potential_;
  bool mixed_ = false;  // the potential reads mixed places
  PairCutoffs cutoffs_;
  double max_cutoff_ = 0.0;
  double skin_ = 0.0;
  std::optional<SkinTuner> tuner_;
  bool balance_ = true;
  Domain domain_;
  Halo halo_;
  PairLists lists_;
  PlaceGrid grid_;
  ReferencePlaces reference_;
  bool rebuild_forced_ = true;
  std::optional<Overlap> overlap_;  // the first that this rank saw since the last virial
  EngineCounters counters_;
  EngineCounters at_rebuild_;  // at the start of the last one
  // When loads were compared last.
  struct Look {
    long long computes = 0;
    double pair_forces_s = 0.0;
  } last_look_;
};

}  // namespace patina
