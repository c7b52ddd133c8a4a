// SPDX-License-Identifier: BSD-3-Clause
// Stress relaxation as it stands in analysis.json.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "analysis/stress_relaxation.hpp"

namespace patina {

nlohmann::ordered_json json_of(const StressRelaxation& one);

}  // namespace patina
