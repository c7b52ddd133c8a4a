// SPDX-License-Identifier: BSD-3-Clause
// The vector operations of core/lanes.hpp in AVX2 with FMA, two vectors of 32 bytes for each of its own; included by it
// alone, within its namespace.
#pragma once

struct Reals {
  using Part = __m256d;
  Part v[2];
  static Reals all(double x) { return {{_mm256_set1_pd(x), _mm256_set1_pd(x)}}; }
  static Reals load(const double* p) { return {{_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)}}; }
};
struct Floats {
  using Part = __m256;
  Part v[2];
  static Floats all(double x) {
    const __m256 one = _mm256_set1_ps(static_cast<float>(x));
    return {{one, one}};
  }
  static Floats load(const float* p) { return {{_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}}; }
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
  __m256i v[2];
  static WideInts all(int x) { return {{_mm256_set1_epi32(x), _mm256_set1_epi32(x)}}; }
  static WideInts load(const int* p) { return {{Ints::load(p).v, Ints::load(p + 8).v}}; }
  static WideInts load_bytes(const unsigned char* p) { return {{Ints::load_bytes(p).v, Ints::load_bytes(p + 8).v}}; }
  // One number for each half.
  static WideInts halves(std::uint32_t x, std::uint32_t y) {
    return {{_mm256_set1_epi32(static_cast<int>(x)), _mm256_set1_epi32(static_cast<int>(y))}};
  }
};
struct Longs {
  __m256i v[2];
  static Longs load(const std::int64_t* p) {
    const auto* four = reinterpret_cast<const __m256i*>(p);
    return {{_mm256_loadu_si256(four), _mm256_loadu_si256(four + 1)}};
  }
};

inline void store(double* p, Reals a) {
  _mm256_storeu_pd(p, a.v[0]);
  _mm256_storeu_pd(p + 4, a.v[1]);
}
inline Reals operator+(Reals a, Reals b) { return {{_mm256_add_pd(a.v[0], b.v[0]), _mm256_add_pd(a.v[1], b.v[1])}}; }
inline Reals operator-(Reals a, Reals b) { return {{_mm256_sub_pd(a.v[0], b.v[0]), _mm256_sub_pd(a.v[1], b.v[1])}}; }
inline Reals operator*(Reals a, Reals b) { return {{_mm256_mul_pd(a.v[0], b.v[0]), _mm256_mul_pd(a.v[1], b.v[1])}}; }
inline Reals operator/(Reals a, Reals b) { return {{_mm256_div_pd(a.v[0], b.v[0]), _mm256_div_pd(a.v[1], b.v[1])}}; }
inline Reals fma(Reals a, Reals b, Reals c) {
  return {{_mm256_fmadd_pd(a.v[0], b.v[0], c.v[0]), _mm256_fmadd_pd(a.v[1], b.v[1], c.v[1])}};
}
inline Reals minimum(Reals a, Reals b) { return {{_mm256_min_pd(a.v[0], b.v[0]), _mm256_min_pd(a.v[1], b.v[1])}}; }
inline Reals maximum(Reals a, Reals b) { return {{_mm256_max_pd(a.v[0], b.v[0]), _mm256_max_pd(a.v[1], b.v[1])}}; }
inline Reals root(Reals a) { return {{_mm256_sqrt_pd(a.v[0]), _mm256_sqrt_pd(a.v[1])}}; }
inline double smallest(Reals a) {
  double lane[4];
  _mm256_storeu_pd(lane, _mm256_min_pd(a.v[0], a.v[1]));
  double least = lane[0];
  for (int k = 1; k < 4; ++k) least = lane[k] < least ? lane[k] : least;
  return least;
}

