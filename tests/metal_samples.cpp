// SPDX-License-Identifier: BSD-3-Clause
#include "metal_samples.hpp"

#include "core/error.hpp"
#include "engine_result.hpp"
#include "md/eam_file.hpp"
#include "md/minimize.hpp"
#include "md/potential_search.hpp"
#include "md/random_structure.hpp"
#include "md/velocity.hpp"

namespace patina::test {

Sample make_sample(const Comm& comm, const Structure& structure, std::uint64_t seed) {
  const auto functions = read_eam_file(find_potential(comm, "CuZr_mm.eam.fs", ""), structure.species);
  Sample sample;
  sample.system = make_system(comm, structure, seed);
  sample.engine = std::make_unique<Engine>(make_engine(sample.system, functions));
  return sample;
}

Structure random_minimum(const Comm& comm, const Composition& composition, double density_g_per_cm3,
                         int atoms, double temperature_K, std::uint64_t seed) {
  const Box box = cubic_box(atoms, volume_per_atom_A3(composition, density_g_per_cm3));
  const Structure start =
      make_random_structure(box, composition, atoms, default_min_distances(composition.species), seed);
  Sample sample = make_sample(comm, start, seed);
  MinimizeSpec spec;
  spec.relax_cell = true;
  spec.max_force_eV_per_A = 1e-3;
  spec.max_stress_GPa = 0.01;
  spec.max_steps = 2000;
  if (!minimize(spec, sample.system, *sample.engine))
    throw Error(ExitCode::internal, "the random sample did not reach a minimum in 2000 steps");
  draw_velocities(sample.system, temperature_K);
  return snapshot(sample.system);
}

}  // namespace patina::test
