// SPDX-License-Identifier: BSD-3-Clause
// 128 random bytes at once, the same bits as random_block() of core/rng.hpp, for hot loops of the host compiled once for each
// instruction set (core/lanes.hpp, cmake/PatinaLanes.cmake): eight blocks of Philox4x32-10 [Salmon, Moraes, Dror & Shaw, SC'11,
// doi 10.1145/2063384.2063405] side by side; and which of them lie below limits.
#pragma once

#include <bit>

#include "core/lanes_words.hpp"
#include "core/philox_key.hpp"

namespace patina::PATINA_LANES {

constexpr int random_blocks = width, random_bytes_at_once = 16 * random_blocks;

// Word w of block 8 group + b, b = 0 .. 7, comes to bytes[32 w + 4 b].
[[gnu::always_inline]] inline void random_bytes(const PhiloxKey& common, std::uint32_t group, std::uint8_t* bytes) {
  const Words first_factor = Words::all(0xD2511F53u), second_factor = Words::all(0xCD9E8D57u);
  Words w0 = Words::all(common.counter[0]), w1 = Words::all(common.counter[1]), w2 = counting(random_blocks * group), w3 = Words::all(common.counter[3]);
  for (std::uint32_t round = 0; round < 10; ++round) {
    const Words p = product(w0, first_factor), q = product(w2, second_factor);
    w0 = upper_half(q) ^ (w1 ^ Words::all(common.key[0] + round * 0x9E3779B9u));
    w1 = q;
    w2 = upper_half(p) ^ (w3 ^ Words::all(common.key[1] + round * 0xBB67AE85u));
    w3 = p;
  }
  alignas(64) int words[4 * random_blocks];
  store(words, together(w0, w1));
  store(words + 2 * random_blocks, together(w2, w3));
  // Byte k of a word is its k-th from below, whatever the order of bytes in memory.
  if constexpr (std::endian::native == std::endian::little)
    std::memcpy(bytes, words, sizeof words);
  else
    for (int k = 0; k < random_bytes_at_once; ++k) bytes[k] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(words[k / 4]) >> (8 * (k % 4)));
}

#if PATINA_LANES_VERSION != 0

// Bit p: bytes[p] < limit[p], for p = 0 .. 31; no NaN has one.
inline std::uint32_t below(const std::uint8_t* bytes, const float* limit, float scale) {
  std::uint32_t bits = 0;
  for (int eight = 0; eight < 4; ++eight) {
    const __m128i eight_bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes + 8 * eight));
    const __m256 number = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(eight_bytes));
    const __m256 limits = _mm256_mul_ps(_mm256_loadu_ps(limit + 8 * eight), _mm256_set1_ps(scale));
    bits |= static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(number, limits, _CMP_LT_OQ))) << (8 * eight);
  }
  return bits;
}
inline std::uint32_t below(const std::uint8_t* bytes, int limit) {
  const __m256i number = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
  const __m256i last = _mm256_set1_epi8(static_cast<char>(limit - 1));
  const __m256i is_below = _mm256_cmpeq_epi8(_mm256_min_epu8(number, last), number);
  return limit < 1 ? 0 : static_cast<std::uint32_t>(_mm256_movemask_epi8(is_below));
}

#else

inline std::uint32_t below(const std::uint8_t* bytes, const float* limit, float scale) {
  std::uint32_t bits = 0;
  for (int p = 0; p < 32; ++p) bits |= std::uint32_t{static_cast<float>(bytes[p]) < scale * limit[p]} << p;
  return bits;
}
inline std::uint32_t below(const std::uint8_t* bytes, int limit) {
  std::uint32_t bits = 0;
  for (int p = 0; p < 32; ++p) bits |= std::uint32_t{bytes[p] < limit} << p;
  return bits;
}

#endif

}  // namespace patina::PATINA_LANES
