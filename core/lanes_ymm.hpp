// SPDX-License-Identifier: BSD-3-Clause
// What the AVX-512 and the AVX2 version of core/lanes.hpp share: sums of eight whole numbers of 32 bits; included by it
// alone, within its namespace.
#pragma once

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

// Subtracts row[k] from the row at rows + offset[k] if `scatter`; adds the sum of all to `own`.
template <bool scatter>
[[gnu::always_inline]] inline void move_rows(std::int64_t* rows, const int* offset, std::int64_t* own, const __m256i (&row)[8]) {
  const auto sum_of = [](__m256i a, __m256i b) __attribute__((always_inline)) { return _mm256_add_epi64(a, b); };
  const __m256i total = sum_of(sum_of(sum_of(row[0], row[1]), sum_of(row[2], row[3])),
                               sum_of(sum_of(row[4], row[5]), sum_of(row[6], row[7])));
  auto* own_row = reinterpret_cast<__m256i*>(own);
  _mm256_storeu_si256(own_row, _mm256_add_epi64(_mm256_loadu_si256(own_row), total));
  if constexpr (scatter)
    for (int k = 0; k < width; ++k) {
      auto* target = reinterpret_cast<__m256i*>(rows + offset[k]);
      _mm256_storeu_si256(target, _mm256_sub_epi64(_mm256_loadu_si256(target), row[k]));
    }
}

// Subtracts (x y z 0) of lane k from the row at rows + offset[k] if `scatter`; adds the sum over lanes to `own`.
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
