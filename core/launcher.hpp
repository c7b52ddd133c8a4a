// SPDX-License-Identifier: BSD-3-Clause
// Whether the program that started this process (mpirun of Open MPI or MPICH, srun) belongs to the MPI library that it was built
// with [reliability.md F10].
#pragma once

#include "core/mpi.hpp"

namespace patina {

// Error(environment) if a launcher says that it started more processes than this MPI sees: they are strangers then, each of which
// would do the whole work.
void require_ranks_of_launcher(const Comm& world);

}  // namespace patina
