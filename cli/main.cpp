// SPDX-License-Identifier: BSD-3-Clause
// The program: one verb per file. The only catch of the program stands here.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <new>

#include "core/error.hpp"
#include "core/kokkos_compat.hpp"
#include "core/mpi.hpp"
#include "core/version.hpp"

namespace {

int run_program(int argc, char** argv) {
  CLI::App app{"Patina: metallic glasses by molecular dynamics, watched as a coherent X-ray beamline would"};
  app.set_version_flag("--version", patina::build_info().version);
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(patina::ExitCode::usage);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  patina::MpiSession mpi(argc, argv);
  try {
    return run_program(argc, argv);
  } catch (const patina::Error& error) {
    if (patina::Comm::world().is_root()) fmt::print(stderr, "error: {}\n", error.what());
    return static_cast<int>(error.code());
  }
}
