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

#include <array>
#include <cstddef>
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

// A set that holds nearly all powers of its rows, as that of all vectors up to some q, is summed without sums over the lanes of a
// vector: of a row, the powers 8 g .. 8 g + 7 for g = first_group .. last_group - 1 stand side by side, wanted or not. Points go in
// pairs of blocks; a strand of them, in half the lanes of a block, is what one double sums: it stays between 32 and 64, though
// rounding may take a product beyond 1.
constexpr int phase_group = 8;  // powers
constexpr int phase_strand = 15, strands_of_block = 2, strand_lanes = phase_block / strands_of_block;
constexpr int blocks_of_pair = 2, pair_lanes = blocks_of_pair * phase_block, pair_points = blocks_of_pair * strands_of_block * phase_strand;
// In order of `groups()` of them, so that several of a length follow each other.
struct PhaseRun {
  int n_y, n_z;
  int first_group, last_group;
  std::ptrdiff_t sums;  // where those of the row begin: [group][product][power]
  std::array<int, 2> groups() const { return {first_group, last_group}; }
  bool holds(int group) const { return first_group <= group && group < last_group; }
};
// The powers of a pair of blocks: of x [group][point][real or imaginary][power]; of y and z tables as above, of the second block so
// far behind those of the first.
struct PhasePair {
  const double *x, *y, *z;
  std::ptrdiff_t next_block;
};
constexpr std::ptrdiff_t pair_group_size = std::ptrdiff_t{2} * pair_points * phase_group;

struct PhaseKernels {
  const char* name;
  // Powers of the phases of a block, s within -1/2 .. 1/2, times a scale of each.
  void (*powers)(const double* s, const double* scale, int count, double* table);
  // Adds a block to sums[4 entry ...], in units of 2^-47, for rows first .. last - 1; x, y, z: its tables.
  void (*rows)(const PhaseRows& rows, int first, int last, const double* x, const double* y, const double* z, std::int64_t* sums);
  // Adds a pair of blocks to the sums of runs. w: room for 2 pair_lanes numbers of each run.
  void (*runs)(const PhaseRun* runs, int count, const PhasePair& pair, double* w, std::int64_t* sums);
};

LanesVersions<PhaseKernels> phase_kernel_versions();

}  // namespace patina
