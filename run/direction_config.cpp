// SPDX-License-Identifier: BSD-3-Clause
#include "run/direction_config.hpp"

#include <fmt/format.h>

namespace patina {

void describe(ConfigTable<DirectionConfig>& table) {
  using C = DirectionConfig;
  table.numbers("axis", &C::axis, {.at_least = -1e6, .at_most = 1e6}, "a direction in space, of any length").required();
  table.number("from_deg", &C::from_deg, {.at_least = 0.0, .at_most = 90.0},
               "least angle between q and the axis; q and -q count as one");
  table.number("to_deg", &C::to_deg, {.at_least = 0.0, .at_most = 90.0}, "largest angle; 90 is the plane across the axis");
  table.check_what_was_read([](const C& c, const ConfigChecker& at) {
    if (at.was_read({"axis"}) && c.axis[0] == 0.0 && c.axis[1] == 0.0 && c.axis[2] == 0.0)
      at.error("axis", "has no length: it points nowhere");
    if (at.was_read({"from_deg", "to_deg"}) && c.from_deg > c.to_deg)
      at.error("from_deg", fmt::format("{} lies above to_deg = {}", c.from_deg, c.to_deg));
  });
}

}  // namespace patina
