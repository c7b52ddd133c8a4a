// SPDX-License-Identifier: BSD-3-Clause
// The vector operations of core/lanes.hpp in AVX-512; included by it alone, within its namespace.
#pragma once

struct Reals {
  __m512d v;
  static Reals all(double x) { return {_mm512_set1_pd(x)}; }
  static Reals load(const double* p) { return {_mm512_loadu_pd(p)}; }
};
struct Floats {
  __m512 v;
  static Floats all(double x) { return {_mm512_set1_ps(static_cast<float>(x))}; }
  static Floats load(const float* p) { return {_mm512_loadu_ps(p)}; }
};
struct Ints {
  __m256i v;
  static Ints all(int x) { return {_mm256_set1_epi32(x)}; }
  static Ints load(const int* p) { return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))}; }
  static Ints load_bytes(const unsigned char* p) {
    return {_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)))};
  }
};
struct WideInts {
  __m512i v;
  static WideInts all(int x) { return {_mm512_set1_epi32(x)}; }
  static WideInts load(const int* p) { return {_mm512_loadu_si512(p)}; }
  static WideInts load_bytes(const unsigned char* p) {
    return {_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)))};
  }
  // One number for each half.
  static WideInts halves(std::uint32_t x, std::uint32_t y) {
    return {_mm512_inserti64x4(_mm512_set1_epi32(static_cast<int>(x)), _mm256_set1_epi32(static_cast<int>(y)), 1)};
  }
};
struct Longs {
  __m512i v;
  static Longs load(const std::int64_t* p) { return {_mm512_loadu_si512(p)}; }
};

inline void store(double* p, Reals a) { _mm512_storeu_pd(p, a.v); }
inline Reals operator+(Reals a, Reals b) { return {_mm512_add_pd(a.v, b.v)}; }
inline Reals operator-(Reals a, Reals b) { return {_mm512_sub_pd(a.v, b.v)}; }
inline Reals operator*(Reals a, Reals b) { return {_mm512_mul_pd(a.v, b.v)}; }
inline Reals operator/(Reals a, Reals b) { return {_mm512_div_pd(a.v, b.v)}; }
inline Reals fma(Reals a, Reals b, Reals c) { return {_mm512_fmadd_pd(a.v, b.v, c.v)}; }
inline Reals minimum(Reals a, Reals b) { return {_mm512_min_pd(a.v, b.v)}; }
inline Reals maximum(Reals a, Reals b) { return {_mm512_max_pd(a.v, b.v)}; }
inline Reals root(Reals a) { return {_mm512_sqrt_pd(a.v)}; }
inline double smallest(Reals a) { return _mm512_reduce_min_pd(a.v); }

inline void store(float* p, Floats a) { _mm512_storeu_ps(p, a.v); }
inline Floats operator+(Floats a, Floats b) { return {_mm512_add_ps(a.v, b.v)}; }
inline Floats operator-(Floats a, Floats b) { return {_mm512_sub_ps(a.v, b.v)}; }
inline Floats operator*(Floats a, Floats b) { return {_mm512_mul_ps(a.v, b.v)}; }
inline Floats operator/(Floats a, Floats b) { return {_mm512_div_ps(a.v, b.v)}; }
inline Floats fma(Floats a, Floats b, Floats c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
inline Floats minimum(Floats a, Floats b) { return {_mm512_min_ps(a.v, b.v)}; }
inline Floats maximum(Floats a, Floats b) { return {_mm512_max_ps(a.v, b.v)}; }
inline Floats root(Floats a) { return {_mm512_sqrt_ps(a.v)}; }
inline double smallest(Floats a) { return _mm512_reduce_min_ps(a.v); }

inline void store(int* p, Ints a) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), a.v); }
inline Ints operator+(Ints a, Ints b) { return {_mm256_add_epi32(a.v, b.v)}; }
inline Ints minimum(Ints a, Ints b) { return {_mm256_min_epi32(a.v, b.v)}; }
template <int bits>
inline Ints shift_left(Ints a) {
  return {_mm256_slli_epi32(a.v, bits)};
}
inline Ints truncate(Reals a) { return {_mm512_cvttpd_epi32(a.v)}; }
inline Reals to_reals(Ints a) { return {_mm512_cvtepi32_pd(a.v)}; }
// table[index], index in 0..7.
inline Ints look_up(const int* table, Ints index) {
  return {_mm256_permutevar8x32_epi32(Ints::load(table).v, index.v)};
}
// x < y ? a : b.
inline Ints where_less(Reals x, Reals y, Ints a, Ints b) {
  return {_mm256_mask_mov_epi32(b.v, _mm512_cmp_pd_mask(x.v, y.v, _CMP_LT_OQ), a.v)};
}

