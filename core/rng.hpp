// SPDX-License-Identifier: BSD-3-Clause
// Counter-based random numbers, Philox4x32-10 [Salmon, Moraes, Dror & Shaw, SC'11, doi 10.1145/2063384.2063405]
// from Random123. A number is a function of (seed, stream, step, id) alone: the noise an atom sees does not
// depend on ranks, threads or order, and there is no state to checkpoint.
#pragma once

#include <Random123/philox.h>

#include <Kokkos_Macros.hpp>
#include <cstdint>

#include "core/elementary.hpp"
#include "core/kokkos_compat.hpp"

namespace patina {

// Every use of random numbers has its stream here, so that no two uses ever share numbers.
enum class Stream : std::uint32_t {
  initial_velocity = 1,
  langevin = 2,
  velocity_rescaling = 3,
  cell_rescaling = 4,
  random_structure = 5,
  species_assignment = 6,
  resampling = 7,
  q_subset = 8,
  species_swap = 9,
  deposition = 10,
  deposited_species = 11,
  speckle_field = 20,
  speckle_frequency = 21,
  avalanche = 22,
  speckle_rate = 23,
  photons = 30,
  detector = 31,
  pupil = 32,
  test = 1000,
};

struct RandomBlock {
  std::uint32_t word[4];

  // Uniform on (0, 1), 53 bits: never 0 and never 1. k = 0 or 1.
  KOKKOS_INLINE_FUNCTION double uniform(int k) const {
    const std::uint64_t bits = (std::uint64_t(word[2 * k]) << 32 | word[2 * k + 1]) >> 11;
    return (double(bits) + 0.5) * (1.0 / 9007199254740992.0);
  }
  // Standard normal by Box-Muller; k = 0 or 1 are the two independent numbers of the pair.
  KOKKOS_INLINE_FUNCTION double normal(int k) const {
    const double radius = kokkos_compat::sqrt(-2.0 * elementary::log(uniform(0)));
    const double turns = uniform(1);
    const elementary::Phase phase = elementary::phase(turns - ::rint(turns));
    return radius * (k == 0 ? phase.cosine : phase.sine);
  }
};

// `sub` numbers the blocks that one (seed, stream, step, id) may need more of (0, 1, ... < 65536).
KOKKOS_INLINE_FUNCTION RandomBlock random_block(std::uint64_t seed, Stream stream, std::uint64_t step,
                                                std::uint64_t id, std::uint32_t sub = 0) {
  // Key: the seed. Counter: stream and sub-block, low and high parts of step and id; id < 2^48, step < 2^48.
  const philox4x32_ctr_t counter = {{static_cast<std::uint32_t>(stream) << 16 | sub,
                                     static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(id),
                                     static_cast<std::uint32_t>(step >> 32) << 16 |
                                         static_cast<std::uint32_t>(id >> 32)}};
  const philox4x32_key_t key = {
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  const philox4x32_ctr_t out = philox4x32(counter, key);
  return {{out.v[0], out.v[1], out.v[2], out.v[3]}};
}

}  // namespace patina
