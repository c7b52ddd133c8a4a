// SPDX-License-Identifier: BSD-3-Clause
#include "run/bench_case.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "md/eam.hpp"
#include "md/eam_file.hpp"
#include "md/engine.hpp"
#include "md/integrate.hpp"
#include "md/lattice.hpp"
#include "md/potential_search.hpp"
#include "md/velocity.hpp"

namespace patina {

namespace {

// Of Cu64Zr36 with CuZr_mm at zero pressure: boxes of 81.792 A at 1500 K and 80.6 A at 300 K for 32 000 atoms.
constexpr double liquid_volume_A3 = 17.100, glass_volume_A3 = 16.363;

Structure cu_zr_crystal(double volume_per_atom_A3) {
  const double edge = std::cbrt(4.0 * volume_per_atom_A3);
  return make_solid_solution({"fcc", edge, 1.0, {10, 10, 10}}, {{"Cu", "Zr"}, {0.64, 0.36}}, 1);
}

class Preparation {
 public:
  Preparation(const Comm& alone, const Structure& crystal, const EamFunctions& functions)
      : system_(make_system(alone, crystal, 1)), engine_(system_, std::make_unique<EamPotential>(make_eam_tables(functions))) {
    draw_velocities(system_, 4000.0);
    EnsembleSpec spec;
    spec.thermostat.kind = ThermostatKind::langevin;
    spec.thermostat.relaxation_ps = 0.1;
    integrator_.emplace(spec, system_, engine_);
  }
  void ramp(double from_K, double to_K, int steps) {
    for (int n = 1; n <= steps; ++n) integrator_->step({from_K + (to_K - from_K) * n / steps, {}}, false);
  }
  Structure sample() const { return snapshot(system_); }

 private:
  System system_;
  Engine engine_;
  std::optional<Integrator> integrator_;
};

Structure repeated(const Structure& cell, int copies) {
  Structure all = cell;
  Mat3 edges = cell.box.edges();
  for (int a = 0; a < 3; ++a)
    for (int d = 0; d < 3; ++d) edges[a][d] *= copies;
  all.box = cell.box.with_edges(edges);
  all.id.clear();
  all.type.clear();
  all.position.clear();
  for (int z = 0; z < copies; ++z)
    for (int y = 0; y < copies; ++y)
      for (int x = 0; x < copies; ++x) {
        const int shift[3] = {x, y, z};
        for (std::size_t k = 0; k < cell.size(); ++k) {
          all.id.push_back(static_cast<std::int64_t>(all.id.size()) + 1);
          all.type.push_back(cell.type[k]);
          all.position.push_back(cell.position[k] + cell.box.translation(shift));
        }
      }
  all.image.clear();
  all.velocity.clear();
  return all;
}

Structure disordered(const Comm& world, const std::string& potential, bool glass, int copies) {
  const Comm alone = Comm::split(world, world.rank());
  const Structure cell = cu_zr_crystal(glass ? glass_volume_A3 : liquid_volume_A3);
  const EamFunctions functions = read_eam_file(find_potential(world, potential, ""), cell.species);
  Preparation preparation(alone, cell, functions);
  preparation.ramp(2500.0, 2000.0, 1000);
  preparation.ramp(1500.0, 1500.0, 1000);
  if (glass) preparation.ramp(1500.0, 300.0, 2500);
  return repeated(preparation.sample(), copies);
}

}  // namespace

const std::vector<BenchCase>& bench_cases() {
  static const std::vector<BenchCase> cases = {
      {"liquid-32k", "liquid Cu64Zr36 at 1500 K, 32 000 atoms", "CuZr_mm.eam.fs", BenchSample::liquid, 2, 1.0, 1500.0},
      {"glass-32k", "glass Cu64Zr36 at 300 K, 32 000 atoms", "CuZr_mm.eam.fs", BenchSample::glass, 2, 1.0, 300.0},
      {"liquid-256k", "liquid Cu64Zr36 at 1500 K, 256 000 atoms", "CuZr_mm.eam.fs", BenchSample::liquid, 4, 1.0, 1500.0},
      {"glass-256k", "glass Cu64Zr36 at 300 K, 256 000 atoms", "CuZr_mm.eam.fs", BenchSample::glass, 4, 1.0, 300.0},
      {"liquid-4k", "liquid Cu64Zr36 at 1500 K, 4000 atoms", "CuZr_mm.eam.fs", BenchSample::liquid, 1, 1.0, 1500.0},
      {"cu-32k", "copper crystal of LAMMPS's EAM benchmark, 32 000 atoms", "Cu_u3.eam", BenchSample::crystal, 1, 5.0, 1600.0,
       0},
  };
  return cases;
}

const BenchCase& find_bench_case(const std::string& name) {
  std::string known;
  for (const BenchCase& bench_case : bench_cases()) {
    if (bench_case.name == name) return bench_case;
    known += (known.empty() ? "" : ", ") + bench_case.name;
  }
  throw Error(ExitCode::usage, fmt::format("no benchmark is called '{}'; there are: {}", name, known));
}

Structure make_bench_sample(const Comm& world, const BenchCase& bench_case) {
  if (bench_case.sample == BenchSample::crystal) return make_compound({"fcc", 3.615, 1.0, {20, 20, 20}}, {"Cu"});
  return disordered(world, bench_case.potential, bench_case.sample == BenchSample::glass, bench_case.copies);
}

}  // namespace patina