inline void store(int* p, WideInts a) { _mm512_storeu_si512(p, a.v); }
inline WideInts operator+(WideInts a, WideInts b) { return {_mm512_add_epi32(a.v, b.v)}; }
// Modulo 2^32.
inline WideInts operator-(WideInts a, WideInts b) { return {_mm512_sub_epi32(a.v, b.v)}; }
inline WideInts minimum(WideInts a, WideInts b) { return {_mm512_min_epi32(a.v, b.v)}; }
template <int bits>
inline WideInts shift_left(WideInts a) {
  return {_mm512_slli_epi32(a.v, bits)};
}
inline WideInts truncate(Floats a) { return {_mm512_cvttps_epi32(a.v)}; }
inline Floats to_reals(WideInts a) { return {_mm512_cvtepi32_ps(a.v)}; }
inline Floats as_floats(WideInts bits) { return {_mm512_castsi512_ps(bits.v)}; }
// first[index] in half 0, second[index] in half 1.
inline WideInts look_up(const int* first, const int* second, WideInts index) {
  const __m512i table = _mm512_inserti64x4(_mm512_castsi256_si512(Ints::load(first).v), Ints::load(second).v, 1);
  const __m512i place = _mm512_or_si512(index.v, WideInts::halves(0, 8).v);
  return {_mm512_permutexvar_epi32(place, table)};
}
inline WideInts where_less(Floats x, Floats y, WideInts a, WideInts b) {
  return {_mm512_mask_mov_epi32(b.v, _mm512_cmp_ps_mask(x.v, y.v, _CMP_LT_OQ), a.v)};
}
// i == j ? a : b.
inline Floats where_equal(WideInts i, WideInts j, Floats a, Floats b) {
  return {_mm512_mask_mov_ps(b.v, _mm512_cmpeq_epi32_mask(i.v, j.v), a.v)};
}

#include "core/lanes_ymm.hpp"

// Round to the nearest whole number; |a| < 2^62.
inline Longs round(Reals a) { return {_mm512_cvtpd_epi64(a.v)}; }
inline Longs round(EightFloats a) { return {_mm512_cvtps_epi64(a.v)}; }
// For |a| < 2^51, and for |a| < 2^31.
inline Longs round_short(Reals a) { return round(a); }
inline WideInts round_short(Floats a) { return {_mm512_cvtps_epi32(a.v)}; }
inline Longs operator+(Longs a, Longs b) { return {_mm512_add_epi64(a.v, b.v)}; }
inline Longs no_longs() { return {_mm512_setzero_si512()}; }
inline void store(std::int64_t* p, Longs a) { _mm512_storeu_si512(p, a.v); }
inline std::int64_t sum(Longs a) { return _mm512_reduce_add_epi64(a.v); }

