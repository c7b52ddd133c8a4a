// SPDX-License-Identifier: BSD-3-Clause
#include "run/bench.hpp"

#include "core/stopwatch.hpp"
#include "core/units.hpp"
#include "md/division.hpp"
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

// The same state with rows of its own.
System copy_of(const System& system) {
  System copy = system;
  Atoms& atoms = copy.atoms;
  const Array<int> same("same_order", atoms.local);
  const auto order = Kokkos::create_mirror_view(HostSpace{}, same);
  for (int i = 0; i < atoms.local; ++i) order(i) = i;
  Kokkos::deep_copy(same, order);
  reorder(atoms, same, atoms.local);
  atoms.force = {};
  atoms.place = {};
  atoms.mixed_place = {};
  atoms.shift = {};
  atoms.original = {};
  reserve(atoms, atoms.local, atoms.local);
  return copy;
}

// Moves a copy on until the engine's skin has settled: the system itself stays where a benchmark of a given skin finds it.
void settle_skin(const EnsembleSpec& spec, const System& system, Engine& engine) {
  constexpr long long enough_lists = 24, most_atom_steps = 6'400'000;
  System copy = copy_of(system);
  engine.force_rebuild();
  Integrator integrator(spec, copy, engine);
  const long long begun = engine.counters().rebuilds;
  for (long long n = 0; engine.counters().rebuilds < begun + enough_lists && n * copy.atom_count < most_atom_steps; ++n)
    integrator.step({}, false);
  engine.force_rebuild();
}

}  // namespace

BenchResult bench(const Comm& world, const Structure& sample, const EamFunctions& functions, const BenchSpec& spec) {
  System system = make_system(world, sample, 1);
  EngineOptions options;
  if (spec.skin_A) options.skin_A = *spec.skin_A;
  options.tune_skin = !spec.skin_A;
  BenchResult result;
  Engine engine(system, std::make_unique<EamPotential>(tables_of(functions, spec, result), spec.precision), options);
  if (spec.temperature_K > 0.0) draw_velocities(system, spec.temperature_K);
  EnsembleSpec nve;
  nve.time_step_ps = spec.time_step_fs * units::ps_per_fs;
  EnsembleSpec warm = nve;
  warm.thermostat.kind = ThermostatKind::langevin;
  warm.thermostat.relaxation_ps = 0.1;
  if (spec.temperature_K > 0.0) run_steps(warm, system, engine, spec.temperature_K, spec.warm_up_steps);
  if (!spec.skin_A) settle_skin(nve, system, engine);

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
  result.skin_A = engine.skin_A();
  result.rebuilds = after.rebuilds - before.rebuilds;
  result.list_entries_per_atom = engine.pair_lists().chunks.entries() / std::max(1, system.atoms.local);
  result.engine.places = after.seconds.places - before.seconds.places;
  result.engine.lists = after.seconds.lists - before.seconds.lists;
  result.engine.ghosts = after.seconds.ghosts - before.seconds.ghosts;
  result.engine.pair_forces = after.seconds.pair_forces - before.seconds.pair_forces;
  result.imbalance = imbalance(world, result.engine.pair_forces);
  result.state_hash = state_hash(system);
  integrator.step({}, true);  // throws if atoms have come too close meanwhile: then the rate says nothing
  return result;
}

}  // namespace patina
