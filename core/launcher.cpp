// SPDX-License-Identifier: BSD-3-Clause
#include "core/launcher.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "core/error.hpp"

namespace patina {

bool was_launched() {
  for (const char* told : {"PMIX_RANK", "PMI_RANK", "PMI_ID", "OMPI_COMM_WORLD_RANK"})
    if (std::getenv(told)) return true;
  return false;
}

void require_ranks_of_launcher(const Comm& world) {
  // Set for each process of a step. (SLURM_NTASKS is also there in a batch script that starts a single process.)
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"}) {
    const char* const text = std::getenv(name);
    const int started = text ? std::atoi(text) : 0;
    if (world.size() == 1 && started > 1)
      throw Error(ExitCode::environment, fmt::format("the launcher started {} processes ({}), but MPI sees this one alone: mpirun or srun does not "
                                                     "belong to the MPI library of this program (patina --version); each process would do "
                                                     "the whole work",
                                                     started, name));
  }
}

}  // namespace patina
