// SPDX-License-Identifier: BSD-3-Clause
// What the AVX-512 and the AVX2 version of core/lanes.hpp share: sums of eight whole numbers of 32 bits; included by it
// alone, within its namespace.
#pragma once

struct EightFloats {
  __m256 v;
  static EightFloats load(const float* p) { return {_mm256_loadu_ps(p)}; }
};
inline EightFloats operator*(EightFloats a, EightFloats b) { return {_mm256_mul_ps(a.v, b.v)}; }
// For |a| < 2^31.
inline Ints round_short(EightFloats a) { return {_mm256_cvtps_epi32(a.v)}; }

// Two rows of four one behind the other.
[[gnu::always_inline]] inline __m256 two_rows(const float* rows, int first, int second) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(rows + first)), _mm_loadu_ps(rows + second), 1);
}

// Adds the sums over lanes of a, b, c, d, less `origin` each, to four numbers.
[[gnu::always_inline]] inline void add_sums(__m256i a, __m256i b, __m256i c, __m256i d, std::int64_t origin, std::int64_t* sums) {
  const auto pairs = [](__m256i x, __m256i y) __attribute__((always_inline)) {
    return _mm256_add_epi64(_mm256_unpacklo_epi64(x, y), _mm256_unpackhi_epi64(x, y));
  };
  const __m256i ab = pairs(a, b), cd = pairs(c, d);
  const __m256i all = _mm256_add_epi64(_mm256_permute2x128_si256(ab, cd, 0x20), _mm256_permute2x128_si256(ab, cd, 0x31));
  auto* target = reinterpret_cast<__m256i*>(sums);
  _mm256_storeu_si256(target, _mm256_add_epi64(_mm256_loadu_si256(target), _mm256_sub_epi64(all, _mm256_set1_epi64x(origin))));
}

inline std::int64_t sum(Ints a) {
  const __m256i four = _mm256_add_epi64(_mm256_cvtepi32_epi64(_mm256_castsi256_si128(a.v)),
                                        _mm256_cvtepi32_epi64(_mm256_extracti128_si256(a.v, 1)));
  const __m128i two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
  return _mm_cvtsi128_si64(two) + _mm_extract_epi64(two, 1);
}

// Adds row[k] to the row at rows + offset[k] if `scatter`; subtracts the sum of all from `own`.
template <bool scatter>
[[gnu::always_inline]] inline void move_rows(std::int64_t* rows, const int* offset, std::int64_t* own, const __m256i (&row)[8]) {
  const auto sum_of = [](__m256i a, __m256i b) __attribute__((always_inline)) { return _mm256_add_epi64(a, b); };
  __m256i total = sum_of(sum_of(sum_of(row[0], row[1]), sum_of(row[2], row[3])),
                         sum_of(sum_of(row[4], row[5]), sum_of(row[6], row[7])));
  // The compiler may not subtract one after the other from the row, on which the next chunk waits.
  asm("" : "+x"(total));
  auto* own_row = reinterpret_cast<__m256i*>(own);
  _mm256_storeu_si256(own_row, _mm256_sub_epi64(_mm256_loadu_si256(own_row), total));
  if constexpr (scatter)
    for (int k = 0; k < width; ++k) {
      auto* target = reinterpret_cast<__m256i*>(rows + offset[k]);
      _mm256_storeu_si256(target, _mm256_add_epi64(_mm256_loadu_si256(target), row[k]));
    }
}

// Adds (x y z 0) of lane k to the row at rows + offset[k] if `scatter`; subtracts the sum over lanes from `own`.
template <bool scatter>
[[gnu::always_inline]] inline void move_momentum(std::int64_t* rows, const int* offset, std::int64_t* own, Ints x, Ints y, Ints z) {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i xy_low = _mm256_unpacklo_epi32(x.v, y.v), xy_high = _mm256_unpackhi_epi32(x.v, y.v);
  const __m256i z_low = _mm256_unpacklo_epi32(z.v, zero), z_high = _mm256_unpackhi_epi32(z.v, zero);
  const __m256i two[4] = {_mm256_unpacklo_epi64(xy_low, z_low), _mm256_unpackhi_epi64(xy_low, z_low),
                          _mm256_unpacklo_epi64(xy_high, z_high), _mm256_unpackhi_epi64(xy_high, z_high)};
  __m256i row[8];
  for (int k = 0; k < 4; ++k) {
    row[k] = _mm256_cvtepi32_epi64(_mm256_castsi256_si128(two[k]));
    row[k + 4] = _mm256_cvtepi32_epi64(_mm256_extracti128_si256(two[k], 1));
  }
  move_rows<scatter>(rows, offset, own, row);
}
