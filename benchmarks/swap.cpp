// SPDX-License-Identifier: BSD-3-Clause
// Attempts of the protocol step `swap` per second of processor time, one sweep after the other on liquids of 10 000 atoms: Cu-Zr by a table with
// embedding, and a Kob-Andersen mixture. Each sweep has one attempt for each atom and pays for gathering, sums of all places and handing back.
//   patina_swap_benchmark [--small] [flags of Google Benchmark]
#include <benchmark/benchmark.h>

#include <memory>

#include "benchmarks/benchmark_program.hpp"
#include "core/error.hpp"
#include "core/kokkos_compat.hpp"
#include "core/process_settings.hpp"
#include "core/units.hpp"
#include "md/eam.hpp"
#include "md/eam_file.hpp"
#include "md/engine.hpp"
#include "md/integrate.hpp"
#include "md/lattice.hpp"
#include "md/lennard_jones.hpp"
#include "md/potential_search.hpp"
#include "md/species_swap.hpp"
#include "md/velocity.hpp"

namespace patina {
namespace {

// A lattice that has melted for a while, so that distances are those of a liquid.
void sweeps(benchmark::State& state, const Comm& world, const EamFunctions& functions, double lattice_constant_A, double temperature_K, int cells, int steps) {
  const Structure solid = make_solid_solution({"fcc", lattice_constant_A, 1.0, {cells, cells, cells}}, {functions.species, {0.7, 0.3}}, 1);
  System system = make_system(world, solid, 1);
  const EamTables tables = make_eam_tables(functions);
  Engine engine(system, std::make_unique<EamPotential>(tables));
  engine.compute(system, Tally::forces);
  draw_velocities(system, 2.0 * temperature_K);
  EnsembleSpec ensemble;
  ensemble.thermostat.kind = ThermostatKind::velocity_rescaling;
  Integrator integrator(ensemble, system, engine);
  Targets targets;
  targets.temperature_K = temperature_K;
  for (int k = 0; k < steps; ++k) integrator.step(targets, false);
  integrator.refresh();
  const LocalTables local(tables);
  long long attempted = 0, accepted = 0;
  for (auto iteration : state) {
    static_cast<void>(iteration);
    const SwapOutcome outcome = swap_species(system, local, {{{0, 1}}, temperature_K, system.atom_count});
    attempted += outcome.attempted[0];
    accepted += outcome.accepted[0];
    ++system.step;
  }
  state.counters["attempts/s"] = benchmark::Counter(static_cast<double>(attempted), benchmark::Counter::kIsRate);
  state.counters["accepted"] = attempted > 0 ? static_cast<double>(accepted) / static_cast<double>(attempted) : 0.0;
}

void add_benchmarks(const Comm& world, bool small) {
  const int cells = small ? 3 : 14, steps = small ? 10 : 300;  // 108 or 10 976 atoms
  benchmark::RegisterBenchmark("swap/Cu-Zr", [&world, cells, steps](benchmark::State& state) {
    sweeps(state, world, read_eam_file(find_potential(world, "CuZr_mm.eam.fs", ""), {"Cu", "Zr"}), 4.1, 1500.0, cells, steps);
  })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("swap/Kob-Andersen", [&world, cells, steps](benchmark::State& state) {
    const LennardJonesModel& model = lennard_jones_models().front();
    sweeps(state, world, lennard_jones_functions(model, model.symbols, {}, PairCut::shifted, 6001), 3.734, 600.0, cells, steps);
  })->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace patina

int main(int argc, char** argv) {
  patina::restart_with_settings(argv);
  const patina::MpiSession mpi(argc, argv);
  const patina::BenchmarkWords words = patina::take_words(argc, argv);
  if (!words.known) return static_cast<int>(patina::ExitCode::usage);
  patina::kokkos_compat::initialize(1);
  {
    const patina::Comm world = patina::Comm::world();
    patina::add_benchmarks(world, words.small);
    benchmark::RunSpecifiedBenchmarks();
  }
  Kokkos::finalize();
}
