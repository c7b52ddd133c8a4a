// SPDX-License-Identifier: BSD-3-Clause
// Logarithm, exponential and phases from sums, products, quotients and roots alone, which IEEE 754 fixes to the last bit: the C
// library's own differ from processor to processor (with and without fused multiply-add, say), and with them would trajectories.
// Right to two or three units in the last place. No argument may be NaN; phases are of arguments in -1/2 .. 1/2.
#pragma once

#include <cstdint>

#include "core/bits.hpp"
#include "core/kokkos_compat.hpp"
#include "core/phase_series.hpp"

namespace patina::elementary {

// ln 2 in two parts, the first with 21 zeros at its end: its products with exponents are exact.
inline constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;

// Of a normal number > 0: e ln 2 + 2 artanh(f) with x = 2^e m, f = (m - 1) / (m + 1), m in sqrt(1/2) .. sqrt 2.
KOKKOS_INLINE_FUNCTION double log(double x) {
  constexpr std::uint64_t mantissa = (std::uint64_t{1} << 52) - 1;
  const std::uint64_t bits = bits_of(x);
  int e = static_cast<int>(bits >> 52) - 1023;
  double m = double_of_bits((bits & mantissa) | (std::uint64_t{1023} << 52));
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++e;
  }
  const double f = (m - 1.0) / (m + 1.0), square = f * f;
  double sum = 0.0;  // f^2 < 0.03: the first term left out is below 1e-19 of the whole
  for (int k = 12; k >= 1; --k) sum = (sum + 1.0 / (2 * k + 1)) * square;
  return e * ln2_high + (2.0 * f + (2.0 * f * sum + e * ln2_low));
}

// Taylor's series of (e^r - 1) / r, |r| < 0.36.
KOKKOS_INLINE_FUNCTION double expm1_over(double r) {
  double sum = 0.0;
  for (int k = 15; k >= 1; --k) sum = (sum + 1.0) * r / (k + 1);
  return 1.0 + sum;
}

// 0 below -708, infinite above 709.
KOKKOS_INLINE_FUNCTION double exp(double x) {
  if (x < -708.0) return 0.0;
  if (x > 709.0) return double_of_bits(std::uint64_t{0x7ff} << 52);
  const double n = ::rint(x * 1.4426950408889634);
  const double r = (x - n * ln2_high) - n * ln2_low;
  const double power = double_of_bits(static_cast<std::uint64_t>(static_cast<int>(n) + 1023) << 52);
  return (1.0 + r * expm1_over(r)) * power;
}

KOKKOS_INLINE_FUNCTION double expm1(double x) {
  return kokkos_compat::abs(x) < 0.34 ? x * expm1_over(x) : exp(x) - 1.0;
}

// exp(i 2 pi s) by the series of core/phase_series.hpp.
struct Phase {
  double cosine, sine;
};
KOKKOS_INLINE_FUNCTION Phase phase(double s) {
  constexpr PhaseSeries series;
  const double h = ::rint(2.0 * s), r = s - 0.5 * h, square = r * r, sign = 1.0 - 2.0 * h * h;
  double c = 0.0, si = 0.0;
  for (int k = PhaseSeries::terms - 1; k >= 0; --k) {
    c = c * square + series.cosine[k];
    si = si * square + series.sine[k];
  }
  return {sign * c, sign * (r * si)};
}

}  // namespace patina::elementary
