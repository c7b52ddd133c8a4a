// SPDX-License-Identifier: BSD-3-Clause
// The hot loops one by one, each over the sample of a case of `patina bench`: the two pair passes for every instruction set
// that this machine runs, lists, places, the density modes and the two-time product of scattering. `patina bench` times them together, beside what
// else a time step needs.
//   patina_kernels_benchmark [--small] [flags of Google Benchmark, e.g. --benchmark_filter=forces/liquid]
// Pairs are those of the lists (skin 0.5 A), without what fills up chunks. The passes are timed on one core in processor
// time, lists and places in wall time.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

#include "benchmarks/benchmark_program.hpp"
#include "core/error.hpp"
#include "core/process_settings.hpp"
#include "core/kokkos_compat.hpp"
#include "core/mpi.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"
#include "md/eam.hpp"
#include "md/eam_file.hpp"
#include "md/engine.hpp"
#include "md/integrate.hpp"
#include "md/lattice.hpp"
#include "md/potential_search.hpp"
#include "md/smooth_tables.hpp"
#include "md/velocity.hpp"
#include "run/bench_case.hpp"
#include "scattering/correlation.hpp"
#include "scattering/density_modes.hpp"

namespace patina {
namespace {

using benchmark::Counter;

struct Sample {
  std::string name;
  Structure structure;
  EamFunctions functions;
};

// A few hundred atoms on a lattice, for a run that only shows that all of this works.
Structure small_structure(const BenchCase& bench_case) {
  if (bench_case.sample == BenchSample::crystal) return make_compound({"fcc", 3.615, 1.0, {5, 5, 5}}, {"Cu"});
  return make_solid_solution({"fcc", 4.09, 1.0, {5, 5, 5}}, {{"Cu", "Zr"}, {0.64, 0.36}}, 1);
}

// In motion for some steps: atoms on a lattice would all read the same few rows of the tables.
Sample make_sample(const Comm& world, const std::string& name, const BenchCase& bench_case, bool small) {
  const Structure at_rest = small ? small_structure(bench_case) : make_bench_sample(world, bench_case);
  Sample sample = {name, {}, read_eam_file(find_potential(world, bench_case.potential, ""), at_rest.species)};
  System system = make_system(world, at_rest, 1);
  Engine engine(system, std::make_unique<EamPotential>(make_eam_tables(sample.functions)));
  draw_velocities(system, bench_case.temperature_K);
  EnsembleSpec spec;
  spec.time_step_ps = bench_case.time_step_fs * units::ps_per_fs;
  Integrator integrator(spec, system, engine);
  for (int n = 0; n < 20; ++n) integrator.step({}, false);
  sample.structure = snapshot(system);
  return sample;
}

// The potential itself, or, if `idle`, no more of it than the lists and places that it has the engine make. Keeps the grid.
class Watched : public Potential {
 public:
  Watched(const EamTables& tables, Precision precision) : eam(tables, precision) {}
  PairCutoffs cutoffs() const override { return eam.cutoffs(); }
  Precision precision() const override { return eam.precision(); }
  bool takes_chunks() const override { return eam.takes_chunks(); }
  ForceSums compute(const Atoms& atoms, const PairLists& lists, const PlaceGrid& current, const GhostExchange& ghosts,
                    Tally tally) override {
    grid = current;
    if (!idle) return eam.compute(atoms, lists, grid, ghosts, tally);
    ghosts.finish_places();
    ghosts.begin_slopes();
    ghosts.finish_slopes();
    return {};
  }
  Array<double> atom_energies(const Atoms& atoms, const PairLists& lists) override { return eam.atom_energies(atoms, lists); }
  Overlap find_overlap(const Atoms& atoms, const PairLists& lists, const PlaceGrid& current) const override {
    return eam.find_overlap(atoms, lists, current);
  }

  EamPotential eam;
  PlaceGrid grid;
  bool idle = false;
};

// A sample in the engine.
class Scene {
 public:
  Scene(const Comm& world, const Structure& structure, const EamTables& tables, Precision precision)
      : system_(make_system(world, structure, 1)) {
    auto potential = std::make_unique<Watched>(tables, precision);
    watched_ = potential.get();
    EngineOptions options;
    options.skin_A = 0.5;
    engine_.emplace(system_, std::move(potential), options);
  }
  // Lists, places and F' of all atoms are there behind it.
  void compute() { compute(false); }
  // The same without forces.
  void compute_idly() { compute(true); }
  void force_rebuild() { engine_->force_rebuild(); }