inline void store(float* p, Floats a) {
  _mm256_storeu_ps(p, a.v[0]);
  _mm256_storeu_ps(p + 8, a.v[1]);
}
inline Floats operator+(Floats a, Floats b) { return {{_mm256_add_ps(a.v[0], b.v[0]), _mm256_add_ps(a.v[1], b.v[1])}}; }
inline Floats operator-(Floats a, Floats b) { return {{_mm256_sub_ps(a.v[0], b.v[0]), _mm256_sub_ps(a.v[1], b.v[1])}}; }
inline Floats operator*(Floats a, Floats b) { return {{_mm256_mul_ps(a.v[0], b.v[0]), _mm256_mul_ps(a.v[1], b.v[1])}}; }
inline Floats operator/(Floats a, Floats b) { return {{_mm256_div_ps(a.v[0], b.v[0]), _mm256_div_ps(a.v[1], b.v[1])}}; }
inline Floats fma(Floats a, Floats b, Floats c) {
  return {{_mm256_fmadd_ps(a.v[0], b.v[0], c.v[0]), _mm256_fmadd_ps(a.v[1], b.v[1], c.v[1])}};
}
inline Floats minimum(Floats a, Floats b) { return {{_mm256_min_ps(a.v[0], b.v[0]), _mm256_min_ps(a.v[1], b.v[1])}}; }
inline Floats maximum(Floats a, Floats b) { return {{_mm256_max_ps(a.v[0], b.v[0]), _mm256_max_ps(a.v[1], b.v[1])}}; }
inline Floats root(Floats a) { return {{_mm256_sqrt_ps(a.v[0]), _mm256_sqrt_ps(a.v[1])}}; }
inline double smallest(Floats a) {
  float lane[8];
  _mm256_storeu_ps(lane, _mm256_min_ps(a.v[0], a.v[1]));
  float least = lane[0];
  for (int k = 1; k < 8; ++k) least = lane[k] < least ? lane[k] : least;
  return least;
}

inline void store(int* p, Ints a) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), a.v); }
inline Ints operator+(Ints a, Ints b) { return {_mm256_add_epi32(a.v, b.v)}; }
inline Ints minimum(Ints a, Ints b) { return {_mm256_min_epi32(a.v, b.v)}; }
template <int bits>
inline Ints shift_left(Ints a) {
  return {_mm256_slli_epi32(a.v, bits)};
}
inline Ints truncate(Reals a) { return {_mm256_set_m128i(_mm256_cvttpd_epi32(a.v[1]), _mm256_cvttpd_epi32(a.v[0]))}; }
inline Reals to_reals(Ints a) {
  return {{_mm256_cvtepi32_pd(_mm256_castsi256_si128(a.v)), _mm256_cvtepi32_pd(_mm256_extracti128_si256(a.v, 1))}};
}
// table[index], index in 0..7.
inline Ints look_up(const int* table, Ints index) { return {_mm256_permutevar8x32_epi32(Ints::load(table).v, index.v)}; }
// x < y ? a : b.
inline Ints where_less(Reals x, Reals y, Ints a, Ints b) {
  const __m256 low = _mm256_castpd_ps(_mm256_cmp_pd(x.v[0], y.v[0], _CMP_LT_OQ));
  const __m256 high = _mm256_castpd_ps(_mm256_cmp_pd(x.v[1], y.v[1], _CMP_LT_OQ));
  const __m256i halves = _mm256_castps_si256(_mm256_shuffle_ps(low, high, 0x88));  // lanes 0 1 4 5 2 3 6 7
  return {_mm256_blendv_epi8(b.v, a.v, _mm256_permute4x64_epi64(halves, 0xd8))};
}

