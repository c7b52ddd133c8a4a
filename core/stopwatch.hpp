// SPDX-License-Identifier: BSD-3-Clause
// Wall time between one point of a program and the next.
#pragma once

#include <chrono>

namespace patina {

class Stopwatch {
 public:
  // Seconds since the last lap, or since the watch was made.
  double lap() {
    const auto now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_ = Clock::now();
};

}  // namespace patina
