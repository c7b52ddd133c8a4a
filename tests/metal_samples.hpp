// SPDX-License-Identifier: BSD-3-Clause
// Small Cu-Zr samples (Mendelev 2007 potential, which every Debian has) with their engine, for tests of
// motion.
#pragma once

#include <memory>

#include "core/mpi.hpp"
#include "md/composition.hpp"
#include "md/engine.hpp"
#include "md/structure.hpp"
#include "md/system.hpp"

namespace patina::test {

struct Sample {
  System system;
  std::unique_ptr<Engine> engine;
};

Sample make_sample(const Comm& comm, const Structure& structure, std::uint64_t seed);

// Atoms at random places, brought to the nearest minimum at zero pressure, with velocities of
// `temperature_K`.
Structure random_minimum(const Comm& comm, const Composition& composition, double density_g_per_cm3,
                         int atoms, double temperature_K, std::uint64_t seed);

}  // namespace patina::test
