// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/photon_sieve.hpp"

#include "core/random_lanes.hpp"

namespace patina::PATINA_LANES {
namespace {

static_assert(sieve_group == random_bytes_at_once);

// `below(bytes, place)`: bits of the 32 pixels that begin at `place`.
template <class Below>
[[gnu::always_inline]] inline int sift(const PhiloxKey& key, std::uint32_t first, int groups, std::uint32_t* pixel, std::uint8_t* byte,
                                       const Below& below_limits) {
  alignas(64) std::uint8_t bytes[sieve_group];
  int count = 0;
  for (int g = 0; g < groups; ++g) {
    random_bytes(key, first + static_cast<std::uint32_t>(g), bytes);
    for (int place = 0; place < sieve_group; place += 32) {
      const int begin = g * sieve_group + place;
      for (std::uint32_t bits = below_limits(bytes + place, begin); bits != 0; bits &= bits - 1) {
        const int p = __builtin_ctz(bits);
        pixel[count] = static_cast<std::uint32_t>(begin + p);
        byte[count++] = bytes[place + p];
      }
    }
  }
  return count;
}

int pass(const PhiloxKey& key, std::uint32_t first, int groups, const float* mean, std::uint32_t* pixel, std::uint8_t* byte) {
  return sift(key, first, groups, pixel, byte, [mean](const std::uint8_t* bytes, int begin) { return below(bytes, mean + begin, 256.0f); });
}

int pass_even(const PhiloxKey& key, std::uint32_t first, int groups, int limit, std::uint32_t* pixel, std::uint8_t* byte) {
  return sift(key, first, groups, pixel, byte, [limit](const std::uint8_t* bytes, int) { return below(bytes, limit); });
}

}  // namespace

extern const PhotonSieve photon_sieve;
const PhotonSieve photon_sieve = {PATINA_LANES_NAME, &pass, &pass_even};

}  // namespace patina::PATINA_LANES
