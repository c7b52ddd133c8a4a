// SPDX-License-Identifier: BSD-3-Clause
// What steps of a protocol ask of those before them: that there is one of the name that a `restore` or a `branch` gives, that branches differ, that atoms move.
#pragma once

#include "run/run_config.hpp"

namespace patina {

// Every step by itself, the structure and the dynamics must have been read and found right.
void check_sequence(const RunConfig& run, const ConfigChecker& at);

}  // namespace patina
