// SPDX-License-Identifier: BSD-3-Clause
// Two atoms too close for the sums of a potential: which, how far apart, and how to say so. Looked for only once a force
// computation has found that there are some.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace patina {

struct System;
class ForceField;

struct Overlap {
  std::int64_t step = 0;      // of the system, when it was seen
  std::int64_t id[2] = {};    // the lower first; alike: an atom and its periodic image; second 0: one atom by itself
  int type[2] = {};
  double distance_A = std::numeric_limits<double>::infinity();
  // From here on the pair terms of any two atoms can be summed. A pair farther apart is reported where the embedding function
  // is steeper than forces can be summed with.
  double least_A = 0.0;
};

// The earliest, of these the nearest, of these that of the lowest ids.
bool comes_first(const Overlap& a, const Overlap& b);

// Of what all ranks saw; nothing if none saw any. Ids become those of the input. The same on all ranks. Collective.
std::optional<Overlap> first_overlap(const System& system, const std::optional<Overlap>& mine);

// "atoms 17 (Cu) and 65 (Zr) are 0.85 A apart, ..."
std::string describe(const Overlap& overlap, const System& system);

// For the message of a sample that has exploded: "; step 12: atoms 17 ...", of what there was since the last virial, or
// nothing. Computes the virial. Collective.
std::string overlap_clause(System& system, ForceField& force_field);

}  // namespace patina
