// SPDX-License-Identifier: BSD-3-Clause
// Whose noise it is: the random numbers of synthetic fields are functions of (seed, stream, channel, step, pixel) alone, so that a
// field does not depend on ranks, threads or the order in which blocks of pixels are made.
#pragma once

#include "beamline/noise_kernels.hpp"
#include "core/rng.hpp"

namespace patina {

// The channel stands for what has a noise of its own: shell of q, part of the field, mode of coherence.
struct NoiseKey {
  std::uint64_t seed = 0;
  Stream stream = Stream::speckle_field;
  std::uint32_t channel = 0;
};

// Block `index` at `step`; of pixels: index 8 g + l belongs to pixels 16 g + l and 16 g + l + 8.
inline RandomBlock noise_block(const NoiseKey& key, std::uint32_t step, std::uint32_t index) {
  return random_block(key.seed, key.stream, static_cast<std::uint64_t>(key.channel >> 16) << 32 | step, index, key.channel & 0xffffu);
}

// The same for the kernels, which count the index themselves.
inline NoiseCounter noise_counter(const NoiseKey& key, std::uint32_t step) {
  return {{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)},
          static_cast<std::uint32_t>(key.stream) << 16 | (key.channel & 0xffffu),
          step,
          key.channel >> 16 << 16};
}

}  // namespace patina
