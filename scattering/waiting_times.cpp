// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/waiting_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace patina {

namespace {

constexpr double slack = 1e-6;  // frames; times are sums of many intervals

}  // namespace

std::int64_t frame_of_waiting_time(double time_ps, double interval_ps) {
  return static_cast<std::int64_t>(std::ceil(time_ps / interval_ps - slack));
}

WaitingTimes::WaitingTimes(std::vector<double> requested_ps, std::string label, std::function<void(const std::string&)> tell)
    : requested_ps_(std::move(requested_ps)), label_(std::move(label)), tell_(std::move(tell)) {
  std::sort(requested_ps_.begin(), requested_ps_.end());
}

bool WaitingTimes::begins(double time_ps) {
  const double rounding_ps = 1e-9 * (1.0 + std::abs(time_ps));
  const auto reached = [&](std::size_t k) { return k < requested_ps_.size() && requested_ps_[k] <= time_ps + rounding_ps; };
  if (!reached(begun_)) return false;
  if (reached(begun_ + 1))
    throw Error(ExitCode::bad_input, fmt::format("{}: the waiting times {} and {} ps both begin at the frame at {:g} ps: each needs one of its own", label_,
                                                 requested_ps_[begun_], requested_ps_[begun_ + 1], time_ps));
  const double requested_ps = requested_ps_[begun_++];
  if (tell_ && time_ps - requested_ps > rounding_ps)
    tell_(fmt::format("{}: waiting time {} ps begins with the next frame, at {:g} ps", label_, requested_ps, time_ps));
  return true;
}

std::string words_of_rest(const std::string& key, double requested_ps, double interval_ps) {
  const double frames = requested_ps / interval_ps, whole = std::floor(frames + slack);
  if (frames - whole <= slack) return "";
  return fmt::format("{} {} ps: {:g} ps are taken, frames are {:g} ps apart", key, requested_ps, whole * interval_ps, interval_ps);
}

}  // namespace patina
