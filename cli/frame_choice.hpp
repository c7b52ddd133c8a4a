// SPDX-License-Identifier: BSD-3-Clause
// Options of verbs that read trajectories: which frames, which axes are periodic.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace patina {

// Which frames of a trajectory: first, first + every, ... up to last, counted from 0; or the last one alone.
struct FrameChoice {
  std::int64_t first = 0, last = INT64_MAX, every = 1;
  bool only_last = false;

  bool takes(std::int64_t frame) const { return frame >= first && frame <= last && (frame - first) % every == 0; }
};

// Of --frames: N, FIRST:LAST, FIRST:LAST:EVERY or last; "": all. Error(usage) otherwise.
FrameChoice parse_frames(const std::string& text);
// Of --boundary: three of p and f; "": not given. Error(usage) otherwise.
std::optional<std::array<bool, 3>> parse_boundary(const std::string& text);

}  // namespace patina
