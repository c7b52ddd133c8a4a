// SPDX-License-Identifier: BSD-3-Clause
// The samples of `patina bench`, each made from nothing, the same bits everywhere. Compositions, densities and
// temperatures are those of the engine race against LAMMPS (benchmarks/race-lammps, docs/performance.md).
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "md/structure.hpp"

namespace patina {

enum class BenchSample { liquid, glass, crystal };

struct BenchCase {
  std::string name;
  std::string description;
  std::string potential;
  BenchSample sample = BenchSample::liquid;
  int copies = 1;  // along each axis, of the disordered sample of 4000 atoms
  double time_step_fs = 1.0;
  double temperature_K = 0.0;  // of the velocities
  int warm_up_steps = 100;
};

// In the order in which help lists them.
const std::vector<BenchCase>& bench_cases();

// Throws Error(usage) naming all cases.
const BenchCase& find_bench_case(const std::string& name);

// The sample at rest. Disordered ones are molten at 2500 K, held at 1500 K (and quenched to 300 K) at the density they
// have at zero pressure in the end, in a box of 4000 atoms, which larger samples repeat. Some seconds. Every rank makes
// the whole sample by itself.
Structure make_bench_sample(const Comm& world, const BenchCase& bench_case);

}  // namespace patina
