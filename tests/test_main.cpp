// SPDX-License-Identifier: BSD-3-Clause
// main() of every test executable: MPI and Kokkos around GoogleTest; a failure on any rank fails the job.
#include <gtest/gtest.h>

#include "core/kokkos_compat.hpp"
#include "core/mpi.hpp"

int main(int argc, char** argv) {
  patina::MpiSession mpi(argc, argv);
  ::testing::InitGoogleTest(&argc, argv);
  patina::kokkos_compat::initialize(0);
  const auto world = patina::Comm::world();
  if (!world.is_root()) {
    // Rank 0 reports; the others still print their failures.
    auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
    class FailuresOnly : public ::testing::EmptyTestEventListener {
      void OnTestPartResult(const ::testing::TestPartResult& result) override {
        if (result.failed()) fprintf(stderr, "%s:%d: %s\n", result.file_name(), result.line_number(), result.message());
      }
    };
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new FailuresOnly);
  }
  int result = RUN_ALL_TESTS();
  result = world.any(result != 0) ? 1 : 0;
  Kokkos::finalize();
  return result;
}
