// SPDX-License-Identifier: BSD-3-Clause
// Composite steps of a protocol as the elementary ones that they stand for. It is done when an input is read: resolved.json,
// checkpoints, thermo.csv and results know elementary steps only, each a linear ramp of temperature, pressure and strain (schedule.hpp).
#pragma once

#include <vector>

#include "run/run_config.hpp"

namespace patina {

inline constexpr int most_holds = 1000, most_cycles = 1000, most_increments = 10000, most_branches = 3000;

// Temperatures of the holds, K; none if the range does not end at to_K.
std::vector<double> hold_temperatures(const HoldStepsStep& step);

// At least one of a step that its table has no complaint of. `dynamics`: what the step takes that has no control of its own.
std::vector<StepConfig> elementary_steps(const ProtocolItem& item, const DynamicsConfig& dynamics);

// Where the item, or the one within a branch, of which each of these is stands in the input: "/protocol/3", "/protocol/3/steps/0".
std::vector<std::string> places_of_elementary_steps(const ProtocolItem& item, const DynamicsConfig& dynamics, const std::string& place);

// All elementary steps of the protocol, in order. The last, and those that a `restore` goes back to, keep their samples.
std::vector<StepConfig> elementary_steps(const RunConfig& config);

// The earlier steps that a step `from` of a `restore` at `index` may mean; exactly one if it is clear.
std::vector<std::size_t> steps_meant(const std::vector<StepConfig>& steps, std::size_t index, const std::string& from);

// The step that the `restore` at `index` goes back to. Throws Error(bad_input) unless there is exactly one.
std::size_t restored_step(const std::vector<StepConfig>& steps, std::size_t index);

// What stands before the labels of a branch, counted from 1: "b01_".
std::string branch_prefix(const BranchStep& step, const std::string& from, int branch);

// A step of a branch as one of a protocol.
ProtocolItem item_of(const BranchItem& item);

// The same run with elementary steps only.
RunConfig expanded(RunConfig config);

}  // namespace patina
