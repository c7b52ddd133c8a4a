// SPDX-License-Identifier: BSD-3-Clause
// Self part of the intermediate scattering function, per species a and waiting time t_w:
//   F_s,a(q; t_w, lag) = (1 / N_a) sum_{j in a} cos(q . [dr_j - dr_cm])     dr_j = r_j(t_w + lag) - r_j(t_w)
// averaged over the vectors of a set. Displacements are taken in fractional coordinates of unwrapped
// positions, q . dr = 2 pi n . ds: in a fixed cell the usual definition, in a changing one the affine part is
// left out, as in the coherent part (co-moving q). The centre of mass of all atoms stays (drift.hpp). Under a window
// (site_window.hpp) the atoms are those that were within its half width at t_w: the others have no reference.
#pragma once

#include <cmath>
#include <vector>

#include "md/frame.hpp"
#include "scattering/amplitudes.hpp"
#include "scattering/phase_sum.hpp"

namespace patina {

// Fractional unwrapped coordinates relative to the centre of mass, of this rank's block of ids.
struct FractionalBlock {
  std::vector<Vec3> s;
  std::vector<int> type;
};
// Collective.
FractionalBlock fractional_block(const Frame& frame, const Vec3& fractional_mass_centre);

// Places to compare with later: s, not a number for an atom outside of the window.
std::vector<Vec3> site_reference(const FractionalBlock& now, const Amplitudes& amplitudes, const Box& box);
inline bool has_reference(const Vec3& s) { return !std::isnan(s[0]); }

// The vectors of several groups, summed over at once: ranks then wait for each other once, not once for each group.
struct SelfPlan {
  PhasePlan phases;
  std::vector<std::vector<int>> members;  // of each group, vectors of the plan
  int groups() const { return static_cast<int>(members.size()); }
};
SelfPlan make_self_plan(const std::vector<QSet>& groups);

// Mean over the vectors of a group, and its standard error from their scatter, per species (NaN for one without atoms).
struct SelfValue {
  std::vector<double> mean, error;
};
// Of each group. `reference`: s of the same block of ids at t_w. Collective; the same result on all ranks.
std::vector<SelfValue> self_scattering(const FractionalBlock& now, const std::vector<Vec3>& reference, const SelfPlan& plan, int species,
                                       const Comm& comm);

}  // namespace patina
