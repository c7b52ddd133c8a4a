// SPDX-License-Identifier: BSD-3-Clause
// The program: parses the command line, runs one verb. The only catch of the program stands here.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "cli/verbs.hpp"
#include "core/common_end.hpp"
#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "core/kokkos_compat.hpp"
#include "core/lanes_choice.hpp"
#include "core/launcher.hpp"
#include "core/mpi.hpp"
#include "core/process_settings.hpp"
#include "core/suggest.hpp"
#include "core/version.hpp"
#include "md/chunk_kernels.hpp"

namespace patina {
namespace {

std::string mpi_library() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(text, &length);
  const std::string version(text, static_cast<std::size_t>(length));
  return version.substr(0, version.find_first_of(",\n"));
}

// Versions of the hot loops that this machine runs, the fastest first.
std::string lanes_text() {
  const auto versions = chunk_kernel_versions();
  std::string text;
  for (int v = 0; v < versions.count; ++v) text += (v == 0 ? "" : ", ") + std::string(versions.all[v]->name);
  return text;
}

std::string version_text() {
  const BuildInfo& info = build_info();
  return fmt::format(
      "patina {} (git {})\n"
      "compiler   {}, {}, {}\n"
      "Kokkos     {}, back ends {}, default {}\n"
      "MPI        {}\n"
      "HDF5       {}\n"
      "precision  double, mixed\n"
      "vectors    {} (PATINA_LANES chooses among {})",
      info.version, info.git_hash, info.compiler, info.build_type, info.flags, info.kokkos_version,
      info.kokkos_devices, Kokkos::DefaultExecutionSpace::name(), mpi_library(), h5::library_version(), chunk_kernels().name, lanes_text());
}

// One thread per rank unless OMP_NUM_THREADS asks for more: ranks are the first means of using cores, and a
// library default of "all cores" on each of several ranks would be slow.
int requested_threads() {
  const char* const wanted = std::getenv("OMP_NUM_THREADS");
  if (!wanted) return 1;
  constexpr int most = 1024;
  int threads = 0;
  const char* const end = wanted + std::strlen(wanted);
  const auto [rest, failed] = std::from_chars(wanted, end, threads);  // a list is of nested levels: the first counts
  if (failed != std::errc() || (rest != end && *rest != ',') || threads < 1 || threads > most)
    throw Error(ExitCode::usage, fmt::format("OMP_NUM_THREADS is \"{}\": must be an integer >= 1, <= {}", wanted, most));
  return 0;
}

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
  add_check(app, world);
  add_compare(app, world);
  add_convert(app, world);
  add_correlate(app, world);
  add_evaluate(app, world);
  add_info(app, world);
  add_init(app, world);
  add_plan(app, world);
  add_potential(app, world);
  add_report(app, world);
  add_run(app, world);
  add_scatter(app, world);
  add_schema(app, world);
  add_score(app, world);
  add_structure(app, world);
  add_synth(app, world);
  add_validate(app, world);
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

}  // namespace
}  // namespace patina

int main(int argc, char** argv) {
  patina::restart_with_settings(argv);
  patina::MpiSession mpi(argc, argv);
  const patina::CommonEnd end;
  int threads = 0, code = 0;
  try {
    threads = patina::requested_threads();
    patina::lanes_wanted();  // that it makes sense
    patina::require_ranks_of_launcher(patina::Comm::world());
  } catch (const patina::Error& error) {
    return end.tell(error.code(), error.what());
  }
  patina::kokkos_compat::initialize(threads);
  try {
    code = patina::run_program(argc, argv);
  } catch (const patina::Error& error) {
    code = end.tell(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    // Memory runs out on one rank first, and the others may be waiting for it.
    patina::fail_one(patina::ExitCode::out_of_memory, "out of memory");
  } catch (const std::exception& error) {
    patina::fail_one(patina::ExitCode::internal, error.what());
  }
  Kokkos::finalize();
  return code;
}
