// SPDX-License-Identifier: BSD-3-Clause
// One reader for each layout of frames; open_frames() (frame_source.hpp) chooses.
#pragma once

#include <memory>
#include <string>

#include "frames/frame_source.hpp"

namespace patina {

std::unique_ptr<FrameSource> open_dense_frames(const FrameFileChoice& choice, const std::string& dataset);
std::unique_ptr<FrameSource> open_event_frames(const FrameFileChoice& choice, const std::string& group);
std::unique_ptr<FrameSource> open_rigaku_frames(const FrameFileChoice& choice);

}  // namespace patina