// Eight rows of four: rows k and k + 2 of each half in one vector.
[[gnu::always_inline]] inline void read_rows(const double* rows, const int* offset, __m512d (&r)[4]) {
  const auto two = [&](int k) __attribute__((always_inline)) {
    return _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd(rows + offset[k])),
                              _mm256_loadu_pd(rows + offset[k + 2]), 1);
  };
  for (int k = 0; k < 4; ++k) r[k] = two(k + (k & 2));
}
[[gnu::always_inline]] inline void transpose(const __m512d (&r)[4], Reals (&out)[4]) {
  const __m512d xz0 = _mm512_unpacklo_pd(r[0], r[1]), yw0 = _mm512_unpackhi_pd(r[0], r[1]);
  const __m512d xz4 = _mm512_unpacklo_pd(r[2], r[3]), yw4 = _mm512_unpackhi_pd(r[2], r[3]);
  out[0].v = _mm512_shuffle_f64x2(xz0, xz4, 0x88);
  out[1].v = _mm512_shuffle_f64x2(yw0, yw4, 0x88);
  out[2].v = _mm512_shuffle_f64x2(xz0, xz4, 0xdd);
  out[3].v = _mm512_shuffle_f64x2(yw0, yw4, 0xdd);
}
// Sixteen rows of four: rows k, k + 4, k + 8, k + 12 in one vector.
[[gnu::always_inline]] inline void read_rows(const float* rows, const int* offset, __m512 (&r)[4]) {
  for (int k = 0; k < 4; ++k)
    r[k] = _mm512_insertf32x8(_mm512_castps256_ps512(two_rows(rows, offset[k], offset[k + 4])),
                              two_rows(rows, offset[k + 8], offset[k + 12]), 1);
}
// 4 x 4 within each quarter.
[[gnu::always_inline]] inline void transpose(const __m512 (&r)[4], __m512 (&out)[4]) {
  const __m512d xy01 = _mm512_castps_pd(_mm512_unpacklo_ps(r[0], r[1])), xy23 = _mm512_castps_pd(_mm512_unpacklo_ps(r[2], r[3]));
  const __m512d zw01 = _mm512_castps_pd(_mm512_unpackhi_ps(r[0], r[1])), zw23 = _mm512_castps_pd(_mm512_unpackhi_ps(r[2], r[3]));
  out[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(xy01, xy23));
  out[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(xy01, xy23));
  out[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(zw01, zw23));
  out[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(zw01, zw23));
}

// Rows of four: out[c] lane k = rows[offset[k] + c].
[[gnu::always_inline]] inline void load_rows(const double* rows, const int* offset, Reals (&out)[4]) {
  __m512d r[4];
  read_rows(rows, offset, r);
  transpose(r, out);
}
[[gnu::always_inline]] inline void load_rows(const float* rows, const int* offset, Floats (&out)[4]) {
  __m512 r[4], t[4];
  read_rows(rows, offset, r);
  transpose(r, t);
  for (int c = 0; c < 4; ++c) out[c].v = t[c];
}

// Rows of eight.
[[gnu::always_inline]] inline void load_rows(const double* rows, const int* offset, Reals (&out)[8]) {
  Reals four[4];
  for (int h = 0; h < 2; ++h) {
    load_rows(rows + 4 * h, offset, four);
    for (int c = 0; c < 4; ++c) out[4 * h + c] = four[c];
  }
}
[[gnu::always_inline]] inline void load_rows(const float* rows, const int* offset, Floats (&out)[8]) {
  __m512 t[2][4];
  for (int h = 0; h < 2; ++h) {
    __m512 r[4];
    for (int k = 0; k < 4; ++k)
      r[k] = _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(rows + offset[8 * h + k])),
                                _mm256_loadu_ps(rows + offset[8 * h + k + 4]), 1);
    transpose(r, t[h]);
  }
  for (int c = 0; c < 4; ++c) {
    out[c].v = _mm512_shuffle_f32x4(t[0][c], t[1][c], 0x88);
    out[c + 4].v = _mm512_shuffle_f32x4(t[0][c], t[1][c], 0xdd);
  }
}

// Rows of four, the first three columns less those of `own`, a row for each chunk.
[[gnu::always_inline]] inline void load_rows_from(const double* own, const double* rows, const int* offset, Reals (&out)[4]) {
  const __m512d from = _mm512_maskz_broadcast_f64x4(0x77, _mm256_loadu_pd(own));
  __m512d r[4];
  read_rows(rows, offset, r);
  for (__m512d& row : r) row = _mm512_sub_pd(row, from);
  transpose(r, out);
}
[[gnu::always_inline]] inline void load_rows_from(const std::uint32_t* first, const std::uint32_t* second, const std::uint32_t* rows,
                                                  const int* offset, WideInts (&out)[4]) {
  const auto row_at = [](const std::uint32_t* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); };
  const __m512i from = _mm512_mask_broadcast_i32x4(_mm512_maskz_broadcast_i32x4(0x0077, row_at(first)), 0x7700, row_at(second));
  __m512 r[4], t[4];
  read_rows(reinterpret_cast<const float*>(rows), offset, r);
  for (__m512& row : r) row = _mm512_castsi512_ps(_mm512_sub_epi32(_mm512_castps_si512(row), from));
  transpose(r, t);
  for (int c = 0; c < 4; ++c) out[c].v = _mm512_castps_si512(t[c]);
}

