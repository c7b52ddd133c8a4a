// SPDX-License-Identifier: BSD-3-Clause
// What one rank alone finds, found once: rank 0 works, and the others sleep, where each would do the same work or ask for a message all the
// while, on the two cores that they all have.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "small_sample.hpp"

namespace patina::test {

// work(Comm) -> std::string. Collective over all ranks.
template <class Work>
std::string of_root(const Work& work) {
  const Comm world = Comm::world(), single = alone();
  cu_zr();  // which all ranks read together when it is first asked for
  std::string found;
  if (world.is_root()) found = work(single);
  MPI_Request request;
  PATINA_MPI_CHECK(MPI_Ibarrier(world.handle(), &request));
  for (int done = 0; !done;) {
    PATINA_MPI_CHECK(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    if (!done) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  world.broadcast(found);
  return found;
}

}  // namespace patina::test
