// SPDX-License-Identifier: BSD-3-Clause
// The q set of sums of phases (phase_sum.hpp), on the device.
#pragma once

#include "core/types.hpp"
#include "scattering/q_set.hpp"

namespace patina {

// A q set as the kernel wants it: vectors of equal (n_y, n_z) in rows.
struct PhasePlan {
  int vectors = 0;
  int rows = 0;
  int powers[3] = {1, 1, 1};  // largest |n_d| + 1
  Array<int> row_start;       // rows + 1
  Rows<int, 2> row_miller;    // n_y, n_z
  Array<int> miller_x;        // of each vector
};
PhasePlan make_phase_plan(const QSet& set);

}  // namespace patina
