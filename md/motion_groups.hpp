// SPDX-License-Identifier: BSD-3-Clause
// Atoms of a sample that move in different ways: some stand still (the base of a substrate), some feel a thermostat, the others move
// freely. Who belongs where is a function of the atom's id, so nothing of it travels with atoms from rank to rank, and samples without
// groups carry nothing.
#pragma once

#include <cstdint>

#include "md/system.hpp"

namespace patina {

enum class Motion : unsigned char { free = 0, thermostatted = 1, still = 2 };

struct MotionGroups {
  Array<unsigned char> of_id;      // Motion of the atoms 1, 2, ...; later ones, which arrive while the sample moves, are free
  std::int64_t thermostatted = 0;  // how many, over all ranks
  std::int64_t still = 0;

  bool any() const { return of_id.extent(0) > 0; }
  KOKKOS_INLINE_FUNCTION Motion of(std::int64_t id) const {
    return id <= static_cast<std::int64_t>(of_id.extent(0)) ? static_cast<Motion>(of_id(id - 1)) : Motion::free;
  }
};

// The same on all ranks, from values that are.
MotionGroups make_groups(const std::vector<unsigned char>& of_id);

// Takes their velocities from the atoms that stand still.
void stop_still_atoms(System& system, const MotionGroups& groups);

}  // namespace patina
