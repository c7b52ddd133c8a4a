// SPDX-License-Identifier: BSD-3-Clause
// Whether an observer will find the frames of a stored trajectory equally spaced in time, as lags need it; found from the times alone.
#pragma once

#include <cstdint>
#include <string>

#include "run/observer_config.hpp"

namespace patina {

class EvenTimes {
 public:
  EvenTimes(const ObserverConfig& observer);  // not explicit: one stands for each observer

  // Frame `number` of those that are looked at, from 0 on, at this time since the first. `place` names it.
  void take(std::int64_t number, double time_ps, const std::string& place);
  // What is wrong with the first frame that came too early or too late, else empty.
  const std::string& fault() const { return fault_; }

 private:
  std::int64_t interval_ = 1, frames_ = 0;
  bool needs_times_;
  double start_ps_ = 0.0, first_ps_ = 0.0, step_ps_ = 0.0, last_ps_ = 0.0;
  std::string fault_;
};

}  // namespace patina
