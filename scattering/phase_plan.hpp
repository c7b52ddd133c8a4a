// SPDX-License-Identifier: BSD-3-Clause
// The q set of sums of phases (phase_sum.hpp), as the kernels want it: vectors of equal (n_y, n_z) in rows, in each an entry
// for every |n_x| (phase_kernels.hpp).
#pragma once

#include <vector>

#include "core/types.hpp"
#include "scattering/q_set.hpp"

namespace patina {

struct PhasePlan {
  int vectors = 0;
  int rows = 0;
  int entries = 0;
  int powers[3] = {1, 1, 1};  // largest |n_d| + 1
  // For the kernels, where they run.
  Array<int> row_start;      // [rows + 1], in entries
  Rows<int, 2> row_miller;   // n_y, n_z
  Array<int> power;          // [entries]: |n_x|
  // Of each vector, on the host.
  std::vector<int> entry;
  std::vector<char> negative;  // n_x < 0
};
PhasePlan make_phase_plan(const QSet& set);

}  // namespace patina
