// SPDX-License-Identifier: BSD-3-Clause
// Rows of numbers, loaded and transposed in registers, in AVX2; included by core/lanes_avx2.hpp alone, within its namespace.
#pragma once

// Four rows of four.
[[gnu::always_inline]] inline void read_rows(const double* rows, const int* offset, __m256d (&r)[4]) {
  for (int k = 0; k < 4; ++k) r[k] = _mm256_loadu_pd(rows + offset[k]);
}
[[gnu::always_inline]] inline void transpose(const __m256d (&r)[4], __m256d (&out)[4]) {
  const __m256d xz01 = _mm256_unpacklo_pd(r[0], r[1]), yw01 = _mm256_unpackhi_pd(r[0], r[1]);
  const __m256d xz23 = _mm256_unpacklo_pd(r[2], r[3]), yw23 = _mm256_unpackhi_pd(r[2], r[3]);
  out[0] = _mm256_permute2f128_pd(xz01, xz23, 0x20);
  out[1] = _mm256_permute2f128_pd(yw01, yw23, 0x20);
  out[2] = _mm256_permute2f128_pd(xz01, xz23, 0x31);
  out[3] = _mm256_permute2f128_pd(yw01, yw23, 0x31);
}
// Eight rows of four: rows k and k + 4 in one vector.
[[gnu::always_inline]] inline void read_rows(const float* rows, const int* offset, __m256 (&r)[4]) {
  for (int k = 0; k < 4; ++k) r[k] = two_rows(rows, offset[k], offset[k + 4]);
}
// 4 x 4 within each half.
[[gnu::always_inline]] inline void transpose(const __m256 (&r)[4], __m256 (&out)[4]) {
  const __m256d xy01 = _mm256_castps_pd(_mm256_unpacklo_ps(r[0], r[1])), xy23 = _mm256_castps_pd(_mm256_unpacklo_ps(r[2], r[3]));
  const __m256d zw01 = _mm256_castps_pd(_mm256_unpackhi_ps(r[0], r[1])), zw23 = _mm256_castps_pd(_mm256_unpackhi_ps(r[2], r[3]));
  out[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(xy01, xy23));
  out[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(xy01, xy23));
  out[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(zw01, zw23));
  out[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(zw01, zw23));
}

// Rows of four: out[c] lane k = rows[offset[k] + c].
template <class Number, class Vector>
[[gnu::always_inline]] inline void load_rows(const Number* rows, const int* offset, Vector (&out)[4]) {
  constexpr int step = sizeof(__m256) / sizeof(Number);
  for (int half = 0; half < 2; ++half) {
    typename Vector::Part r[4], t[4];
    read_rows(rows, offset + step * half, r);
    transpose(r, t);
    for (int c = 0; c < 4; ++c) out[c].v[half] = t[c];
  }
}

// Rows of eight.
template <class Number, class Vector>
[[gnu::always_inline]] inline void load_rows(const Number* rows, const int* offset, Vector (&out)[8]) {
  Vector four[4];
  for (int h = 0; h < 2; ++h) {
    load_rows(rows + 4 * h, offset, four);
    for (int c = 0; c < 4; ++c) out[4 * h + c] = four[c];
  }
}

// Rows of four, the first three columns less those of `own`, a row for each chunk.
[[gnu::always_inline]] inline void load_rows_from(const double* own, const double* rows, const int* offset, Reals (&out)[4]) {
  const __m256d from = _mm256_blend_pd(_mm256_loadu_pd(own), _mm256_setzero_pd(), 8);
  for (int half = 0; half < 2; ++half) {
    __m256d r[4], t[4];
    read_rows(rows, offset + 4 * half, r);
    for (__m256d& row : r) row = _mm256_sub_pd(row, from);
    transpose(r, t);
    for (int c = 0; c < 4; ++c) out[c].v[half] = t[c];
  }
}
[[gnu::always_inline]] inline void load_rows_from(const std::uint32_t* first, const std::uint32_t* second, const std::uint32_t* rows,
                                                  const int* offset, WideInts (&out)[4]) {
  for (int half = 0; half < 2; ++half) {
    const __m256i own = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(half == 0 ? first : second)));
    const __m256i from = _mm256_blend_epi32(own, _mm256_setzero_si256(), 0x88);
    __m256 r[4], t[4];
    read_rows(reinterpret_cast<const float*>(rows), offset + 8 * half, r);
    for (__m256& row : r) row = _mm256_castsi256_ps(_mm256_sub_epi32(_mm256_castps_si256(row), from));
    transpose(r, t);
    for (int c = 0; c < 4; ++c) out[c].v[half] = _mm256_castps_si256(t[c]);
  }
}
