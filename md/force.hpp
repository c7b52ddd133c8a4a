// SPDX-License-Identifier: BSD-3-Clause
// The seam between dynamics and potentials: a force fills atoms.force and, when asked, energy and virial.
#pragma once

#include "core/types.hpp"
#include "core/vec3.hpp"
#include "md/atoms.hpp"

namespace patina {

// Sums over this rank's atoms; callers reduce over ranks.
struct ForceSums {
  double potential_energy = 0.0;  // eV
  // W_ab = sum over pairs of r_a f_b (eV); the virial pressure tensor is W / V.
  Mat3 virial;
};

class Force {
 public:
  virtual ~Force() = default;
  // Fills atoms.force for the local atoms. Energy and virial are computed only with `tally`.
  // Collective over the ranks of the simulation.
  virtual ForceSums compute(const Atoms& atoms, bool tally) = 0;
};

}  // namespace patina
