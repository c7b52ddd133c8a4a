// SPDX-License-Identifier: BSD-3-Clause
// A measured record of known truth: speckles of beamline's generators, counted if asked for, and correlated.
#pragma once

#include "analysis/speckle_record.hpp"
#include "beamline/clock.hpp"

namespace patina::test {

struct SyntheticRecord {
  ClockSpec clock = StationaryClock{10.0};
  double kww_exponent = 1.0;
  double contrast = 1.0;
  int frames = 128;      // one in a second
  int pixels = 1024;     // a multiple of 16
  double photons = 0.0;  // per pixel and frame; 0: intensities as they are
  int pixels_per_speckle = 1;  // that see the same intensity, each with photons of its own
  int parts = 1;               // of the pixels, each normalised by itself
  int blocks = 0;              // of pixels, whose scatter is told as the errors of g2, with neither pixels nor photons; 0: these are told
  bool table = false;          // of g2 alone: neither a map nor the number of frames
  double fast_share = 0.0, fast_tau = 1.0;  // of f, lost in a step of its own, exp(-t / fast_tau)
};

// With g2, the mean of C along its diagonals.
SpeckleRecord make_record(const SyntheticRecord& truth, int seed);

// C - 1 without noise and without the bias of few pixels.
SpeckleRecord exact_record(const SyntheticRecord& truth);

}  // namespace patina::test
