// SPDX-License-Identifier: BSD-3-Clause
// Eight pairs side by side in double, sixteen in single precision: the few vector operations that the pair passes
// need and that neither the compiler nor Kokkos' SIMD types give (row loads with transposes in registers). Three
// versions: AVX-512, AVX2, and plain loops; every operation is exactly rounded or exact, so all three give the same
// bits. Host only.
//   Reals  8 doubles      Floats    16 floats
//   Ints   8 of 32 bits   WideInts  16 of 32 bits    Longs  8 of 64 bits
// Sixteen are two chunks of eight pairs: half 0 and half 1.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

// PATINA_LANES_VERSION: 512, 2 or 0. Each has a namespace of its own: a program holds all three and chooses at run time.
// Nothing here may include more than the plainest headers: an inline function compiled for one instruction set could
// be linked into code for another.
#if PATINA_LANES_VERSION == 512
#include <immintrin.h>
#define PATINA_LANES lanes_avx512
#define PATINA_LANES_NAME "AVX-512"
#elif PATINA_LANES_VERSION == 2
#include <immintrin.h>
#define PATINA_LANES lanes_avx2
#define PATINA_LANES_NAME "AVX2"
#else
#define PATINA_LANES lanes_generic
#define PATINA_LANES_NAME "generic"
#endif

namespace patina::PATINA_LANES {

constexpr int width = 8;

#if PATINA_LANES_VERSION == 512

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

// Round to the nearest whole number; |a| < 2^62.
template <int half>
inline Longs round(Reals a) {
  return {_mm512_cvtpd_epi64(a.v)};
}
template <int half>
inline Longs round(Floats a) {
  return {_mm512_cvtps_epi64(_mm512_extractf32x8_ps(a.v, half))};
}
inline Longs operator+(Longs a, Longs b) { return {_mm512_add_epi64(a.v, b.v)}; }
inline Longs no_longs() { return {_mm512_setzero_si512()}; }
inline void store(std::int64_t* p, Longs a) { _mm512_storeu_si512(p, a.v); }
inline std::int64_t sum(Longs a) { return _mm512_reduce_add_epi64(a.v); }

// Rows of four: out[c] lane k = rows[offset[k] + c].
[[gnu::always_inline]] inline void load_rows(const double* rows, const int* offset, Reals (&out)[4]) {
  const auto two = [&](int k) __attribute__((always_inline)) {
    return _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd(rows + offset[k])),
                              _mm256_loadu_pd(rows + offset[k + 4]), 1);
  };
  const __m512d r04 = two(0), r15 = two(1), r26 = two(2), r37 = two(3);
  const __m512d xz01 = _mm512_unpacklo_pd(r04, r15), yw01 = _mm512_unpackhi_pd(r04, r15);
  const __m512d xz23 = _mm512_unpacklo_pd(r26, r37), yw23 = _mm512_unpackhi_pd(r26, r37);
  const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
  const __m512i second = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
  out[0].v = _mm512_permutex2var_pd(xz01, first, xz23);
  out[1].v = _mm512_permutex2var_pd(yw01, first, yw23);
  out[2].v = _mm512_permutex2var_pd(xz01, second, xz23);
  out[3].v = _mm512_permutex2var_pd(yw01, second, yw23);
}