inline void store(int* p, WideInts a) {
  store(p, Ints{a.v[0]});
  store(p + 8, Ints{a.v[1]});
}
inline WideInts operator+(WideInts a, WideInts b) {
  return {{_mm256_add_epi32(a.v[0], b.v[0]), _mm256_add_epi32(a.v[1], b.v[1])}};
}
// Modulo 2^32.
inline WideInts operator-(WideInts a, WideInts b) {
  return {{_mm256_sub_epi32(a.v[0], b.v[0]), _mm256_sub_epi32(a.v[1], b.v[1])}};
}
inline WideInts minimum(WideInts a, WideInts b) {
  return {{_mm256_min_epi32(a.v[0], b.v[0]), _mm256_min_epi32(a.v[1], b.v[1])}};
}
template <int bits>
inline WideInts shift_left(WideInts a) {
  return {{_mm256_slli_epi32(a.v[0], bits), _mm256_slli_epi32(a.v[1], bits)}};
}
inline WideInts truncate(Floats a) { return {{_mm256_cvttps_epi32(a.v[0]), _mm256_cvttps_epi32(a.v[1])}}; }
inline Floats to_reals(WideInts a) { return {{_mm256_cvtepi32_ps(a.v[0]), _mm256_cvtepi32_ps(a.v[1])}}; }
inline Floats as_floats(WideInts bits) { return {{_mm256_castsi256_ps(bits.v[0]), _mm256_castsi256_ps(bits.v[1])}}; }
// first[index] in half 0, second[index] in half 1.
inline WideInts look_up(const int* first, const int* second, WideInts index) {
  return {{look_up(first, Ints{index.v[0]}).v, look_up(second, Ints{index.v[1]}).v}};
}
inline WideInts where_less(Floats x, Floats y, WideInts a, WideInts b) {
  const auto half = [&](int h) {
    return _mm256_blendv_epi8(b.v[h], a.v[h], _mm256_castps_si256(_mm256_cmp_ps(x.v[h], y.v[h], _CMP_LT_OQ)));
  };
  return {{half(0), half(1)}};
}
// i == j ? a : b.
inline Floats where_equal(WideInts i, WideInts j, Floats a, Floats b) {
  const auto half = [&](int h) {
    return _mm256_blendv_ps(b.v[h], a.v[h], _mm256_castsi256_ps(_mm256_cmpeq_epi32(i.v[h], j.v[h])));
  };
  return {{half(0), half(1)}};
}

#include "core/lanes_ymm.hpp"

// Round to the nearest whole number, ties to even; |a| < 2^62. There is no such instruction before AVX-512: the sum with
// 1.5 * 2^52 leaves a whole number of at most 51 bits in the lowest ones, so the multiple of 2^32 goes first and the
// rest, which is exact, after it.
[[gnu::always_inline]] inline __m256i round_four(__m256d a) {
  const __m256d magic = _mm256_set1_pd(0x1.8p52);
  const __m256d high = _mm256_fmadd_pd(a, _mm256_set1_pd(0x1p-32), magic);
  const __m256d rest = _mm256_fnmadd_pd(_mm256_sub_pd(high, magic), _mm256_set1_pd(0x1p32), a);
  const __m256i bits = _mm256_castpd_si256(magic);
  const __m256i high_part = _mm256_slli_epi64(_mm256_sub_epi64(_mm256_castpd_si256(high), bits), 32);
  return _mm256_add_epi64(high_part, _mm256_sub_epi64(_mm256_castpd_si256(_mm256_add_pd(rest, magic)), bits));
}
inline Longs round(Reals a) { return {{round_four(a.v[0]), round_four(a.v[1])}}; }
inline Longs round(EightFloats a) {
  return {{round_four(_mm256_cvtps_pd(_mm256_castps256_ps128(a.v))),
           round_four(_mm256_cvtps_pd(_mm256_extractf128_ps(a.v, 1)))}};
}
// For |a| < 2^51: the lowest bits of the sum hold the whole number.
inline Longs round_short(Reals a) {
  const __m256d magic = _mm256_set1_pd(0x1.8p52);
  const auto four = [&](int h) __attribute__((always_inline)) {
    return _mm256_sub_epi64(_mm256_castpd_si256(_mm256_add_pd(a.v[h], magic)), _mm256_castpd_si256(magic));
  };
  return {{four(0), four(1)}};
}
// For |a| < 2^31.
inline WideInts round_short(Floats a) { return {{_mm256_cvtps_epi32(a.v[0]), _mm256_cvtps_epi32(a.v[1])}}; }
inline Longs operator+(Longs a, Longs b) { return {{_mm256_add_epi64(a.v[0], b.v[0]), _mm256_add_epi64(a.v[1], b.v[1])}}; }
inline Longs no_longs() { return {{_mm256_setzero_si256(), _mm256_setzero_si256()}}; }
inline void store(std::int64_t* p, Longs a) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), a.v[0]);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p + 4), a.v[1]);
}
inline std::int64_t sum(Longs a) {
  const __m256i four = _mm256_add_epi64(a.v[0], a.v[1]);
  const __m128i two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
  return _mm_cvtsi128_si64(two) + _mm_extract_epi64(two, 1);
}

