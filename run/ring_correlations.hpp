// SPDX-License-Identifier: BSD-3-Clause
// Correlations of intensities that wait in a file, ring by ring: C(i, j) = <I_i I_j> / (<I_i> <I_j>), < > over the pixels of a ring, of
// the frames of a record. As many pixels at a time as fit into memory.
#pragma once

#include <cstdint>
#include <vector>

#include "run/intensity_file.hpp"

namespace patina {

struct RingCorrelations {
  double mean = 0.0;                // intensity of a pixel in a frame
  double contrast = 0.0;            // the mean of C(i, i) - 1
  std::vector<double> frame_mean;   // of each place: intensity of a pixel
  std::vector<double> g2;           // of each delay of a multi-tau correlator (multi_tau_delays): C of means over the frames of its level, mean over blocks
  std::vector<double> two_time;     // [i][j] of frames 0, stride, 2 stride, ...
};

// `ring`: of each number of a frame, from 1, 0: none. `record`: which frame stands at place 0, 1, ...
std::vector<RingCorrelations> correlate_rings(const IntensityFile& frames, const std::vector<std::int64_t>& record, const std::vector<std::int32_t>& ring,
                                              int rings, const std::vector<int>& delays, int stride);

double bytes_of_ring_correlations(double frames, double rings, double delays, double shown, double pixels);

}  // namespace patina
