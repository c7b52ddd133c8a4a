// SPDX-License-Identifier: BSD-3-Clause
// The program: parses the command line, runs one verb. The only catch of the program stands here.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "core/kokkos_compat.hpp"
#include "core/mpi.hpp"
#include "core/process_settings.hpp"
#include "core/suggest.hpp"
#include "core/version.hpp"

namespace patina {
namespace {

std::string mpi_library() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(text, &length);
  const std::string version(text, static_cast<std::size_t>(length));
  return version.substr(0, version.find_first_of(",\n"));
}

std::string version_text() {
  const BuildInfo& info = build_info();
  return fmt::format(
      "patina {} (git {})\n"
      "compiler   {}, {}, {}\n"
      "Kokkos     {}, back ends {}, default {}\n"
      "MPI        {}\n"
      "HDF5       {}\n"
      "precision  double, mixed",
      info.version, info.git_hash, info.compiler, info.build_type, info.flags, info.kokkos_version,
      info.kokkos_devices, Kokkos::DefaultExecutionSpace::name(), mpi_library(), h5::library_version());
}

// One thread per rank unless OMP_NUM_THREADS asks for more: ranks are the first means of using cores, and a
// library default of "all cores" on each of several ranks would be slow.
int requested_threads() { return std::getenv("OMP_NUM_THREADS") ? 0 : 1; }

// CLI11 would only say that a verb is missing.
void require_known_verb(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::string known;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (verb->get_name() == argv[1]) return;
    known += (known.empty() ? "" : ", ") + verb->get_name();
  }
  throw Error(ExitCode::usage, fmt::format("no verb is called '{}'; there are: {}", argv[1], known));
}

// CLI11 would name a required option that seems to be missing instead.
void require_known_options(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  const CLI::App& verb = *app.get_subcommand(argv[1]);
  std::vector<std::string> known;
  for (const CLI::Option* option : verb.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  for (int k = 2; k < argc; ++k) {
    const std::string word = argv[k], name = word.substr(0, word.find('='));
    if (name == "--") return;
    if (!name.starts_with("--") || std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = nearest(name, known);
    throw Error(ExitCode::usage, fmt::format("{} has no option {}{}; it has: {}", verb.get_name(), name,
                                             near.empty() ? "" : fmt::format(" (did you mean {}?)", near), fmt::join(known, ", ")));
  }
}

int run_program(int argc, char** argv) {
  const Comm world = Comm::world();
  CLI::App app{"Patina: metallic glasses by molecular dynamics, watched as a coherent X-ray beamline would", "patina"};
  app.set_version_flag("--version", version_text);
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help of every verb");
  add_analyse(app, world);
  add_bench(app, world);
  add_convert(app, world);
  add_evaluate(app, world);
  add_report(app, world);
  add_run(app, world);
  add_scatter(app, world);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return fmt::format("error: {}\nRun with --help for more information.\n", error.what());
  });
  require_known_verb(app, argc, argv);
  require_known_options(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return world.is_root() ? app.exit(error) : 0;  // --help, --version
    if (world.is_root()) app.exit(error);
    return static_cast<int>(ExitCode::usage);
  }
  return static_cast<int>(ExitCode::done);
}

// What the program ends with when something was thrown. Every rank throws alike, so rank 0 speaks for all; what some
// ranks alone know, a failing replica for instance, went through fail_one(). To be stopped is no error.
int report(ExitCode code, const char* message) {
  const char* what = code == ExitCode::stopped_early ? "" : "error: ";
  if (Comm::world().is_root()) fmt::print(stderr, "{}{}\n", what, message);
  return static_cast<int>(code);
}

}  // namespace
}  // namespace patina

int main(int argc, char** argv) {
  patina::restart_with_settings(argv);
  patina::MpiSession mpi(argc, argv);
  patina::kokkos_compat::initialize(patina::requested_threads());
  int code = 0;
  try {
    code = patina::run_program(argc, argv);
  } catch (const patina::Error& error) {
    code = patina::report(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    // Memory runs out on one rank first, and the others may be waiting for it.
    patina::fail_one(patina::ExitCode::out_of_memory, "out of memory");
  } catch (const std::exception& error) {
    patina::fail_one(patina::ExitCode::internal, error.what());
  }
  Kokkos::finalize();
  return code;
}
