// SPDX-License-Identifier: BSD-3-Clause
// Rows of a plan (phase_plan.hpp) that hold nearly all powers of x between their least and largest, as runs of them: a kernel
// then has eight powers in the lanes of a vector instead of eight points (phase_kernels.hpp), and nothing to sum over lanes. Host.
#pragma once

#include <cstddef>
#include <vector>

#include "scattering/phase_kernels.hpp"
#include "scattering/phase_plan.hpp"

namespace patina {

struct PhaseRuns {
  std::vector<PhaseRun> runs;
  std::vector<std::ptrdiff_t> entry;  // where the first of its four sums stands; the others phase_group apart
  std::size_t numbers = 0;            // of all sums
};

// None if the runs would hold more than `most_unwanted` times as many powers as are wanted: rows are faster then.
constexpr double most_unwanted = 2.0;
PhaseRuns make_runs(const PhasePlan& plan);

}  // namespace patina
