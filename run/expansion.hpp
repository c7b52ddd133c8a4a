// SPDX-License-Identifier: BSD-3-Clause
// Composite steps of a protocol as the elementary ones that they stand for. It is done when an input is read: resolved.json,
// checkpoints, thermo.csv and results know elementary steps only, each a linear ramp of temperature, pressure and strain (schedule.hpp).
#pragma once

#include <vector>

#include "run/run_config.hpp"

namespace patina {

inline constexpr int most_holds = 1000, most_cycles = 1000, most_increments = 10000;

// Temperatures of the holds, K; none if the range does not end at to_K.
std::vector<double> hold_temperatures(const HoldStepsStep& step);

// At least one of a step that its table has no complaint of. `dynamics`: what the step takes that has no control of its own.
std::vector<StepConfig> elementary_steps(const ProtocolItem& item, const DynamicsConfig& dynamics);

// All elementary steps of the protocol, in order.
std::vector<StepConfig> elementary_steps(const RunConfig& config);

// The same run with elementary steps only.
RunConfig expanded(RunConfig config);

}  // namespace patina
