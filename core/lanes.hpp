// SPDX-License-Identifier: BSD-3-Clause
// Eight numbers side by side in double, sixteen in single precision: the few vector operations that hot loops of the host
// (pair passes, phase sums) need and that neither the compiler nor Kokkos' SIMD types give (row loads with transposes in registers). Three
// versions: AVX-512, AVX2, and plain loops; every operation on finite numbers is exactly rounded or exact, so all
// three give the same bits. Host only.
//   Reals  8 doubles      Floats    16 floats
//   Ints   8 of 32 bits   WideInts  16 of 32 bits    Longs  8 of 64 bits
//   EightFloats, half of Floats
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

// Of add_products<vectors, points>(w_re, w_im, x, sums), sums of products on a grid, for `vectors` complex rows x (`points` real
// parts, then as many imaginary ones) that share w: adds over all points w_re x_re, w_im x_im, w_re x_im, w_im x_re of row v
// to sums[4 v ...], each rounded to a multiple of 2^-47 and in units of it. Products lie within -1 .. 1; sums of doubles begin
// at 48 and stay between 32 and 64, where neighbours are one unit apart and the bits of a number count units.
constexpr double grid_origin = 48.0;
inline std::int64_t bits_of(double x) {
  std::int64_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

#if PATINA_LANES_VERSION == 512
#include "core/lanes_avx512.hpp"
#elif PATINA_LANES_VERSION == 2
#include "core/lanes_avx2.hpp"
#else
#include "core/lanes_plain.hpp"
#endif

// Adds eight numbers to values[offset[k] / 4].
template <class Whole>
[[gnu::always_inline]] inline void spread(std::int64_t* values, const int* offset, const Whole* a) {
  // In bytes, which spares a division: 8 for a value, 2 for each of the four that `offset` counts.
  auto* bytes = reinterpret_cast<char*>(values);
  for (int k = 0; k < width; ++k)
    *reinterpret_cast<std::int64_t*>(bytes + 2 * static_cast<std::ptrdiff_t>(offset[k])) += a[k];
}

}  // namespace patina::PATINA_LANES
