// SPDX-License-Identifier: BSD-3-Clause
// How long a run will take, from force computations of its own sample on its own ranks: atoms stay where they are, so a liquid, a
// glass and a sample that was just made take equally long. What comes on top (minimisations, observers, files) is not in it.
#pragma once

#include "core/log.hpp"
#include "core/mpi.hpp"
#include "md/eam_tables.hpp"
#include "md/engine.hpp"
#include "md/structure.hpp"

namespace patina {

struct ForcePace {
  int computed = 0;                 // force computations
  double atom_steps_per_s = 0.0;  // of all ranks of `comm`
};

// Some 20 force computations, fewer if they take longer than two seconds, and one list. Collective; all ranks find the same.
ForcePace force_pace(const Comm& comm, const Structure& sample, const EamTables& tables, Precision precision, const EngineOptions& options);

// `atom_steps`: of one sample; of several, `groups` go on at a time at this pace each.
void tell_time(double atom_steps, int samples, int groups, const ForcePace& pace, Log& log);

}  // namespace patina
