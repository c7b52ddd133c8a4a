// SPDX-License-Identifier: BSD-3-Clause
// One phase at a time, on the host and on devices; the bits of scattering/lanes_phase.hpp.
#pragma once

#include <cstdint>

#include "core/bits.hpp"
#include "core/kokkos_compat.hpp"
#include "core/phase_series.hpp"

namespace patina {

// For |w|, |x| < 2 and x of this kind, w x is 0 or an odd multiple of some 2^-k with k >= 52: never half way between two
// points of the grid of exact sums, where the sum so far would decide.
KOKKOS_INLINE_FUNCTION double odd(double x) { return double_of_bits(bits_of(x) | static_cast<std::uint64_t>(x != 0.0)); }

KOKKOS_INLINE_FUNCTION double to_whole(double a) {
  const double magic = 0x1.8p52;
  return (a + magic) - magic;
}

struct Phase {
  double re, im;
};

// exp(i 2 pi s), |s| <= 1/2 (core/phase_series.hpp).
KOKKOS_INLINE_FUNCTION Phase phase_of(double s, const PhaseSeries& series) {
  const double half_turns = to_whole(s + s);
  const double r = kokkos_compat::fma(half_turns, -0.5, s);
  const double sign = kokkos_compat::fma(half_turns * half_turns, -2.0, 1.0);
  const double square = r * r;
  double cosine = series.cosine[PhaseSeries::terms - 1], sine = series.sine[PhaseSeries::terms - 1];
  for (int k = PhaseSeries::terms - 2; k >= 0; --k) {
    cosine = kokkos_compat::fma(cosine, square, series.cosine[k]);
    sine = kokkos_compat::fma(sine, square, series.sine[k]);
  }
  return {sign * cosine, sign * (r * sine)};
}

}  // namespace patina
