// SPDX-License-Identifier: BSD-3-Clause
// All numbers that one instant of a detector's speckles needs, in a row, a plane, one plane after the other; made by all threads of all
// ranks, for rank 0. A plane is cut into units, each a block of pixels of one movie: their intensities, or the fields of one
// mode of coherence, real parts, then imaginary ones. Where streams of all pixels fit into memory, they go on side by side; where they do not
// (generators that keep all frames), blocks are made one after the other, all planes of each, and wait in a file that has no name.
// The numbers are the same either way.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "beamline/speckle_movie.hpp"
#include "core/mpi.hpp"

namespace patina {

constexpr double most_live_bytes = 1.5e9;  // that streams keep side by side, on all ranks together

struct PlaneUnit {
  const SpeckleMovie* movie = nullptr;
  PixelBlock block;
  int mode = -1;          // -1: intensities, of all modes
  std::size_t begin = 0;  // in the plane
  std::size_t length() const { return static_cast<std::size_t>(block.count) * (mode < 0 ? 1 : 2); }
  double bytes() const;   // that its stream keeps
};

// Units of `count` pixels (made up to a multiple of pixel_group) of a movie from `begin` on, one after the other. A unit has so many pixels
// that it stays in a core's cache, and all of its planes in 16 MB.
std::vector<PlaneUnit> units_of(const SpeckleMovie& movie, std::int64_t count, int mode, std::size_t begin, std::int64_t planes);

class PlaneSource {
 public:
  // Collective. Units one after the other, from 0 on, without gaps; `scratch`: where the file may lie on rank 0. Movies outlive it.
  static std::unique_ptr<PlaneSource> create(const Comm& comm, std::vector<PlaneUnit> units, std::int64_t planes, const std::string& scratch,
                                             double most_live = most_live_bytes);
  virtual ~PlaneSource() = default;
  // Collective. The next so many planes on rank 0, [count][length]; elsewhere nothing.
  virtual void next(int count, std::vector<float>& planes) = 0;
};

// Whether create() takes the file, and how large it is.
bool waits_in_file(const std::vector<PlaneUnit>& units, double most_live = most_live_bytes);
std::size_t plane_length(const std::vector<PlaneUnit>& units);

}  // namespace patina