#include "core/lanes_avx2_rows.hpp"

// move_momentum() of whole numbers of 64 bits.
template <bool scatter>
[[gnu::always_inline]] inline void move_momentum(std::int64_t* rows, const int* offset, std::int64_t* own, Longs x, Longs y,
                                                 Longs z) {
  __m256i row[8];
  for (int half = 0; half < 2; ++half) {
    const __m256i zero = _mm256_setzero_si256();
    const __m256i xy_even = _mm256_unpacklo_epi64(x.v[half], y.v[half]), xy_odd = _mm256_unpackhi_epi64(x.v[half], y.v[half]);
    const __m256i z_even = _mm256_unpacklo_epi64(z.v[half], zero), z_odd = _mm256_unpackhi_epi64(z.v[half], zero);
    row[4 * half] = _mm256_permute2x128_si256(xy_even, z_even, 0x20);
    row[4 * half + 1] = _mm256_permute2x128_si256(xy_odd, z_odd, 0x20);
    row[4 * half + 2] = _mm256_permute2x128_si256(xy_even, z_even, 0x31);
    row[4 * half + 3] = _mm256_permute2x128_si256(xy_odd, z_odd, 0x31);
  }
  move_rows<scatter>(rows, offset, own, row);
}

// In registers: the compiler may not read it from memory anew at each use.
[[gnu::always_inline]] inline Reals held(Reals a) {
  asm("" : "+x"(a.v[0]), "+x"(a.v[1]));
  return a;
}

// The last bit of each number is set, but for zeros.
inline Reals odd(Reals a) {
  const auto four = [](__m256d x) __attribute__((always_inline)) {
    const __m256d last = _mm256_castsi256_pd(_mm256_set1_epi64x(1));
    return _mm256_or_pd(x, _mm256_and_pd(last, _mm256_cmp_pd(x, _mm256_setzero_pd(), _CMP_NEQ_UQ)));
  };
  return {{four(a.v[0]), four(a.v[1])}};
}

// Adds to each of eight whole numbers what a sum on the grid has grown by.
[[gnu::always_inline]] inline void add_growth(std::int64_t* sums, Reals a) {
  const __m256i origin = _mm256_set1_epi64x(bits_of(grid_origin));
  for (int h = 0; h < 2; ++h) {
    auto* target = reinterpret_cast<__m256i*>(sums + 4 * h);
    _mm256_storeu_si256(target, _mm256_add_epi64(_mm256_loadu_si256(target), _mm256_sub_epi64(_mm256_castpd_si256(a.v[h]), origin)));
  }
}

template <int vectors, int points>
[[gnu::always_inline]] inline void add_products(const double* w_re, const double* w_im, const double* const (&x)[vectors],
                                                std::int64_t* sums) {
  static_assert(points / 4 < 16 && points % 4 == 0);
  const __m256d origin = _mm256_set1_pd(grid_origin);
  __m256d rr[vectors], ii[vectors], ri[vectors], ir[vectors];
  for (int v = 0; v < vectors; ++v) rr[v] = ii[v] = ri[v] = ir[v] = origin;
#pragma GCC unroll 8
  for (int b = 0; b < points; b += 4) {
    const __m256d re = _mm256_loadu_pd(w_re + b), im = _mm256_loadu_pd(w_im + b);
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) {
      const __m256d x_re = _mm256_loadu_pd(x[v] + b), x_im = _mm256_loadu_pd(x[v] + points + b);
      rr[v] = _mm256_fmadd_pd(re, x_re, rr[v]);
      ii[v] = _mm256_fmadd_pd(im, x_im, ii[v]);
      ri[v] = _mm256_fmadd_pd(re, x_im, ri[v]);
      ir[v] = _mm256_fmadd_pd(im, x_re, ir[v]);
    }
  }
  for (int v = 0; v < vectors; ++v)
    add_sums(_mm256_castpd_si256(rr[v]), _mm256_castpd_si256(ii[v]), _mm256_castpd_si256(ri[v]), _mm256_castpd_si256(ir[v]),
             4 * bits_of(grid_origin), sums + 4 * v);
}
