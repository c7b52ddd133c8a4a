// SPDX-License-Identifier: BSD-3-Clause
// Throughput of the engine: NVE of a liquid, in million atom-steps per second of wall time over all ranks.
//   engine_bench STRUCTURE POTENTIAL SPECIES[,SPECIES] [--repeat nx,ny,nz] [--steps n] [--skin A] [--dt-fs t]
// Velocities are drawn at 1500 K.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "core/error.hpp"
#include "core/huge_pages.hpp"
#include "core/kokkos_compat.hpp"
#include "md/eam.hpp"
#include "md/eam_file.hpp"
#include "md/engine.hpp"
#include "md/integrate.hpp"
#include "md/potential_search.hpp"
#include "md/structure_file.hpp"
#include "md/velocity.hpp"

namespace patina {
namespace {

struct Arguments {
  std::string structure, potential;
  std::vector<std::string> species;
  std::vector<int> repeat = {1, 1, 1};
  int steps = 100;
  double skin_A = 0.5;
  double time_step_fs = 1.0;
};

Structure repeated(const Structure& cell, const std::vector<int>& repeat) {
  Structure result = cell;
  result.id.clear();
  result.type.clear();
  result.position.clear();
  result.image.clear();
  result.velocity.clear();
  Mat3 edges = cell.box.edges();
  for (int d = 0; d < 3; ++d)
    for (int k = 0; k < 3; ++k) edges[d][k] *= repeat[static_cast<std::size_t>(d)];
  result.box = cell.box.with_edges(edges);
  for (int nx = 0; nx < repeat[0]; ++nx)
    for (int ny = 0; ny < repeat[1]; ++ny)
      for (int nz = 0; nz < repeat[2]; ++nz) {
        const int cells[3] = {nx, ny, nz};
        for (std::size_t k = 0; k < cell.size(); ++k) {
          result.id.push_back(static_cast<std::int64_t>(result.position.size()) + 1);
          result.type.push_back(cell.type[k]);
          result.position.push_back(cell.position[k] + cell.box.translation(cells));
        }
      }
  return result;
}

void bench(const Arguments& arguments) {
  const Comm world = Comm::world();
  const Structure structure =
      repeated(read_structure(world, arguments.structure, {arguments.species}).structure, arguments.repeat);
  const auto functions = read_eam_file(find_potential(world, arguments.potential, ""), structure.species);
  System system = make_system(world, structure, 1);
  draw_velocities(system, 1500.0);
  Engine engine(system, std::make_unique<EamPotential>(make_eam_tables(functions)), {arguments.skin_A});
  EnsembleSpec nve;
  nve.time_step_ps = 1e-3 * arguments.time_step_fs;
  Integrator integrator(nve, system, engine);
  const Targets targets;
  for (int step = 0; step < 5; ++step) integrator.step(targets, false);

  world.barrier();
  const EngineCounters before = engine.counters();
  const Kokkos::Timer timer;
  for (int step = 0; step < arguments.steps; ++step) integrator.step(targets, false);
  world.barrier();
  const double seconds = timer.seconds();
  if (!world.is_root()) return;
  const double atom_steps = static_cast<double>(system.atom_count) * arguments.steps;
  fmt::print("atoms {}  ranks {}  threads {}  skin {} A  steps {}  rebuilds {}  list entries/atom {:.1f}\n",
             system.atom_count, world.size(), ExecSpace().concurrency(), arguments.skin_A, arguments.steps,
             engine.counters().rebuilds - before.rebuilds,
             engine.pair_lists().chunks.entries() / system.atoms.local);
  fmt::print("{:.3f} Matom-steps/s  {:.0f} ns/atom/step\n", 1e-6 * atom_steps / seconds,
             1e9 * seconds / atom_steps);
}

}  // namespace
}  // namespace patina

int main(int argc, char** argv) {
  patina::restart_with_huge_pages(argv);
  patina::MpiSession mpi(argc, argv);
  patina::kokkos_compat::initialize(0);
  int code = 0;
  {
    patina::Arguments arguments;
    CLI::App app{"Throughput of the engine"};
    app.add_option("structure", arguments.structure)->required();
    app.add_option("potential", arguments.potential)->required();
    app.add_option("species", arguments.species)->required()->delimiter(',');
    app.add_option("--repeat", arguments.repeat)->delimiter(',')->expected(3);
    app.add_option("--steps", arguments.steps)->check(CLI::PositiveNumber);
    app.add_option("--skin", arguments.skin_A)->check(CLI::PositiveNumber);
    app.add_option("--dt-fs", arguments.time_step_fs)->check(CLI::PositiveNumber);
    try {
      app.parse(argc, argv);
      patina::bench(arguments);
    } catch (const CLI::ParseError& error) {
      code = app.exit(error);
    } catch (const patina::Error& error) {
      fmt::print(stderr, "error: {}\n", error.what());
      code = static_cast<int>(error.code());
    }
  }
  Kokkos::finalize();
  return code;
}
