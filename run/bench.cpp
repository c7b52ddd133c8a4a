// SPDX-License-Identifier: BSD-3-Clause
#include "run/bench.hpp"

#include "core/stopwatch.hpp"
#include "core/units.hpp"
#include "md/eam.hpp"
#include "md/integrate.hpp"
#include "md/state_hash.hpp"
#include "md/velocity.hpp"

namespace patina {

namespace {

void run_steps(const EnsembleSpec& spec, System& system, Engine& engine, double temperature_K, int steps) {
  Integrator integrator(spec, system, engine);
  for (int n = 0; n < steps; ++n) integrator.step({temperature_K, {}}, false);
}

EamTables tables_of(const EamFunctions& functions, const BenchSpec& spec, BenchResult& result) {
  if (!spec.smooth_tables) return make_eam_tables(functions);
  const SmoothTables smooth = make_smooth_tables(functions);
  result.smooth_tables = smooth.deviation;
  return smooth.tables;
}

}  // namespace

BenchResult bench(const Comm& world, const Structure& sample, const EamFunctions& functions, const BenchSpec& spec) {
  System system = make_system(world, sample, 1);
  EngineOptions options;
  options.skin_A = spec.skin_A;
  BenchResult result;
  Engine engine(system, std::make_unique<EamPotential>(tables_of(functions, spec, result), spec.precision), options);
  if (spec.temperature_K > 0.0) draw_velocities(system, spec.temperature_K);
  EnsembleSpec nve;
  nve.time_step_ps = spec.time_step_fs * units::ps_per_fs;
  EnsembleSpec warm = nve;
  warm.thermostat.kind = ThermostatKind::langevin;
  warm.thermostat.relaxation_ps = 0.1;
  if (spec.temperature_K > 0.0) run_steps(warm, system, engine, spec.temperature_K, spec.warm_up_steps);

  Integrator integrator(nve, system, engine);
  for (int n = 0; n < 5; ++n) integrator.step({}, false);
  spec.before_timing(system);
  const EngineCounters before = engine.counters();
  world.barrier();
  Stopwatch watch;
  for (int n = 0; n < spec.steps; ++n) integrator.step({}, false);
  Kokkos::fence();
  world.barrier();

  result.seconds = watch.lap();
  const EngineCounters& after = engine.counters();
  result.atoms = system.atom_count;
  result.ranks = world.size();
  result.threads = ExecSpace().concurrency();
  result.atom_steps_per_s = static_cast<double>(system.atom_count) * spec.steps / result.seconds;
  result.rebuilds = after.rebuilds - before.rebuilds;
  result.list_entries_per_atom = engine.pair_lists().chunks.entries() / std::max(1, system.atoms.local);
  result.engine.places = after.seconds.places - before.seconds.places;
  result.engine.lists = after.seconds.lists - before.seconds.lists;
  result.engine.ghosts = after.seconds.ghosts - before.seconds.ghosts;
  result.engine.pair_forces = after.seconds.pair_forces - before.seconds.pair_forces;
  result.state_hash = state_hash(system);
  return result;
}

}  // namespace patina
