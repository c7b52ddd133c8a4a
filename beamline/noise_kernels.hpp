// SPDX-License-Identifier: BSD-3-Clause
// The hot loops of synthetic speckle fields, compiled once for each instruction set and chosen at run time; all versions give the
// same bits. Fields are two arrays of floats, real and imaginary parts; pixels go in groups of 16, one after the other.
//
// White noise xi is complex Gaussian, circular, <|xi|^2> = 1, by Box and Muller: xi = sqrt(-ln u) exp(i 2 pi v). u has 31 bits:
// |xi|^2 ends at 22.2, beyond which there would be one number in 4e9.
#pragma once

#include <cstdint>

#include "core/lanes_choice.hpp"

namespace patina {

constexpr int pixel_group = 16;
constexpr int most_clocks = 3;

// Philox4x32-10 (core/rng.hpp) of one noise at one step: its key, and its counter but for word 2, which counts blocks. Pixels l and
// l + 8 of group g share block 8 g + l: the first has u and v from its words 0 and 1, the second from 2 and 3.
struct NoiseCounter {
  std::uint32_t key[2];
  std::uint32_t word0, word1, word3;
};

struct NoiseKernels {
  const char* name;
  // E += change E + add xi for groups first .. first + groups - 1, whose fields begin at re and im. change = -1, add = 1: white
  // noise, onto finite fields.
  void (*renew)(const NoiseCounter& counter, std::uint32_t first, int groups, float change, float add, float* re, float* im);
  // E = scale sum_m exp(i 2 pi phase_m) of one group, phase_m = turns_m + sum_c rate_mc s_c over 1, 2 or 3 clocks, without
  // rounding before whole turns are dropped as long as |rate s| < 2^104; rate: [modes][clocks][16], turns: [modes][16].
  using SumModes = void(const double* rate, const double* turns, int modes, const double* s, float scale, float* re, float* im);
  SumModes* sum_modes[most_clocks];
  // E += sum_j row_j xi_j of one group; xi: [count][2][16], real and imaginary parts.
  void (*weigh)(const float* row, const float* xi, int count, float* re, float* im);
};

LanesVersions<NoiseKernels> noise_kernel_versions();
// The fastest that this machine runs.
const NoiseKernels& noise_kernels();

}  // namespace patina
