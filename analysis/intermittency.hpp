// SPDX-License-Identifier: BSD-3-Clause
// Do speckles fluctuate more than their number lets them? chi_T(lag) is the variance over t of C(t, t + lag) about the fitted clock
// [A. Duri, H. Bissig, V. Trappe and L. Cipelletti, Phys. Rev. E 72 (2005) 051401, doi 10.1103/PhysRevE.72.051401]. So many speckles and
// photons give it a floor even where dynamics are even, which is taken off in two ways: by the closed form of Var C and its covariances
// along the lag (beamline/correlation_error.hpp), and by speckles drawn from the fitted clock (simulated_speckles.hpp), whose scatter
// tells by how much chi_T may exceed it by chance.
//
// Events: jumps of the material time, looked for between all frames by the score of the clock model: pairs of up to 16 frames apart
// that straddle a place say how far s advances there. The largest is added to the clock, and the search repeated, until none is above
// 4.5 standard errors; a jump of half a frame's advance or less is never one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/clock_fit.hpp"

namespace patina {

struct ChiT {
  double lag = 0.0;
  double value = 0.0;           // chi_T over contrast squared
  double floor_closed = 0.0;    // in the same unit
  double floor_drawn = 0.0;
  double floor_scatter = 0.0;   // standard deviation of chi_T of even dynamics
  double probability = 1.0;     // of so large a chi_T if dynamics are even
  double excess() const { return value - floor_closed; }
};

struct JumpEvent {
  double time = 0.0;     // between two frames: of the second
  double advance = 0.0;  // of s
  double error = 0.0;
};

struct Intermittency {
  bool judged = false;
  std::string reason;
  std::vector<ChiT> chi_T;  // lags from one frame on, evenly in their logarithm
  bool above_floor = false;  // at any lag beyond chance (1 % in all)
  std::vector<JumpEvent> events;
  std::string text;
};

Intermittency judge_intermittency(const SpeckleRecord& record, const ClockFit& fit, std::uint64_t seed = 1);

}  // namespace patina
