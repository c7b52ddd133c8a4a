// SPDX-License-Identifier: BSD-3-Clause
// A mean over the frames of a trajectory and its statistical error. Frames that follow each other closely are alike, so errors are those
// of blocks: means of 1, 2, 4, ... frames [Flyvbjerg & Petersen, J. Chem. Phys. 91, 461 (1989), doi 10.1063/1.457480], the largest as long
// as there are eight blocks.
#pragma once

#include <vector>

namespace patina {

struct FrameMean {
  double mean = 0.0, error = 0.0;  // NaN of no frames; of one
};
// Values that are NaN (of frames in which the quantity has no meaning) do not count.
FrameMean frame_mean(const std::vector<double>& of_frames);

}  // namespace patina
