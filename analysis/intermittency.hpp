// SPDX-License-Identifier: BSD-3-Clause
// Do speckles fluctuate more than their number lets them? chi_T(lag) is the variance over t of C(t, t + lag) about the fitted clock
// [A. Duri, H. Bissig, V. Trappe and L. Cipelletti, Phys. Rev. E 72 (2005) 051401, doi 10.1103/PhysRevE.72.051401]. So many speckles and
// photons give it a floor even where dynamics are even: the trace of their covariances along the lag, by the closed form
// (beamline/correlation_error.hpp) and by drawn pixels, less in both what the fit follows of them (fit_residuals.hpp), without which even
// samples would reach two thirds of it. By how much chi_T exceeds the floor by chance, drawn records tell: it is a sum of squares of normal
// numbers, taken for a scaled chi^2 of the same mean and variance [F. E. Satterthwaite, Biometrics Bull. 2 (1946) 110].
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/clock_fit.hpp"
#include "analysis/jump_events.hpp"

namespace patina {

struct ChiT {
  double lag = 0.0;
  double value = 0.0;           // chi_T over contrast squared
  double floor_closed = 0.0;    // in the same unit: the mean of chi_T of even dynamics
  double floor_drawn = 0.0;
  double floor_scatter = 0.0;   // standard deviation of chi_T of even dynamics
  double probability = 1.0;     // of so large a chi_T if dynamics are even
  double excess() const { return value - floor_closed; }
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
