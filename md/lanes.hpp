// SPDX-License-Identifier: BSD-3-Clause
// Eight atoms side by side: the few vector operations that the pair passes and the neighbour search need and
// that neither the compiler nor Kokkos' SIMD types give (row loads with transposes in registers, compressed
// stores). Three versions: AVX-512, AVX2, and plain loops; every operation is exactly rounded or exact, so all
// three give the same bits. Host only.
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
};
struct Ints {  // 32 bits
  __m256i v;
};
struct Longs {  // 64 bits
  __m512i v;
};

inline Reals all(double x) { return {_mm512_set1_pd(x)}; }
inline Reals load(const double* p) { return {_mm512_loadu_pd(p)}; }
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

inline Ints all(int x) { return {_mm256_set1_epi32(x)}; }
inline Ints load(const int* p) { return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))}; }
inline void store(int* p, Ints a) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), a.v); }
inline Ints operator+(Ints a, Ints b) { return {_mm256_add_epi32(a.v, b.v)}; }
inline Ints minimum(Ints a, Ints b) { return {_mm256_min_epi32(a.v, b.v)}; }
inline Ints load_bytes(const unsigned char* p) {
  return {_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)))};
}
// table[index], index in 0..7.
inline Ints look_up(const int* table, Ints index) {
  return {_mm256_permutevar8x32_epi32(load(table).v, index.v)};
}
inline Ints truncate(Reals a) { return {_mm512_cvttpd_epi32(a.v)}; }
inline Reals to_reals(Ints a) { return {_mm512_cvtepi32_pd(a.v)}; }
// x < y ? a : b.
inline Ints where_less(Reals x, Reals y, Ints a, Ints b) {
  return {_mm256_mask_mov_epi32(b.v, _mm512_cmp_pd_mask(x.v, y.v, _CMP_LT_OQ), a.v)};
}

// Round to the nearest whole number; |a| < 2^62.
inline Longs round(Reals a) { return {_mm512_cvtpd_epi64(a.v)}; }
inline Longs operator+(Longs a, Longs b) { return {_mm512_add_epi64(a.v, b.v)}; }
inline Longs no_longs() { return {_mm512_setzero_si512()}; }
inline void store(std::int64_t* p, Longs a) { _mm512_storeu_si512(p, a.v); }
inline std::int64_t sum(Longs a) { return _mm512_reduce_add_epi64(a.v); }

