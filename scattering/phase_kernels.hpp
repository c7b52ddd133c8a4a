// SPDX-License-Identifier: BSD-3-Clause
// The host's hot loops of sums of phases (phase_sum.hpp), compiled once for each instruction set and chosen at run time; all
// versions, and the kernels for devices, give the same bits.
//
// Points go in blocks of 32. A table holds powers n = 0 .. count - 1 of a phase of each: row n is 32 real parts, then 32
// imaginary ones. For each n_y, n_z (a row of the plan) w = Y^n_y Z^n_z, and for each power m = |n_x| in it (an entry) four
// real sums over points
//
//   Re w Re X^m,   Im w Im X^m,   Re w Im X^m,   Im w Re X^m
//
// from which both n_x = m and n_x = -m follow: half the work of a sum for each, where a set holds both.
#pragma once

#include <cstdint>

#include "core/lanes_choice.hpp"
#include "core/phase_series.hpp"

namespace patina {

constexpr int phase_block = 32;
constexpr int phase_anchor = 16;  // powers from one evaluation of the phase to the next
constexpr int phase_table_row = 2 * phase_block;

// Rows and entries of a plan (phase_plan.hpp), on the host.
struct PhaseRows {
  const int* row_start;   // [rows + 1], in entries
  const int* row_miller;  // [rows][2]: n_y, n_z >= 0
  const int* power;       // [entries]
};

struct PhaseKernels {
  const char* name;
  // Powers of the phases of a block, s within -1/2 .. 1/2, times a scale of each.
  void (*powers)(const double* s, const double* scale, int count, double* table);
  // Adds a block to sums[4 entry ...], in units of 2^-47, for rows first .. last - 1; x, y, z: its tables.
  void (*rows)(const PhaseRows& rows, int first, int last, const double* x, const double* y, const double* z, std::int64_t* sums);
};

LanesVersions<PhaseKernels> phase_kernel_versions();

}  // namespace patina
