// SPDX-License-Identifier: BSD-3-Clause
// The host's hot loop of photon counting (photons.hpp): which of many pixels may hold a photon at all. Compiled once for each
// instruction set and chosen at run time; all versions give the same bits.
//
// A pixel's uniform number U in 0 .. 1 is taken in two steps: its first eight bits here, for all pixels, from one Philox block
// of 16 bytes for 16 pixels; the rest (photons.cpp) only where it can matter. A pixel with mean m holds a photon if
// U < p, and p <= m whatever the distribution of counts in whole numbers (Markov): byte / 256 >= m rules photons out, with no
// exponential. At 0.01 photons a pixel 99 of 100 end here.
//
// Pixels go in groups of 128, counted from pixel 0 of the frame: pixel p has byte p % 4 of word (p % 128) / 32 of block
// 8 (p / 128) + (p % 32) / 4, the order in which eight blocks side by side in a register lie in memory.
#pragma once

#include <cstdint>

#include "core/lanes_choice.hpp"
#include "core/philox_key.hpp"

namespace patina {

constexpr int sieve_group = 128;

struct PhotonSieve {
  const char* name;
  // Of pixels 128 first .. 128 (first + groups) - 1: those whose byte / 256 < mean[pixel - 128 first]. Writes pixel - 128 first and
  // the byte of each, in order, and returns how many; `pixel` and `byte` have room for all. No pixel passes whose mean is 0,
  // negative or NaN.
  int (*pass)(const PhiloxKey& key, std::uint32_t first, int groups, const float* mean, std::uint32_t* pixel, std::uint8_t* byte);
  // The same with one limit for all: byte < limit.
  int (*pass_even)(const PhiloxKey& key, std::uint32_t first, int groups, int limit, std::uint32_t* pixel, std::uint8_t* byte);
};

LanesVersions<PhotonSieve> photon_sieve_versions();

}  // namespace patina
