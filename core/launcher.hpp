// SPDX-License-Identifier: BSD-3-Clause
// Whether a launcher (mpirun of Open MPI or MPICH, srun) started this process, and whether it belongs to the MPI library that
// the program was built with [reliability.md F10].
#pragma once

#include "core/mpi.hpp"

namespace patina {

bool was_launched();

// Error(environment) if a launcher says that it started more processes than this MPI sees: they are strangers then, each of which
// would do the whole work.
void require_ranks_of_launcher(const Comm& world);

}  // namespace patina
