// SPDX-License-Identifier: BSD-3-Clause
#include "core/common_end.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace patina {

namespace {

constexpr std::chrono::seconds patience{5};  // who threw alike is there within a moment

}  // namespace

CommonEnd::CommonEnd() { MPI_Comm_dup(MPI_COMM_WORLD, &comm_); }

CommonEnd::~CommonEnd() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (!finalized) MPI_Comm_free(&comm_);
}

bool CommonEnd::all_come() const {
  MPI_Request request = MPI_REQUEST_NULL;
  if (MPI_Ibarrier(comm_, &request) != MPI_SUCCESS) return false;
  const auto start = std::chrono::steady_clock::now();
  for (int there = 0;;) {
    if (MPI_Test(&request, &there, MPI_STATUS_IGNORE) != MPI_SUCCESS) return false;
    if (there) return true;
    if (std::chrono::steady_clock::now() - start > patience) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

int CommonEnd::tell(ExitCode code, const char* message) const {
  if (!all_come()) fail_one(code, message);
  int rank = 0;
  MPI_Comm_rank(comm_, &rank);
  if (rank == 0) fmt::print(stderr, "{}{}\n", code == ExitCode::stopped_early ? "" : "error: ", message);
  return static_cast<int>(code);
}

}  // namespace patina
