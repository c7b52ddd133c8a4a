// SPDX-License-Identifier: BSD-3-Clause
// When waiting times begin: each at the first frame at or after it, a frame of its own, and what is told where that is not the time
// that was asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace patina {

// The frame, of those so far apart, from 0.
std::int64_t frame_of_waiting_time(double time_ps, double interval_ps);

class WaitingTimes {
 public:
  // `label` begins messages, `tell` (may be empty) takes a line for the log.
  WaitingTimes(std::vector<double> requested_ps, std::string label, std::function<void(const std::string&)> tell);

  // Whether one begins at a frame of this time. Throws Error(bad_input) if two do.
  bool begins(double time_ps);
  // How many have begun, for a checkpoint.
  std::size_t begun() const { return begun_; }
  void resume(std::size_t begun) { begun_ = begun; }

  // What was asked for, ascending: of the first that began, the second, ...
  const std::vector<double>& requested_ps() const { return requested_ps_; }

 private:
  std::vector<double> requested_ps_;
  std::string label_;
  std::function<void(const std::string&)> tell_;
  std::size_t begun_ = 0;
};

// Of a length of time that should be so many frames: "max_lag_ps 0.25 ps: 0.2 ps are taken, frames are 0.1 ps apart"; empty if it is.
std::string words_of_rest(const std::string& key, double requested_ps, double interval_ps);

}  // namespace patina
