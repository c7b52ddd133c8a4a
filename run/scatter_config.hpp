// SPDX-License-Identifier: BSD-3-Clause
// The input of `patina scatter`: how a stored trajectory is read, and what looks at it. docs/scatter.md is
// generated from the table in scatter_config.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "run/observer_config.hpp"

namespace patina {

struct FrameChoiceConfig {
  std::int64_t first = 0;
  std::optional<std::int64_t> last;
  std::int64_t every = 1;
};

struct ScatterConfig {
  std::string title;
  std::uint64_t seed = 1;
  std::optional<std::vector<std::string>> species, boundary;
  FrameChoiceConfig frames;
  std::string unwrap = "auto";
  std::optional<double> time_between_frames_ps, time_step_fs;
  std::vector<StoredObserverConfig> observers;
};

void describe(ConfigTable<ScatterConfig>& table);

// As those of a run, whose intervals are frames.
std::vector<ObserverConfig> observers_of(const ScatterConfig& config);

// Whether any of them depends on times and paths of atoms.
bool any_moves(const std::vector<ObserverConfig>& observers);

}  // namespace patina