// Rows of four: out[c] lane k = rows[stride * index[k] + c].
[[gnu::always_inline]] inline void load_rows(const double* rows, int stride, const int* index, Reals (&out)[4]) {
  const auto two = [&](int k) {
    const __m512d low = _mm512_castpd256_pd512(_mm256_loadu_pd(rows + static_cast<std::ptrdiff_t>(stride) * index[k]));
    return _mm512_insertf64x4(low, _mm256_loadu_pd(rows + static_cast<std::ptrdiff_t>(stride) * index[k + 4]), 1);
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

// Subtracts (x y z 0) of lane k from row index[k] of `rows` if `scatter`; adds the sum over lanes to `own`.
template <bool scatter>
[[gnu::always_inline]] inline void move_momentum(std::int64_t* rows, const int* index, std::int64_t* own, Longs x, Longs y, Longs z) {
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
    const auto subtract = [&](int k, __m256i row) {
      auto* target = reinterpret_cast<__m256i*>(rows + 4 * static_cast<std::ptrdiff_t>(index[k]));
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

template <class T>
struct alignas(32) Eight {
  T v[width];
};
using Reals = Eight<double>;
using Ints = Eight<int>;
using Longs = Eight<std::int64_t>;

template <class F>
inline auto lanewise(const F& f) {
  Eight<decltype(f(0))> r;
  for (int k = 0; k < width; ++k) r.v[k] = f(k);
  return r;
}
inline Reals all(double x) {
  return lanewise([&](int) { return x; });
}
inline Reals load(const double* p) {
  return lanewise([&](int k) { return p[k]; });
}
inline void store(double* p, const Reals& a) { std::memcpy(p, a.v, sizeof a.v); }
inline Reals operator+(const Reals& a, const Reals& b) {
  return lanewise([&](int k) { return a.v[k] + b.v[k]; });
}
inline Reals operator-(const Reals& a, const Reals& b) {
  return lanewise([&](int k) { return a.v[k] - b.v[k]; });
}
inline Reals operator*(const Reals& a, const Reals& b) {
  return lanewise([&](int k) { return a.v[k] * b.v[k]; });
}
inline Reals operator/(const Reals& a, const Reals& b) {
  return lanewise([&](int k) { return a.v[k] / b.v[k]; });
}
inline Reals fma(const Reals& a, const Reals& b, const Reals& c) {
  return lanewise([&](int k) { return std::fma(a.v[k], b.v[k], c.v[k]); });
}
inline Reals minimum(const Reals& a, const Reals& b) {
  return lanewise([&](int k) { return a.v[k] < b.v[k] ? a.v[k] : b.v[k]; });
}
inline Reals maximum(const Reals& a, const Reals& b) {
  return lanewise([&](int k) { return a.v[k] > b.v[k] ? a.v[k] : b.v[k]; });
}
inline Reals root(const Reals& a) {
  return lanewise([&](int k) { return std::sqrt(a.v[k]); });
}
inline double smallest(const Reals& a) {
  double least = a.v[0];
  for (int k = 1; k < width; ++k) least = a.v[k] < least ? a.v[k] : least;
  return least;
}

inline Ints all(int x) {
  return lanewise([&](int) { return x; });
}
inline Ints load(const int* p) {
  return lanewise([&](int k) { return p[k]; });
}
inline void store(int* p, const Ints& a) { std::memcpy(p, a.v, sizeof a.v); }
inline Ints operator+(const Ints& a, const Ints& b) {
  return lanewise([&](int k) { return a.v[k] + b.v[k]; });
}
inline Ints minimum(const Ints& a, const Ints& b) {
  return lanewise([&](int k) { return a.v[k] < b.v[k] ? a.v[k] : b.v[k]; });
}
inline Ints load_bytes(const unsigned char* p) {
  return lanewise([&](int k) { return static_cast<int>(p[k]); });
}
inline Ints look_up(const int* table, const Ints& index) {
  return lanewise([&](int k) { return table[index.v[k]]; });
}
inline Ints truncate(const Reals& a) {
  // As the vector instruction does: what no int holds becomes the lowest one.
  return lanewise([&](int k) {
    return a.v[k] < 2147483648.0 && a.v[k] > -2147483649.0 ? static_cast<int>(a.v[k]) : INT32_MIN;
  });
}
inline Reals to_reals(const Ints& a) {
  return lanewise([&](int k) { return static_cast<double>(a.v[k]); });
}
inline Ints where_less(const Reals& x, const Reals& y, const Ints& a, const Ints& b) {
  return lanewise([&](int k) { return x.v[k] < y.v[k] ? a.v[k] : b.v[k]; });
}

inline Longs round(const Reals& a) {
  return lanewise([&](int k) { return static_cast<std::int64_t>(std::llrint(a.v[k])); });
}
inline Longs operator+(const Longs& a, const Longs& b) {
  return lanewise([&](int k) { return a.v[k] + b.v[k]; });
}
inline Longs no_longs() { return Longs{}; }
inline void store(std::int64_t* p, const Longs& a) { std::memcpy(p, a.v, sizeof a.v); }
inline std::int64_t sum(const Longs& a) {
  std::int64_t total = 0;
  for (const std::int64_t x : a.v) total += x;
  return total;
}

#if PATINA_LANES_VERSION == 2
[[gnu::always_inline]] inline void load_rows(const double* rows, int stride, const int* index, Reals (&out)[4]) {
  for (int half = 0; half < 8; half += 4) {
    const auto row = [&](int k) {
      return _mm256_loadu_pd(rows + static_cast<std::ptrdiff_t>(stride) * index[half + k]);
    };
    const __m256d r0 = row(0), r1 = row(1), r2 = row(2), r3 = row(3);
    const __m256d xz01 = _mm256_unpacklo_pd(r0, r1), yw01 = _mm256_unpackhi_pd(r0, r1);
    const __m256d xz23 = _mm256_unpacklo_pd(r2, r3), yw23 = _mm256_unpackhi_pd(r2, r3);
    _mm256_store_pd(out[0].v + half, _mm256_permute2f128_pd(xz01, xz23, 0x20));
    _mm256_store_pd(out[1].v + half, _mm256_permute2f128_pd(yw01, yw23, 0x20));
    _mm256_store_pd(out[2].v + half, _mm256_permute2f128_pd(xz01, xz23, 0x31));
    _mm256_store_pd(out[3].v + half, _mm256_permute2f128_pd(yw01, yw23, 0x31));
  }
}
#else
[[gnu::always_inline]] inline void load_rows(const double* rows, int stride, const int* index, Reals (&out)[4]) {
  for (int k = 0; k < width; ++k)
    for (int c = 0; c < 4; ++c) out[c].v[k] = rows[static_cast<std::ptrdiff_t>(stride) * index[k] + c];
}
#endif

template <bool scatter>
[[gnu::always_inline]] inline void move_momentum(std::int64_t* rows, const int* index, std::int64_t* own, const Longs& x, const Longs& y,
                   const Longs& z) {
  own[0] += sum(x);
  own[1] += sum(y);
  own[2] += sum(z);
  if constexpr (scatter)
    for (int k = 0; k < width; ++k) {
      std::int64_t* row = rows + 4 * static_cast<std::ptrdiff_t>(index[k]);
      row[0] -= x.v[k];
      row[1] -= y.v[k];
      row[2] -= z.v[k];
    }
}

#endif

// Adds lane k to values[index[k]] if `scatter`; returns the sum over lanes.
template <bool scatter>
inline std::int64_t spread(std::int64_t* values, const int* index, const Longs& a) {
  if constexpr (scatter) {
    alignas(64) std::int64_t lane[width];
    store(lane, a);
    for (int k = 0; k < width; ++k) values[index[k]] += lane[k];
  }
  return sum(a);
}

}  // namespace patina::PATINA_LANES
