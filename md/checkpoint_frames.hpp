// SPDX-License-Identifier: BSD-3-Clause
// A checkpoint, or a kept sample, as a structure file of one frame.
#pragma once

#include <memory>
#include <string>

#include "md/structure_file.hpp"

namespace patina {

// Whether an HDF5 file is one of them.
bool is_checkpoint_file(const std::string& path);

std::unique_ptr<FrameReader> open_checkpoint(const std::string& path, const ReadOptions& options = {});

}  // namespace patina
