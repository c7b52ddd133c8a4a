// SPDX-License-Identifier: BSD-3-Clause
// Reproducible disorder for tests.
#pragma once

#include "core/rng.hpp"
#include "core/vec3.hpp"

namespace patina::test {

// Uniform in [-1, 1)^3; a function of (seed, k).
inline Vec3 random_vector(std::uint64_t seed, int k) {
  const auto a = random_block(seed, Stream::test, 0, static_cast<std::uint64_t>(k), 0);
  const auto b = random_block(seed, Stream::test, 0, static_cast<std::uint64_t>(k), 1);
  return {{2.0 * a.uniform(0) - 1.0, 2.0 * a.uniform(1) - 1.0, 2.0 * b.uniform(0) - 1.0}};
}

}  // namespace patina::test
