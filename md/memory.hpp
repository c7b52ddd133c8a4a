// SPDX-License-Identifier: BSD-3-Clause
// What a run needs of memory, and of the disk, told before it starts: the sizes of all large arrays follow from the input, the cell and the
// numbers of ranks and threads. Each part of the program that keeps arrays has a function beside it that adds up its own. All
// in bytes, as doubles, because they may be beyond every integer.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "core/box.hpp"

namespace patina {

struct MemoryNeed {
  double kept = 0.0;        // from step to step, the most of it
  double frame = 0.0;       // and more while a frame is looked at,
  double checkpoint = 0.0;  // while a checkpoint is written,
  double finish = 0.0;      // while results are made and written
  double most() const { return kept + std::max({frame, checkpoint, finish}); }
};

struct RankNeeds {
  MemoryNeed root, other;  // of rank 0, and of each other rank
  std::string detail;      // what it follows from, for people
  double files = 0.0;      // and what it leaves on the disk, before compression
};

// The sample, and how it is spread.
struct SampleNumbers {
  Box box;
  std::vector<std::int64_t> count;  // atoms of each species
  std::uint64_t seed = 1;           // which vectors of a shell are taken
  int ranks = 1, threads = 1;
  int species() const { return static_cast<int>(count.size()); }
  double atoms() const { return static_cast<double>(std::accumulate(count.begin(), count.end(), std::int64_t{0})); }
  double atoms_of_rank() const { return std::ceil(atoms() / ranks); }
};

// What an observer sees of it, from its first frame to its last.
struct WatchedSample {
  SampleNumbers sample;
  std::int64_t frames = 1;
  double interval_ps = 0.0;  // from frame to frame
};

}  // namespace patina
