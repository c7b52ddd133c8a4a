// SPDX-License-Identifier: BSD-3-Clause
// Frames that were measured, from the files of beamlines, a few in memory at a time:
//
//   dense    HDF5: a dataset (frames, rows, columns) of integers or floating-point numbers, under any name
//   events   HDF5: a group with frame_ptr (frames + 1), index and intensity of the pixels that counted, row by row (ESRF, ID10)
//   rigaku   words of 64 bits, frame << 40 | pixel << 16 | count, in order of frames (APS); the last frame that counted ends the record
//
// the layouts of frame_file.hpp and of formats.md 2. Files may come from anywhere: what they hold is checked as it is read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "frames/frame_file.hpp"

namespace patina {

// What a pixel read, if it is not 0. Whole numbers are exact below 2^24.
struct PixelValue {
  std::uint32_t pixel = 0;
  float value = 0.0f;
};

struct FrameFileChoice {
  std::string path;
  std::string layout = "automatic";  // "dense", "events", "rigaku"
  std::string dataset;               // of dense frames, or the group of events; empty: where it is known to stand
  int rows = 0, columns = 0;         // of files that do not tell; 0: unknown
};

class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual FrameShape shape() const = 0;
  virtual std::string layout() const = 0;  // "dense", "events", "rigaku"
  // The file, and what in it: how messages begin.
  virtual std::string place() const = 0;
  virtual bool whole_numbers() const { return true; }
  // What stands for "saturated" or "no sensor here": this number or more. Infinite: nothing does.
  virtual double marked_from() const = 0;
  // The pixels of a frame that are not 0, in order. Frames that follow each other are read fastest.
  virtual void read(std::int64_t frame, std::vector<PixelValue>& values) = 0;
};

// Throws Error(missing_input), or Error(bad_input) that names file, dataset, value and what is allowed.
std::unique_ptr<FrameSource> open_frames(const FrameFileChoice& choice);

}  // namespace patina
