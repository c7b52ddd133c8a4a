// SPDX-License-Identifier: BSD-3-Clause
// Beside the numbers of core/lanes.hpp: eight whole numbers of 32 bits with room for their products (Words), which counter-based
// random numbers need, and the bits of floats. Each of the 64-bit lanes holds its number in the lower half; the upper half is
// whatever is left there. Three versions with the same bits. Host only.
#pragma once

#include "core/lanes.hpp"

namespace patina::PATINA_LANES {

#if PATINA_LANES_VERSION == 512

struct Words {
  __m512i v;
  static Words all(std::uint32_t x) { return {_mm512_set1_epi64(x)}; }
};
// first, first + 1, ...
inline Words counting(std::uint32_t first) {
  return {_mm512_add_epi32(_mm512_set1_epi64(first), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7))};
}
inline Words operator^(Words a, Words b) { return {_mm512_xor_si512(a.v, b.v)}; }
// All 64 bits of it.
inline Words product(Words a, Words b) { return {_mm512_mul_epu32(a.v, b.v)}; }
inline Words upper_half(Words a) { return {_mm512_srli_epi64(a.v, 32)}; }
// a in half 0, b in half 1.
inline WideInts together(Words a, Words b) {
  return {_mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(a.v)), _mm512_cvtepi64_epi32(b.v), 1)};
}
template <int bits>
inline WideInts shift_right(WideInts a) {  // zeros come in
  return {_mm512_srli_epi32(a.v, bits)};
}
inline WideInts bits_of(Floats a) { return {_mm512_castps_si512(a.v)}; }

#elif PATINA_LANES_VERSION == 2

struct Words {
  __m256i v[2];
  static Words all(std::uint32_t x) { return {{_mm256_set1_epi64x(x), _mm256_set1_epi64x(x)}}; }
};
// first, first + 1, ...
inline Words counting(std::uint32_t first) {
  const __m256i start = _mm256_set1_epi64x(first);
  return {{_mm256_add_epi32(start, _mm256_setr_epi64x(0, 1, 2, 3)), _mm256_add_epi32(start, _mm256_setr_epi64x(4, 5, 6, 7))}};
}
inline Words operator^(Words a, Words b) { return {{_mm256_xor_si256(a.v[0], b.v[0]), _mm256_xor_si256(a.v[1], b.v[1])}}; }
// All 64 bits of it.
inline Words product(Words a, Words b) { return {{_mm256_mul_epu32(a.v[0], b.v[0]), _mm256_mul_epu32(a.v[1], b.v[1])}}; }
inline Words upper_half(Words a) { return {{_mm256_srli_epi64(a.v[0], 32), _mm256_srli_epi64(a.v[1], 32)}}; }
// a in half 0, b in half 1.
inline WideInts together(Words a, Words b) {
  const auto half = [](const Words& w) __attribute__((always_inline)) {
    const __m256 mixed = _mm256_shuffle_ps(_mm256_castsi256_ps(w.v[0]), _mm256_castsi256_ps(w.v[1]), 0x88);  // 0 1 4 5 2 3 6 7
    return _mm256_permute4x64_epi64(_mm256_castps_si256(mixed), 0xd8);
  };
  return {{half(a), half(b)}};
}
template <int bits>
inline WideInts shift_right(WideInts a) {  // zeros come in
  return {{_mm256_srli_epi32(a.v[0], bits), _mm256_srli_epi32(a.v[1], bits)}};
}
inline WideInts bits_of(Floats a) { return {{_mm256_castps_si256(a.v[0]), _mm256_castps_si256(a.v[1])}}; }

#else

using Words = Lanes<std::uint64_t, width>;
// first, first + 1, ...
inline Words counting(std::uint32_t first) {
  return Words::each([&](int k) { return first + static_cast<std::uint32_t>(k); });
}
inline Words operator^(const Words& a, const Words& b) {
  return Words::each([&](int k) { return a.v[k] ^ b.v[k]; });
}
// All 64 bits of it.
inline Words product(const Words& a, const Words& b) {
  return Words::each([&](int k) { return (a.v[k] & 0xffffffffu) * (b.v[k] & 0xffffffffu); });
}
inline Words upper_half(const Words& a) {
  return Words::each([&](int k) { return a.v[k] >> 32; });
}
// a in half 0, b in half 1.
inline WideInts together(const Words& a, const Words& b) {
  return WideInts::each([&](int k) { return static_cast<std::uint32_t>(k < width ? a.v[k] : b.v[k - width]); });
}
template <int bits>
inline WideInts shift_right(const WideInts& a) {  // zeros come in
  return WideInts::each([&](int k) { return static_cast<std::uint32_t>(a.v[k]) >> bits; });
}
inline WideInts bits_of(const Floats& a) {
  WideInts r;
  std::memcpy(r.v, a.v, sizeof r.v);
  return r;
}

#endif

}  // namespace patina::PATINA_LANES