// move_momentum() of whole numbers of 64 bits.
template <bool scatter>
[[gnu::always_inline]] inline void move_momentum(std::int64_t* rows, const int* offset, std::int64_t* own, Longs x, Longs y,
                                                 Longs z) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i xy_even = _mm512_unpacklo_epi64(x.v, y.v), xy_odd = _mm512_unpackhi_epi64(x.v, y.v);
  const __m512i z_even = _mm512_unpacklo_epi64(z.v, zero), z_odd = _mm512_unpackhi_epi64(z.v, zero);
  const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
  const __m512i second = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
  const __m512i two[4] = {
      _mm512_permutex2var_epi64(xy_even, first, z_even), _mm512_permutex2var_epi64(xy_odd, first, z_odd),
      _mm512_permutex2var_epi64(xy_even, second, z_even), _mm512_permutex2var_epi64(xy_odd, second, z_odd)};
  __m256i row[8];
  for (int k = 0; k < 4; ++k) {
    row[k] = _mm512_castsi512_si256(two[k]);
    row[k + 4] = _mm512_extracti64x4_epi64(two[k], 1);
  }
  move_rows<scatter>(rows, offset, own, row);
}

// In a register: the compiler may not read it from memory anew at each use.
[[gnu::always_inline]] inline Reals held(Reals a) {
  asm("" : "+v"(a.v));
  return a;
}

// The last bit of each number is set, but for zeros.
inline Reals odd(Reals a) {
  const __m512i bits = _mm512_castpd_si512(a.v);
  const __mmask8 wanted = _mm512_cmp_pd_mask(a.v, _mm512_setzero_pd(), _CMP_NEQ_UQ);
  return {_mm512_castsi512_pd(_mm512_mask_or_epi64(bits, wanted, bits, _mm512_set1_epi64(1)))};
}

// Adds to each of eight whole numbers what a sum on the grid has grown by.
[[gnu::always_inline]] inline void add_growth(std::int64_t* sums, Reals a) {
  const __m512i growth = _mm512_sub_epi64(_mm512_castpd_si512(a.v), _mm512_set1_epi64(bits_of(grid_origin)));
  _mm512_storeu_si512(sums, _mm512_add_epi64(_mm512_loadu_si512(sums), growth));
}

template <int vectors, int points>
[[gnu::always_inline]] inline void add_products(const double* w_re, const double* w_im, const double* const (&x)[vectors],
                                                std::int64_t* sums) {
  static_assert(points / 8 < 16 && points % 8 == 0);
  const __m512d origin = _mm512_set1_pd(grid_origin);
  __m512d rr[vectors], ii[vectors], ri[vectors], ir[vectors];
  for (int v = 0; v < vectors; ++v) rr[v] = ii[v] = ri[v] = ir[v] = origin;
#pragma GCC unroll 8
  for (int b = 0; b < points; b += 8) {
    const __m512d re = _mm512_loadu_pd(w_re + b), im = _mm512_loadu_pd(w_im + b);
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) {
      const __m512d x_re = _mm512_loadu_pd(x[v] + b), x_im = _mm512_loadu_pd(x[v] + points + b);
      rr[v] = _mm512_fmadd_pd(re, x_re, rr[v]);
      ii[v] = _mm512_fmadd_pd(im, x_im, ii[v]);
      ri[v] = _mm512_fmadd_pd(re, x_im, ri[v]);
      ir[v] = _mm512_fmadd_pd(im, x_re, ir[v]);
    }
  }
  const auto halved = [](__m512d a) __attribute__((always_inline)) {
    const __m512i bits = _mm512_castpd_si512(a);
    return _mm256_add_epi64(_mm512_castsi512_si256(bits), _mm512_extracti64x4_epi64(bits, 1));
  };
  for (int v = 0; v < vectors; ++v)
    add_sums(halved(rr[v]), halved(ii[v]), halved(ri[v]), halved(ir[v]), 8 * bits_of(grid_origin), sums + 4 * v);
}
