// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.hpp"

#include <mpi.h>

#include <cstdio>
#include <cstdlib>

namespace patina {

void fail_one(ExitCode code, const std::string& message) {
  int initialized = 0;
  MPI_Initialized(&initialized);
  int rank = 0;
  if (initialized) MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  std::fprintf(stderr, "error (rank %d): %s\n", rank, message.c_str());
  std::fflush(nullptr);
  if (initialized) MPI_Abort(MPI_COMM_WORLD, static_cast<int>(code));
  std::_Exit(static_cast<int>(code));
}

}  // namespace patina
