// SPDX-License-Identifier: BSD-3-Clause
// The raw frames of a detector, one after the other, in files that other programs read [formats.md 2.1, 2.5, 2.6]; never more than a few
// frames are in memory, as many as threads compress at a time, with the same bytes on any number of them. Each file has its name only when it is whole. STEM is the measurement's, "s0001".
//
//   dense    STEM.h5: /entry/data/data (frames, rows, columns) of 16 or 32 bits, a chunk a frame, byte shuffle and gzip 1; the same
//            dataset as /entry_0000/measurement/data and /1.1/measurement/eiger4m (ESRF)
//   events   STEM_events.h5: /entry_0000/measurement/data/{frame_ptr (frames + 1), index, intensity}, pixels row by row (ESRF, ID10)
//   rigaku   STEM.bin: a little-endian word of 64 bits for each pixel that counted: frame << 40 | pixel << 16 | count (APS)
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "beamline/photons.hpp"

namespace patina {

struct FrameStorage {
  bool dense = true, events = false, rigaku = false;
  bool wide = false;  // counts of 32 bits in STEM.h5
};

struct FrameShape {
  std::int64_t frames = 0;
  int rows = 0, columns = 0;
  std::int64_t pixels() const { return std::int64_t{rows} * columns; }
};

// The largest count that all files of the storage hold.
std::uint32_t most_counts(const FrameStorage& storage);
// Throws Error(bad_input) that begins with `place` if nothing is stored, or frames have more pixels or numbers than a file can tell.
void check(const FrameStorage& storage, const FrameShape& shape, const std::string& place);
// Before compression, and where `counting` pixels of a frame count something.
double bytes_of_frames(const FrameStorage& storage, const FrameShape& shape, double counting);

// One of the files.
class FrameFile {
 public:
  virtual ~FrameFile() = default;
  // The next frame: its pixels that counted, in order. More than most_counts() is cut to it.
  virtual void push(std::span<const PhotonEvent> events) = 0;
  // All frames are there: closes the file and gives it its name.
  virtual void finish() = 0;
};

// FOLDER/STEM... of all that are stored. `two_theta_deg` stands beside dense frames for the ESRF's dynamix.
std::vector<std::unique_ptr<FrameFile>> create_frame_files(const std::string& folder, const std::string& stem, const FrameStorage& storage,
                                                           const FrameShape& shape, double two_theta_deg);

}  // namespace patina
