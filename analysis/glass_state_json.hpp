// SPDX-License-Identifier: BSD-3-Clause
// Parts of analysis.json and of a joint analysis that tell of heating, minima and tau(T).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "analysis/glass_state.hpp"
#include "analysis/inherent_structure.hpp"

namespace patina {

nlohmann::ordered_json json_of(const GlassTransition& transition);
nlohmann::ordered_json json_of(const QuenchAnalysis& quench);
nlohmann::ordered_json json_of(const HeatingScan& scan);
nlohmann::ordered_json json_of(const ComparedScan& compared, const std::vector<HeatingScan>& scans);
nlohmann::ordered_json json_of(const InherentStructure& minimum);
nlohmann::ordered_json json_of(const TauOfTemperature& tau);
nlohmann::ordered_json json_of(const TauOfHolds& tau);

// Words on what is told above.
nlohmann::ordered_json glass_conventions();

// Of a table of tau(T) by itself: what was read, and the laws.
std::string to_json(const std::string& path, const TauOfTemperature& tau);

}  // namespace patina
