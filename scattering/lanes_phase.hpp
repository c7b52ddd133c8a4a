// SPDX-License-Identifier: BSD-3-Clause
// Phases of a whole vector of points, for the loops that are compiled once for each instruction set; the bits of scattering/phase.hpp.
#pragma once

#include "core/lanes.hpp"
#include "core/phase_series.hpp"

namespace patina::PATINA_LANES {

[[gnu::always_inline]] inline Reals to_whole(Reals a) {
  const Reals magic = Reals::all(0x1.8p52);
  return (a + magic) - magic;
}

[[gnu::always_inline]] inline Reals series(const double (&coefficient)[PhaseSeries::terms], Reals square) {
  Reals sum = Reals::all(coefficient[PhaseSeries::terms - 1]);
  for (int k = PhaseSeries::terms - 2; k >= 0; --k) sum = fma(sum, square, Reals::all(coefficient[k]));
  return sum;
}

struct Phase {
  Reals re, im;
};

// exp(i 2 pi s), |s| <= 1/2 (core/phase_series.hpp).
[[gnu::always_inline]] inline Phase phase_of(Reals s) {
  const Reals half_turns = to_whole(s + s);
  const Reals r = fma(half_turns, Reals::all(-0.5), s);
  const Reals sign = fma(half_turns * half_turns, Reals::all(-2.0), Reals::all(1.0));
  const Reals square = r * r;
  return {sign * series(phase_series.cosine, square), sign * (r * series(phase_series.sine, square))};
}

}  // namespace patina::PATINA_LANES
