// SPDX-License-Identifier: BSD-3-Clause
#include "md/motion_groups.hpp"

#include <algorithm>

namespace patina {

MotionGroups make_groups(const std::vector<unsigned char>& of_id) {
  const auto count = [&](Motion motion) { return std::count(of_id.begin(), of_id.end(), static_cast<unsigned char>(motion)); };
  return {to_device(of_id), count(Motion::thermostatted), count(Motion::still)};
}

void stop_still_atoms(System& system, const MotionGroups& groups) {
  const auto velocity = system.atoms.velocity;
  const auto id = system.atoms.id;
  const auto which = groups;
  Kokkos::parallel_for(
      "stop_still_atoms", Range(0, system.atoms.local), KOKKOS_LAMBDA(int i) {
        if (which.of(id(i)) == Motion::still)
          for (int d = 0; d < 3; ++d) velocity(i, d) = 0.0;
      });
}

}  // namespace patina