[[gnu::always_inline]] inline void load_rows(const float* rows, const int* offset, Floats (&out)[4]) {
  const auto four = [&](int k) __attribute__((always_inline)) {
    // Masked broadcasts need no shuffle as inserts do.
    const __m512 one = _mm512_castps128_ps512(_mm_loadu_ps(rows + offset[k]));
    const __m512 two = _mm512_mask_broadcast_f32x4(one, 0x00f0, _mm_loadu_ps(rows + offset[k + 4]));
    const __m512 three = _mm512_mask_broadcast_f32x4(two, 0x0f00, _mm_loadu_ps(rows + offset[k + 8]));
    return _mm512_mask_broadcast_f32x4(three, 0xf000, _mm_loadu_ps(rows + offset[k + 12]));
  };
  const __m512 r0 = four(0), r1 = four(1), r2 = four(2), r3 = four(3);
  const __m512d xy01 = _mm512_castps_pd(_mm512_unpacklo_ps(r0, r1)), xy23 = _mm512_castps_pd(_mm512_unpacklo_ps(r2, r3));
  const __m512d zw01 = _mm512_castps_pd(_mm512_unpackhi_ps(r0, r1)), zw23 = _mm512_castps_pd(_mm512_unpackhi_ps(r2, r3));
  out[0].v = _mm512_castpd_ps(_mm512_unpacklo_pd(xy01, xy23));
  out[1].v = _mm512_castpd_ps(_mm512_unpackhi_pd(xy01, xy23));
  out[2].v = _mm512_castpd_ps(_mm512_unpacklo_pd(zw01, zw23));
  out[3].v = _mm512_castpd_ps(_mm512_unpackhi_pd(zw01, zw23));
}
[[gnu::always_inline]] inline void load_rows(const std::uint32_t* rows, const int* offset, WideInts (&out)[4]) {
  Floats bits[4];
  load_rows(reinterpret_cast<const float*>(rows), offset, bits);
  for (int c = 0; c < 4; ++c) out[c].v = _mm512_castps_si512(bits[c].v);
}

// Subtracts (x y z 0) of lane k from the row at rows + offset[k] if `scatter`; adds the sum over lanes to `own`.
template <bool scatter>
[[gnu::always_inline]] inline void move_momentum(std::int64_t* rows, const int* offset, std::int64_t* own, Longs x, Longs y,
                                                 Longs z) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i xy_even = _mm512_unpacklo_epi64(x.v, y.v), xy_odd = _mm512_unpackhi_epi64(x.v, y.v);
  const __m512i z_even = _mm512_unpacklo_epi64(z.v, zero), z_odd = _mm512_unpackhi_epi64(z.v, zero);
  const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
  const __m512i second = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
  const __m512i r04 = _mm512_permutex2var_epi64(xy_even, first, z_even);
  const __m512i r15 = _mm512_permutex2var_epi64(xy_odd, first, z_odd);
  const __m512i r26 = _mm512_permutex2var_epi64(xy_even, second, z_even);
  const __m512i r37 = _mm512_permutex2var_epi64(xy_odd, second, z_odd);
  const __m512i all_rows = _mm512_add_epi64(_mm512_add_epi64(r04, r15), _mm512_add_epi64(r26, r37));
  const __m256i sum_row =
      _mm256_add_epi64(_mm512_castsi512_si256(all_rows), _mm512_extracti64x4_epi64(all_rows, 1));
  auto* own_row = reinterpret_cast<__m256i*>(own);
  _mm256_storeu_si256(own_row, _mm256_add_epi64(_mm256_loadu_si256(own_row), sum_row));
  if constexpr (scatter) {
    const auto subtract = [&](int k, __m256i row) __attribute__((always_inline)) {
      auto* target = reinterpret_cast<__m256i*>(rows + offset[k]);
      _mm256_storeu_si256(target, _mm256_sub_epi64(_mm256_loadu_si256(target), row));
    };
    subtract(0, _mm512_castsi512_si256(r04));
    subtract(1, _mm512_castsi512_si256(r15));
    subtract(2, _mm512_castsi512_si256(r26));
    subtract(3, _mm512_castsi512_si256(r37));
    subtract(4, _mm512_extracti64x4_epi64(r04, 1));
    subtract(5, _mm512_extracti64x4_epi64(r15, 1));
    subtract(6, _mm512_extracti64x4_epi64(r26, 1));
    subtract(7, _mm512_extracti64x4_epi64(r37, 1));
  }
}

#else

