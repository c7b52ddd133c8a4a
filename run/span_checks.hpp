// SPDX-License-Identifier: BSD-3-Clause
// What observers ask of the time that they watch, a protocol step or a stored trajectory: waiting times and lags within it, two frames
// at least, a frame of its own for each waiting time.
#pragma once

#include <cstdint>
#include <string>

#include "core/config.hpp"
#include "run/observer_config.hpp"

namespace patina {

struct WatchedSpan {
  std::string what;    // "the step", "the trajectory"
  std::string length;  // "100 time steps", "41 frames"
  std::int64_t steps = 0;  // of which interval_steps counts: time steps, or frames after the first
  double step_ps = 0.0;
  double duration_ps() const { return static_cast<double>(steps) * step_ps; }
};

// Whether it needs times: more than one instant, and when they were.
bool correlates_times(const ObserverConfig& observer);

// Reports what the span does not allow at POINTER/key; `pointer` counts from the object of `at`.
void check_span(const ObserverConfig& observer, const WatchedSpan& span, const std::string& pointer, const ConfigChecker& at);

}  // namespace patina
