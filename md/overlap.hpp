// SPDX-License-Identifier: BSD-3-Clause
// Atoms whose forces a potential cannot sum: which, why, and how to say so. Looked for only once a force computation has
// found that there are some. What is told follows from ids, places and densities within the cutoffs, not from the pair lists.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace patina {

struct System;
class ForceField;

enum class OverlapCause {
  distance,  // two atoms are closer than `least_A`
  density    // an atom's embedding function is steeper than `steepest` at its density, too many neighbours or too few
};

struct Overlap {
  std::int64_t step = 0;  // of the system, when it was seen
  OverlapCause cause = OverlapCause::distance;
  // Of two atoms too close the lower first; of an atom of a bad density itself, and the nearest of those that add to it, 0 if there
  // is none. Alike: an atom and its periodic image.
  std::int64_t id[2] = {};
  int type[2] = {};
  double distance_A = std::numeric_limits<double>::infinity();
  double least_A = 0.0;  // from here on the pair terms of any two atoms can be summed
  // Of a bad density alone: F' there and what it may be, eV per unit of density.
  double density = 0.0, slope = 0.0, steepest = 0.0;
};

// The earliest; of these, those too close before bad densities; of the former the nearest pair, of the latter the steepest F', then
// the highest density; at last the lowest ids.
bool comes_first(const Overlap& a, const Overlap& b);

// Of what all ranks saw; nothing if none saw any. Ids become those of the input. The same on all ranks. Collective.
std::optional<Overlap> first_overlap(const System& system, const std::optional<Overlap>& mine);

// "atoms 17 (Cu) and 65 (Zr) are 0.85 A apart; ..." or "atom 17 (Cu), 0.85 A from ..., has an electron density of 120, where ..."
std::string describe(const Overlap& overlap, const System& system);

// What helps once atoms move: the end of a message that tells of an overlap.
std::string advice(const Overlap& overlap, double time_step_ps);

// For the message of a sample that has exploded: "; step 12: atoms 17 ...", of what there was since the last virial, or
// nothing. Computes the virial. Collective.
std::string overlap_clause(System& system, ForceField& force_field);

}  // namespace patina
