// SPDX-License-Identifier: BSD-3-Clause
#include "run/time_limit.hpp"

#include <charconv>
#include <vector>

namespace patina {

namespace {

// A number of at most nine digits and nothing else.
std::optional<int> digits(std::string_view text) {
  int value = 0;
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::optional<double> parse_walltime(const std::string& text) {
  std::string_view rest = text;
  double days = 0.0;
  bool has_days = false;
  if (const std::size_t dash = rest.find('-'); dash != std::string_view::npos) {
    const auto value = digits(rest.substr(0, dash));
    if (!value) return std::nullopt;
    days = *value;
    has_days = true;
    rest.remove_prefix(dash + 1);
  }
  std::vector<int> parts;
  for (std::size_t begin = 0; begin <= rest.size();) {
    const std::size_t end = std::min(rest.find(':', begin), rest.size());
    const auto value = digits(rest.substr(begin, end - begin));
    if (!value) return std::nullopt;
    parts.push_back(*value);
    begin = end + 1;
  }
  // After days come hours; otherwise the last part is seconds.
  if (parts.size() > 3) return std::nullopt;
  if (has_days) parts.resize(3, 0);
  double seconds = 0.0;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    if (k > 0 && parts[k] > 59) return std::nullopt;
    seconds = 60.0 * seconds + parts[k];
  }
  seconds += 86400.0 * days;
  return seconds > 0.0 ? std::optional<double>(seconds) : std::nullopt;
}

}  // namespace patina
