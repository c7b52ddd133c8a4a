// SPDX-License-Identifier: BSD-3-Clause
// A phase from sums and products alone, with the same bits on all machines, which sin() and cos() do not have.
#pragma once

namespace patina {

// exp(i 2 pi s), |s| <= 1/2: with h = round(2 s) and r = s - h/2, (1 - 2 h^2) (cos 2 pi r + i sin 2 pi r) by Taylor's series, whose
// first term left out is below 1e-18; cos 2 pi r = sum cosine[k] r^2k, sin 2 pi r = r sum sine[k] r^2k.
struct PhaseSeries {
  static constexpr int terms = 12;
  // Not std::array, whose members are functions of the host alone to nvcc.
  double cosine[terms] = {}, sine[terms] = {};
  constexpr PhaseSeries() {
    constexpr long double two_pi = 6.283185307179586476925286766559L;
    long double term = 1.0L;
    for (int k = 0; k < terms; ++k) {
      cosine[k] = static_cast<double>(term);
      term *= two_pi / (2 * k + 1);
      sine[k] = static_cast<double>(term);
      term *= -two_pi / (2 * k + 2);
    }
  }
};
inline constexpr PhaseSeries phase_series;

}  // namespace patina
