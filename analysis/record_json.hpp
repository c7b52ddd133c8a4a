// SPDX-License-Identifier: BSD-3-Clause
// What is found in speckles, as JSON: a part of analysis.json, or all of the analysis of a result file.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analysis/record_analysis.hpp"

namespace patina {

nlohmann::ordered_json json_of(const RecordAnalysis& analysis);
// How its numbers are meant.
nlohmann::ordered_json record_conventions();

// The analysis of a file of results.
std::string to_json(const std::string& path, const std::string& recognised_as, const std::vector<std::string>& notes, const std::vector<RecordAnalysis>& records);

}  // namespace patina
