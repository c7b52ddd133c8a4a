// SPDX-License-Identifier: BSD-3-Clause
// As main() of the program ends: `lone_failure RANK` throws on this rank while the others wait for it in a sum; `lone_failure all` on all.
#include <cstdlib>
#include <string>

#include "core/common_end.hpp"
#include "core/mpi.hpp"

int main(int argc, char** argv) {
  patina::MpiSession mpi(argc, argv);
  const patina::CommonEnd end;
  const patina::Comm world = patina::Comm::world();
  const std::string who = argc > 1 ? argv[1] : "all";
  try {
    if (who == "all" || std::atoi(who.c_str()) == world.rank()) throw patina::Error(patina::ExitCode::io, "the disk of rank " + who);
    world.sum(1.0);
  } catch (const patina::Error& error) {
    return end.tell(error.code(), error.what());
  }
  return 0;
}
