// SPDX-License-Identifier: BSD-3-Clause
// The energy at which `minimise` steps end: that of the inherent structure, if the cell was left as it is or relaxed as the step says.
// eV and A^3 per atom, K.
#pragma once

#include <limits>
#include <vector>

#include "analysis/run_data.hpp"

namespace patina {

struct InherentStructure {
  int protocol_step = -1;
  double before_K = std::numeric_limits<double>::quiet_NaN();  // temperature at the end of the step before; NaN if there is none
  int replicas = 0;
  double energy = 0.0, volume = 0.0;                                   // means over replicas
  double error = std::numeric_limits<double>::quiet_NaN();  // standard error of the energy, of what replicas scatter; NaN of one alone
};

// Of every minimise step that has a row.
std::vector<InherentStructure> inherent_structures(const RunData& run, double atoms);

}  // namespace patina
