// SPDX-License-Identifier: BSD-3-Clause
#include "run/even_times.hpp"

#include <fmt/format.h>

#include <cmath>

#include "run/span_checks.hpp"

namespace patina {

EvenTimes::EvenTimes(const ObserverConfig& observer)
    : interval_(std::visit([](const auto& c) { return static_cast<std::int64_t>(c.interval_steps); }, observer)), needs_times_(correlates_times(observer)) {
  if (const auto* multi_tau = std::get_if<MultiTauConfig>(&observer)) start_ps_ = multi_tau->start_ps;
}

void EvenTimes::take(std::int64_t number, double time_ps, const std::string& place) {
  if (!needs_times_ || !fault_.empty() || number % interval_ != 0 || time_ps < start_ps_ * (1.0 - 1e-9)) return;
  if (frames_ == 0) first_ps_ = time_ps;
  if (frames_ == 1) step_ps_ = time_ps - first_ps_;
  const double expected = first_ps_ + static_cast<double>(frames_) * step_ps_;
  if (frames_ > 0 && (!(time_ps > last_ps_) || std::abs(time_ps - expected) > 1e-6 * (expected - first_ps_)))
    fault_ = fmt::format("{}: frames must be equally spaced in time, but one at {} ps came where {} ps was expected, since the first", place, time_ps, expected);
  last_ps_ = time_ps;
  ++frames_;
}

}  // namespace patina
