// SPDX-License-Identifier: BSD-3-Clause
// Sums that do not depend on the order of their terms: each term is rounded to a whole multiple of 2^-44 and
// added in 128-bit integers, so that any division of the terms among ranks and threads gives the same bits.
// A term that is not finite, or beyond 2^75, spoils the sum, which then is not a number.
// [cf. Demmel & Nguyen, IEEE Trans. Comput. 64, 2060 (2015), on reproducible summation]
#pragma once

#include <Kokkos_Core.hpp>
#include <cmath>

namespace patina {

using Int128 = __int128;

constexpr double exact_sum_unit = 1.0 / (1LL << 44);

KOKKOS_INLINE_FUNCTION Int128 round_to_units(double scaled) {
  // Beyond 2^62 a double is whole already.
  return scaled < 4.0e18 && scaled > -4.0e18 ? static_cast<Int128>(::llrint(scaled))
                                             : static_cast<Int128>(scaled);
}

template <int n>
struct ExactSums {
  Int128 sum[n] = {};
  long long spoiled = 0;

  KOKKOS_INLINE_FUNCTION void add(int k, double term) {
    constexpr double most = 3.8e22;  // 2^75
    if (term < most && term > -most)
      sum[k] += round_to_units(term * (1LL << 44));
    else
      ++spoiled;
  }
  KOKKOS_INLINE_FUNCTION ExactSums& operator+=(const ExactSums& other) {
    for (int k = 0; k < n; ++k) sum[k] += other.sum[k];
    spoiled += other.spoiled;
    return *this;
  }
  KOKKOS_INLINE_FUNCTION void operator+=(const volatile ExactSums& other) volatile {
    for (int k = 0; k < n; ++k) sum[k] = sum[k] + other.sum[k];
    spoiled = spoiled + other.spoiled;
  }
};

}  // namespace patina

template <int n>
struct Kokkos::reduction_identity<patina::ExactSums<n>> {
  KOKKOS_FORCEINLINE_FUNCTION static patina::ExactSums<n> sum() { return {}; }
};
