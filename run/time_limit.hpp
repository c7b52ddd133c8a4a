// SPDX-License-Identifier: BSD-3-Clause
// --max-walltime: when a run must have stopped, with a checkpoint. What the checkpoint takes is set aside: twice the slowest one so
// far, and five seconds before any was written.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace patina {

// Seconds of "90", "30:00", "23:50:00" or "2-12:00:00" (days, as Slurm writes them); nothing if it is none of these.
std::optional<double> parse_walltime(const std::string& text);

class TimeLimit {
 public:
  TimeLimit() = default;  // none
  // Counted from now.
  TimeLimit(double limit_s, const std::string& text) : limit_s_(limit_s), text_(text) {}

  bool is_set() const { return limit_s_ > 0.0; }
  // Whether a checkpoint must begin now.
  bool over() const { return is_set() && elapsed_s() + reserve_s_ >= limit_s_; }
  // A checkpoint that took so long.
  void count_checkpoint(double seconds) {
    slowest_s_ = std::max(slowest_s_, seconds);
    reserve_s_ = std::min(2.0 * slowest_s_, limit_s_ / 2);
  }
  // As the user gave it.
  const std::string& text() const { return text_; }

 private:
  using Clock = std::chrono::steady_clock;
  double elapsed_s() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  double limit_s_ = 0.0;
  std::string text_;
  double slowest_s_ = 0.0;
  double reserve_s_ = std::min(5.0, limit_s_ / 2);
  Clock::time_point start_ = Clock::now();
};

}  // namespace patina
