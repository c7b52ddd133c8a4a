// SPDX-License-Identifier: BSD-3-Clause
// The key "direction" of observers: which directions of q they look at (scattering/q_set.hpp).
#pragma once

#include <array>

#include "core/config.hpp"
#include "scattering/q_set.hpp"

namespace patina {

struct DirectionConfig {
  std::array<double, 3> axis = {0.0, 0.0, 1.0};
  double from_deg = 0.0;
  double to_deg = 90.0;
  QDirection direction() const { return {{{axis[0], axis[1], axis[2]}}, from_deg, to_deg}; }
};

void describe(ConfigTable<DirectionConfig>& table);

}  // namespace patina