template <class T, int n>
struct alignas(32) Lanes {
  T v[n];
  template <class F>
  static Lanes each(const F& f) {
    Lanes r;
    for (int k = 0; k < n; ++k) r.v[k] = static_cast<T>(f(k));
    return r;
  }
  template <class U>
  static Lanes all(U x) {
    return each([&](int) { return x; });
  }
  static Lanes load(const T* p) {
    Lanes r;
    std::memcpy(r.v, p, sizeof r.v);
    return r;
  }
  static Lanes load_bytes(const unsigned char* p) {
    return each([&](int k) { return p[k]; });
  }
  static Lanes halves(std::uint32_t x, std::uint32_t y) {
    return each([&](int k) { return k < width ? x : y; });
  }
};
using Reals = Lanes<double, width>;
using Floats = Lanes<float, 2 * width>;
using Ints = Lanes<int, width>;
using WideInts = Lanes<int, 2 * width>;
using Longs = Lanes<std::int64_t, width>;

template <class T, int n>
inline void store(T* p, const Lanes<T, n>& a) {
  std::memcpy(p, a.v, sizeof a.v);
}
template <class T, int n>
inline Lanes<T, n> operator+(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] + b.v[k]; });
}
template <class T, int n>
inline Lanes<T, n> operator-(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] - b.v[k]; });
}
// Modulo 2^32.
inline WideInts operator-(const WideInts& a, const WideInts& b) {
  return WideInts::each([&](int k) { return static_cast<unsigned>(a.v[k]) - static_cast<unsigned>(b.v[k]); });
}
template <class T, int n>
inline Lanes<T, n> operator*(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] * b.v[k]; });
}
template <class T, int n>
inline Lanes<T, n> operator/(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] / b.v[k]; });
}
template <class T, int n>
inline Lanes<T, n> fma(const Lanes<T, n>& a, const Lanes<T, n>& b, const Lanes<T, n>& c) {
  return Lanes<T, n>::each([&](int k) { return std::fma(a.v[k], b.v[k], c.v[k]); });
}
template <class T, int n>
inline Lanes<T, n> minimum(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] < b.v[k] ? a.v[k] : b.v[k]; });
}
template <class T, int n>
inline Lanes<T, n> maximum(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] > b.v[k] ? a.v[k] : b.v[k]; });
}
template <class T, int n>
inline Lanes<T, n> root(const Lanes<T, n>& a) {
  return Lanes<T, n>::each([&](int k) { return std::sqrt(a.v[k]); });
}
template <class T, int n>
inline double smallest(const Lanes<T, n>& a) {
  T least = a.v[0];
  for (int k = 1; k < n; ++k) least = a.v[k] < least ? a.v[k] : least;
  return least;
}
template <int bits, int n>
inline Lanes<int, n> shift_left(const Lanes<int, n>& a) {
  return Lanes<int, n>::each([&](int k) { return a.v[k] << bits; });
}
// As the vector instruction does: what no int holds becomes the lowest one.
template <class T, int n>
inline Lanes<int, n> truncate(const Lanes<T, n>& a) {
  return Lanes<int, n>::each([&](int k) {
    return a.v[k] < T(2147483648.0) && a.v[k] > T(-2147483649.0) ? static_cast<int>(a.v[k]) : INT32_MIN;
  });
}
inline Reals to_reals(const Ints& a) {
  return Reals::each([&](int k) { return a.v[k]; });
}
inline Floats to_reals(const WideInts& a) {
  return Floats::each([&](int k) { return a.v[k]; });
}
inline Floats as_floats(const WideInts& bits) {
  Floats r;
  std::memcpy(r.v, bits.v, sizeof r.v);
  return r;
}
inline Ints look_up(const int* table, const Ints& index) {
  return Ints::each([&](int k) { return table[index.v[k]]; });
}
inline WideInts look_up(const int* first, const int* second, const WideInts& index) {
  return WideInts::each([&](int k) { return (k < width ? first : second)[index.v[k]]; });
}
template <class T, int n>
inline Lanes<int, n> where_less(const Lanes<T, n>& x, const Lanes<T, n>& y, const Lanes<int, n>& a,
                                const Lanes<int, n>& b) {
  return Lanes<int, n>::each([&](int k) { return x.v[k] < y.v[k] ? a.v[k] : b.v[k]; });
}
inline Floats where_equal(const WideInts& i, const WideInts& j, const Floats& a, const Floats& b) {
  return Floats::each([&](int k) { return i.v[k] == j.v[k] ? a.v[k] : b.v[k]; });
}