  const System& system() const { return system_; }
  const Atoms& atoms() const { return system_.atoms; }
  const PairChunks& chunks() const { return engine_->pair_lists().chunks; }
  const EngineCounters::Seconds& seconds() const { return engine_->counters().seconds; }
  const EamPotential& potential() const { return watched_->eam; }
  double mixed_step() const { return watched_->grid.mixed_step; }

 private:
  void compute(bool idle) {
    watched_->idle = idle;
    engine_->compute(system_, Tally::forces);
  }
  System system_;
  Watched* watched_ = nullptr;  // the engine's
  std::optional<Engine> engine_;
};

double pairs_of(const ChunkList& list, int filler) {
  const int* partner = list.partner.data();
  const auto lanes = static_cast<std::ptrdiff_t>(list.chunks * chunk_width);
  return static_cast<double>(lanes - std::count(partner, partner + lanes, filler));
}

// The time for each of `count` things (in s where it is written as JSON).
Counter time_each(double count) { return Counter(count, Counter::kIsIterationInvariantRate | Counter::kInvert); }

void count_atoms_and_pairs(benchmark::State& state, const Scene& scene, bool outer) {
  double pairs = 0.0;
  for (const PairRun& run : scene.chunks().runs)
    pairs += pairs_of(run.inner, 4 * scene.atoms().all()) + (outer ? pairs_of(run.outer, 4 * scene.atoms().all()) : 0.0);
  state.counters["per_atom"] = time_each(scene.atoms().local);
  state.counters["per_pair"] = time_each(pairs);
  state.counters["pairs_per_atom"] = pairs / scene.atoms().local;
}

// What the passes of one precision read.
template <class Place>
const Place* places_of(const Atoms& atoms) {
  if constexpr (std::is_same_v<Place, double>)
    return atoms.place.data();
  else
    return atoms.mixed_place.data();
}

// The sums begin at zero each time, as in a time step.
template <class Number, class Place>
void densities(benchmark::State& state, Scene& scene, const PairPasses<Number, Place>& passes,
               const ChunkTables<Number>& tables) {
  scene.compute();
  std::vector<std::int64_t> sums(static_cast<std::size_t>(scene.atoms().all()) + 1);
  for (auto _ : state) {
    std::fill(sums.begin(), sums.end(), 0);
    for (const PairRun& run : scene.chunks().runs) {
      auto pass = pass_over(places_of<Place>(scene.atoms()), scene.atoms(), run.inner, sums.data(), sums.data());
      pass.place_step = scene.mixed_step();
      benchmark::DoNotOptimize(passes.densities(tables, pass));
    }
  }
  count_atoms_and_pairs(state, scene, false);
}

template <class Number, class Place>
void forces(benchmark::State& state, Scene& scene, const PairPasses<Number, Place>& passes,
            const ChunkTables<Number>& tables) {
  scene.compute();
  std::vector<std::int64_t> sums(4 * (static_cast<std::size_t>(scene.atoms().all()) + 1));
  for (auto _ : state) {
    std::fill(sums.begin(), sums.end(), 0);
    for (const PairRun& run : scene.chunks().runs)
      for (const ChunkList* list : {&run.inner, &run.outer}) {
        auto pass = pass_over(places_of<Place>(scene.atoms()), scene.atoms(), *list, sums.data(), sums.data());
        pass.place_step = scene.mixed_step();
        passes.forces(tables, pass, nullptr);
      }
    benchmark::ClobberMemory();
  }
  count_atoms_and_pairs(state, scene, true);
}

// Atoms sorted, ghosts and pair lists made anew, as the engine's own clock has it.
void lists(benchmark::State& state, Scene& scene) {
  scene.compute_idly();
  for (auto _ : state) {
    scene.force_rebuild();
    const double before = scene.seconds().lists;
    scene.compute_idly();
    state.SetIterationTime(scene.seconds().lists - before);
  }
  count_atoms_and_pairs(state, scene, true);
}

// Onto the grid and into the cell, how far atoms have come, and where their ghosts are; by the same clock.
void places(benchmark::State& state, Scene& scene) {
  scene.compute_idly();
  const auto so_far = [&] { return scene.seconds().places + scene.seconds().ghosts; };
  for (auto _ : state) {
    const double before = so_far();
    scene.compute_idly();
    state.SetIterationTime(so_far() - before);
  }
  state.counters["per_atom"] = time_each(scene.atoms().local);
}

// Density modes of all atoms as one group.
void density_sums(benchmark::State& state, const Comm& world, const Structure& structure, const QSet& set, const SumOptions& options) {
  const System system = make_system(world, structure, 1);
  PhasePoints points = species_points(frame_of(system));
  points.group_start = {0, system.atoms.local};
  const ModeSum sum(set, world, system.atom_count, 1, options);
  for (auto _ : state) benchmark::DoNotOptimize(sum(points));
  state.counters["per_atom"] = time_each(system.atoms.local);
  state.counters["per_phase"] = time_each(1.0 * system.atoms.local * set.size());
  state.counters["vectors"] = set.size();
}

void register_passes(const std::shared_ptr<Scene>& scene, const std::string& name) {
  const bool mixed = scene->potential().precision() == Precision::mixed;
  const auto versions = chunk_kernel_versions();
  for (int v = 0; v < versions.count; ++v) {
    const ChunkKernels& kernels = *versions.all[v];
    const auto add = [&](const char* pass, const auto& run) {
      benchmark::RegisterBenchmark(fmt::format("{}/{}/{}", pass, name, kernels.name).c_str(), [=](benchmark::State& state) {
        run(state);
      })->Unit(benchmark::kMillisecond);
    };
    add("densities", [scene, mixed, &kernels](benchmark::State& state) {
      mixed ? densities(state, *scene, kernels.mixed, scene->potential().single_chunk_tables())
            : densities(state, *scene, kernels.in_double, scene->potential().chunk_tables());
    });
    add("forces", [scene, mixed, &kernels](benchmark::State& state) {
      mixed ? forces(state, *scene, kernels.mixed, scene->potential().single_chunk_tables())
            : forces(state, *scene, kernels.in_double, scene->potential().chunk_tables());
    });
  }
}

void register_sample(const Comm& world, const Sample& sample) {
  struct Tables {
    const char* name;
    EamTables tables;
  };
  for (const auto& [tables_name, tables] :
       {Tables{"file", make_eam_tables(sample.functions)}, Tables{"smooth", make_smooth_tables(sample.functions).tables}})
    for (const Precision precision : {Precision::full, Precision::mixed}) {
      const char* precision_name = precision == Precision::mixed ? "mixed" : "double";
      const auto scene = std::make_shared<Scene>(world, sample.structure, tables, precision);
      register_passes(scene, fmt::format("{}/{}/{}", sample.name, tables_name, precision_name));
      if (std::string_view(tables_name) != "file") continue;  // nothing below reads tables
      const auto add = [&](const char* what, void (*run)(benchmark::State&, Scene&)) {
        benchmark::RegisterBenchmark(fmt::format("{}/{}/{}", what, sample.name, precision_name).c_str(),
                                     [=](benchmark::State& state) { run(state, *scene); })
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);
      };
      add("lists", lists);
      add("places", places);
    }
}

// The two-time matrix of 1000 complex modes.
void two_time(benchmark::State& state, int frames) {
  constexpr int rows = 2000;
  const Eigen::MatrixXd values = Eigen::MatrixXd::Random(rows, frames);
  for (auto _ : state) benchmark::DoNotOptimize(two_time_sums(values, 2, frames));
  state.counters["flops"] = benchmark::Counter(1.0 * rows * frames * (frames + 1), benchmark::Counter::kIsIterationInvariantRate);
}

// Atoms anywhere, as many to the volume as in the liquid.
Structure random_atoms(const Structure& liquid, std::int64_t atoms) {
  Structure gas;
  gas.box = liquid.box.with_edges(std::cbrt(static_cast<double>(atoms) / static_cast<double>(liquid.size())) * liquid.box.edges());
  gas.species = liquid.species;
  gas.mass = liquid.mass;
  for (std::int64_t i = 0; i < atoms; ++i) {
    const RandomBlock random = random_block(1, Stream::test, 0, static_cast<std::uint64_t>(i));
    gas.id.push_back(i + 1);
    gas.type.push_back(0);
    gas.position.push_back(gas.box.to_cartesian({{random.uniform(0), random.uniform(1), random.uniform(2)}}));
  }
  return gas;
}

// How the cost of a whole shell, whose vectors are as many as there are atoms times a third, grows with the sample.
void register_growth(const Comm& world, const std::shared_ptr<Structure>& liquid, bool small) {
  for (const std::int64_t atoms : small ? std::vector<std::int64_t>{1000} : std::vector<std::int64_t>{10000, 32000, 100000, 320000, 1000000})
    benchmark::RegisterBenchmark(fmt::format("density_modes/growth/shell/mesh/{}", atoms).c_str(),
                                 [=, &world](benchmark::State& state) {
                                   const Structure gas = random_atoms(*liquid, atoms);
                                   density_sums(state, world, gas, make_shell(gas.box, 2.8, 0.1, 1 << 30, 1, 0, "shell"), {SumMethod::mesh, 1e-5});
                                 })
        ->Unit(benchmark::kMillisecond);
}

void register_all(const Comm& world, bool small) {
  std::optional<Sample> liquid;
  for (const std::string name : {"liquid-32k", "cu-32k"}) {
    const Sample sample = make_sample(world, small ? name.substr(0, name.find('-')) : name, find_bench_case(name), small);
    register_sample(world, sample);
    if (!liquid) liquid = sample;
  }
  const auto structure = std::make_shared<Structure>(liquid->structure);
  // Vectors of a shell at the first peak of the structure factor, as an XPCS measurement takes them, and of a whole ball.
  const auto add_sums = [&](const std::string& name, const QSet& set, const SumOptions& options) {
    benchmark::RegisterBenchmark(fmt::format("density_modes/{}/{}", liquid->name, name).c_str(),
                                 [=, &world](benchmark::State& state) { density_sums(state, world, *structure, set, options); })
        ->Unit(benchmark::kMillisecond);
  };
  const Box& box = structure->box;
  constexpr int all = 1 << 30;
  const QSet shell = make_shell(box, 2.8, 0.1, all, 1, 0, "shell"), ball = make_shell(box, 2.5, 5.0, all, 1, 0, "ball");
  for (const int vectors : {100, 1000})
    add_sums(fmt::format("{}/exact", vectors), make_shell(box, 2.8, 0.1, vectors, 1, 0, "shell"), {SumMethod::exact, 1e-5});
  add_sums("shell/exact", shell, {SumMethod::exact, 1e-5});
  add_sums("ball/exact", ball, {SumMethod::exact, 1e-5});
  for (const double tolerance : {1e-3, 1e-5, 1e-8, 1e-10}) {
    add_sums(fmt::format("shell/mesh/{:g}", tolerance), shell, {SumMethod::mesh, tolerance});
    add_sums(fmt::format("ball/mesh/{:g}", tolerance), ball, {SumMethod::mesh, tolerance});
  }
  register_growth(world, structure, small);
  for (const int frames : small ? std::vector<int>{50} : std::vector<int>{512, 2048})
    benchmark::RegisterBenchmark(fmt::format("two_time/{}", frames).c_str(),
                                 [=](benchmark::State& state) { two_time(state, frames); })
        ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace patina

int main(int argc, char** argv) {
  patina::restart_with_settings(argv);
  patina::MpiSession mpi(argc, argv);
  const patina::BenchmarkWords words = patina::take_words(argc, argv);
  if (!words.known) return static_cast<int>(patina::ExitCode::usage);
  patina::kokkos_compat::initialize(std::getenv("OMP_NUM_THREADS") ? 0 : 1);
  {
    const patina::Comm world = patina::Comm::world();
    patina::register_all(world, words.small);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::ClearRegisteredBenchmarks();  // they hold arrays of Kokkos
  }
  Kokkos::finalize();
  return 0;
}
