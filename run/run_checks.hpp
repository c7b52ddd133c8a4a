// SPDX-License-Identifier: BSD-3-Clause
// What the sections of an input must not say against each other: elements, lengths of steps, what observers ask of
// the step that they watch.
#pragma once

#include <string>
#include <vector>

#include "run/run_config.hpp"

namespace patina {

// Reports every contradiction through `at`; sections that could not be read are passed over.
void check_run(const RunConfig& run, const ConfigChecker& at);

// The key that gives the pressure of a step: "/pressure_GPa".
const char* pressure_key(const ProtocolItem& item);

// Whether any of them is to come to a pressure other than 0.
bool ask_for_pressure(const std::vector<StepConfig>& steps);

// What is allowed, but seldom meant: a line for each.
std::vector<std::string> doubts(const RunConfig& run);

}  // namespace patina
