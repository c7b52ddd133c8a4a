// SPDX-License-Identifier: BSD-3-Clause
#include "core/amounts.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace patina {

std::string bytes_text(double bytes) {
  return bytes < 1e9 ? fmt::format("{:.3g} MB", 1e-6 * bytes) : fmt::format("{:.3g} GB", 1e-9 * bytes);
}

std::string clock_time(double seconds) {
  constexpr double seconds_per_day = 86400.0, most_days_in_hours = 4.0;
  if (seconds > most_days_in_hours * seconds_per_day) return fmt::format("{:.0f} days", seconds / seconds_per_day);
  const auto s = static_cast<std::int64_t>(seconds + 0.5);
  if (s >= 3600) return fmt::format("{}:{:02d}:{:02d}", s / 3600, s / 60 % 60, s % 60);
  return fmt::format("{}:{:02d}", s / 60, s % 60);
}

}  // namespace patina
