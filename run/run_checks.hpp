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

// What is allowed, but seldom meant: a line for each.
std::vector<std::string> doubts(const RunConfig& run);

}  // namespace patina
