// SPDX-License-Identifier: BSD-3-Clause
// What a person sees while frames are read: how many, how fast, how long it still takes, every few seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/log.hpp"

namespace patina {

class FrameProgress {
 public:
  FrameProgress(Log& log, std::string what, std::int64_t frames) : log_(log), what_(std::move(what)), frames_(frames) {}
  // So many are done.
  void report(std::int64_t done);
  double elapsed_s() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr double interval_s = 5.0;

  Log& log_;
  std::string what_;
  std::int64_t frames_;
  Clock::time_point start_ = Clock::now(), last_line_ = Clock::now();
};

}  // namespace patina
