// SPDX-License-Identifier: BSD-3-Clause
// How a program of several ranks ends with an error. What all ranks found alike, rank 0 tells, and each goes home with the code. A rank
// that threw alone would wait in MPI_Finalize for others that wait for it: it sees that they do not come, tells what it found
// itself, and ends the job [reliability.md R16].
#pragma once

#include <mpi.h>

#include "core/error.hpp"

namespace patina {

class CommonEnd {
 public:
  CommonEnd();  // collective over all ranks, at the start
  ~CommonEnd();
  CommonEnd(const CommonEnd&) = delete;
  CommonEnd& operator=(const CommonEnd&) = delete;

  // Exit code of the program. To be stopped is no error.
  int tell(ExitCode code, const char* message) const;

 private:
  bool all_come() const;
  MPI_Comm comm_ = MPI_COMM_NULL;  // its own: the others may be anywhere
};

}  // namespace patina
