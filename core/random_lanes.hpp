// SPDX-License-Identifier: BSD-3-Clause
// 128 random bytes at once, the same bits as random_block() of core/rng.hpp, for hot loops of the host compiled once for each
// instruction set (core/lanes.hpp, cmake/PatinaLanes.cmake): eight blocks of Philox4x32-10 [Salmon, Moraes, Dror & Shaw, SC'11,
// doi 10.1145/2063384.2063405] side by side; and which of them lie below limits.
#pragma once

#include "core/lanes.hpp"

namespace patina {

// What blocks have in common. The number of a block is added to the third word of the counter, what is beyond 32 bits to the fourth.
struct PhiloxKey {
  std::uint32_t key[2];
  std::uint32_t counter[4];
};

}  // namespace patina

namespace patina::PATINA_LANES {

constexpr int random_blocks = 8, random_bytes_at_once = 16 * random_blocks;
constexpr std::uint32_t philox_multiplier[2] = {0xD2511F53u, 0xCD9E8D57u}, philox_weyl[2] = {0x9E3779B9u, 0xBB67AE85u};

#if PATINA_LANES_VERSION != 0

// Word w of block b = 0 .. 7 comes to bytes[32 w + 4 b]. A register holds a word of four blocks, even or odd ones, each in the lower
// half of 64 bits, which is what the product takes; the upper halves hold nothing of meaning.
inline void random_bytes(const PhiloxKey& common, std::uint64_t group, std::uint8_t* bytes) {
  const auto all = [](std::uint32_t x) { return _mm256_set1_epi64x(static_cast<long long>(x)); };
  const __m256i first = _mm256_add_epi64(_mm256_set1_epi64x(static_cast<long long>(group * random_blocks)), _mm256_set_epi64x(6, 4, 2, 0));
  __m256i word[4][2];
  for (int odd = 0; odd < 2; ++odd) {
    const __m256i block = _mm256_add_epi64(first, all(static_cast<std::uint32_t>(odd)));
    word[0][odd] = all(common.counter[0]);
    word[1][odd] = all(common.counter[1]);
    word[2][odd] = _mm256_add_epi32(all(common.counter[2]), block);
    word[3][odd] = _mm256_add_epi32(all(common.counter[3]), _mm256_srli_epi64(block, 32));
  }
  const __m256i multiplier[2] = {all(philox_multiplier[0]), all(philox_multiplier[1])};
  std::uint32_t key[2] = {common.key[0], common.key[1]};
  for (int round = 0; round < 10; ++round) {
    for (auto odd : {0, 1}) {
      const __m256i product0 = _mm256_mul_epu32(multiplier[0], word[0][odd]), product1 = _mm256_mul_epu32(multiplier[1], word[2][odd]);
      word[0][odd] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(product1, 32), word[1][odd]), all(key[0]));
      word[2][odd] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(product0, 32), word[3][odd]), all(key[1]));
      word[1][odd] = product1;
      word[3][odd] = product0;
    }
    key[0] += philox_weyl[0];
    key[1] += philox_weyl[1];
  }
  for (int w = 0; w < 4; ++w)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(bytes + 32 * w),
                        _mm256_blend_epi32(word[w][0], _mm256_slli_epi64(word[w][1], 32), 0xAA));
}

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

inline void random_bytes(const PhiloxKey& common, std::uint64_t group, std::uint8_t* bytes) {
  std::uint32_t word[4][random_blocks];
  for (int b = 0; b < random_blocks; ++b) {
    const std::uint64_t block = group * random_blocks + static_cast<std::uint64_t>(b);
    word[0][b] = common.counter[0];
    word[1][b] = common.counter[1];
    word[2][b] = common.counter[2] + static_cast<std::uint32_t>(block);
    word[3][b] = common.counter[3] + static_cast<std::uint32_t>(block >> 32);
  }
  std::uint32_t key[2] = {common.key[0], common.key[1]};
  for (int round = 0; round < 10; ++round) {
    for (int b = 0; b < random_blocks; ++b) {
      const std::uint64_t product0 = std::uint64_t{philox_multiplier[0]} * word[0][b];
      const std::uint64_t product1 = std::uint64_t{philox_multiplier[1]} * word[2][b];
      word[0][b] = static_cast<std::uint32_t>(product1 >> 32) ^ word[1][b] ^ key[0];
      word[2][b] = static_cast<std::uint32_t>(product0 >> 32) ^ word[3][b] ^ key[1];
      word[1][b] = static_cast<std::uint32_t>(product1);
      word[3][b] = static_cast<std::uint32_t>(product0);
    }
    key[0] += philox_weyl[0];
    key[1] += philox_weyl[1];
  }
  // Byte k of a word is its k-th from below, whatever the order of bytes in memory.
  for (int w = 0; w < 4; ++w)
    for (int b = 0; b < random_blocks; ++b)
      for (int k = 0; k < 4; ++k) bytes[32 * w + 4 * b + k] = static_cast<std::uint8_t>(word[w][b] >> (8 * k));
}

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
