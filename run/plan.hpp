// SPDX-License-Identifier: BSD-3-Clause
// What a beamline can detect (beamline/measurement_plan.hpp), for each count rate, relaxation time and exponent of an input: as a
// table and as JSON (docs/plan.md).
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"

namespace patina {

struct PlanOptions {
  std::string input;
  std::string output;  // JSON; empty: none
  bool overwrite = false;
  std::vector<std::string> overrides;  // "/json/pointer=value"
};

// Collective; rank 0 works. What is wrong with the input is found before anything is written.
void plan(const Comm& world, const PlanOptions& options);

}  // namespace patina