template <int half, class T, int n>
inline Longs round(const Lanes<T, n>& a) {
  return Longs::each([&](int k) { return std::llrint(a.v[half * width + k]); });
}
inline Longs no_longs() { return Longs{}; }
inline std::int64_t sum(const Longs& a) {
  std::int64_t total = 0;
  for (const std::int64_t x : a.v) total += x;
  return total;
}

template <class U, class T, int n>
[[gnu::always_inline]] inline void load_rows(const U* rows, const int* offset, Lanes<T, n> (&out)[4]) {
  for (int k = 0; k < n; ++k)
    for (int c = 0; c < 4; ++c) out[c].v[k] = static_cast<T>(rows[offset[k] + c]);
}
#if PATINA_LANES_VERSION == 2
[[gnu::always_inline]] inline void load_rows(const double* rows, const int* offset, Reals (&out)[4]) {
  for (int half = 0; half < 8; half += 4) {
    const auto row = [&](int k) { return _mm256_loadu_pd(rows + offset[half + k]); };
    const __m256d r0 = row(0), r1 = row(1), r2 = row(2), r3 = row(3);
    const __m256d xz01 = _mm256_unpacklo_pd(r0, r1), yw01 = _mm256_unpackhi_pd(r0, r1);
    const __m256d xz23 = _mm256_unpacklo_pd(r2, r3), yw23 = _mm256_unpackhi_pd(r2, r3);
    _mm256_store_pd(out[0].v + half, _mm256_permute2f128_pd(xz01, xz23, 0x20));
    _mm256_store_pd(out[1].v + half, _mm256_permute2f128_pd(yw01, yw23, 0x20));
    _mm256_store_pd(out[2].v + half, _mm256_permute2f128_pd(xz01, xz23, 0x31));
    _mm256_store_pd(out[3].v + half, _mm256_permute2f128_pd(yw01, yw23, 0x31));
  }
}
[[gnu::always_inline]] inline void load_rows(const float* rows, const int* offset, Floats (&out)[4]) {
  for (int four = 0; four < 16; four += 4) {
    const auto row = [&](int k) { return _mm_loadu_ps(rows + offset[four + k]); };
    __m128 r0 = row(0), r1 = row(1), r2 = row(2), r3 = row(3);
    _MM_TRANSPOSE4_PS(r0, r1, r2, r3);
    _mm_store_ps(out[0].v + four, r0);
    _mm_store_ps(out[1].v + four, r1);
    _mm_store_ps(out[2].v + four, r2);
    _mm_store_ps(out[3].v + four, r3);
  }
}
#endif

template <bool scatter>
[[gnu::always_inline]] inline void move_momentum(std::int64_t* rows, const int* offset, std::int64_t* own, const Longs& x,
                                                 const Longs& y, const Longs& z) {
  own[0] += sum(x);
  own[1] += sum(y);
  own[2] += sum(z);
  if constexpr (scatter)
    for (int k = 0; k < width; ++k) {
      std::int64_t* row = rows + offset[k];
      row[0] -= x.v[k];
      row[1] -= y.v[k];
      row[2] -= z.v[k];
    }
}

#endif

// Adds lane k to values[offset[k] / 4] if `scatter`; returns the sum over lanes.
template <bool scatter>
[[gnu::always_inline]] inline std::int64_t spread(std::int64_t* values, const int* offset, const Longs& a) {
  if constexpr (scatter) {
    alignas(64) std::int64_t lane[width];
    store(lane, a);
    for (int k = 0; k < width; ++k) values[offset[k] >> 2] += lane[k];
  }
  return sum(a);
}

}  // namespace patina::PATINA_LANES
