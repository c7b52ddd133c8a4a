// SPDX-License-Identifier: BSD-3-Clause
// What main() does before a reader is called, for targets that a fuzzer drives.
#include "core/kokkos_compat.hpp"
#include "core/mpi.hpp"

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  static patina::MpiSession mpi(*argc, *argv);
  patina::kokkos_compat::initialize(1);
  return 0;
}
