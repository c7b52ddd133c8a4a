// SPDX-License-Identifier: BSD-3-Clause
// The host's hot loops: the two pair passes over flat chunks, in double and in mixed precision, and the neighbour
// search. Compiled once for each instruction set and chosen at run time; all versions give the same sums to the last
// bit; their searches may differ by pairs at the very edge of the radius, within the skin. Each pass goes
// over blocks of chunks three times: first distances and where the table rows of all their pairs are, then polynomials, then
// sums. Short loops have several chunks under way at once; a single one is longer than what a core looks ahead, and waits for
// each row.
//
// Mixed precision takes two chunks at once. Places are whole numbers of a step of some 1e-8 A modulo 2^32, so differences
// are exact; pair terms are computed in single precision from there on, and summed in the same whole numbers as in double.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/lanes_choice.hpp"

namespace patina {

constexpr int chunk_width = 8;
// While they are searched, a partner is its row and in the highest bits its type.
constexpr int partner_type_shift = 28;
constexpr int partner_row_mask = (1 << partner_type_shift) - 1;
constexpr int most_chunk_types = 8;

// What the pair passes need of EamTables, as plain pointers. Number: double or float.
template <class Number>
struct ChunkTables {
  const Number* density = nullptr;  // rows of 4
  const Number* pair = nullptr;     // rows of 8
  int base[8][8] = {};              // row with which the table (s, t) begins: what s contributes at t
  int last_row = 0, zero_row = 0;
  double inv_r_step = 0.0;
  double density_cutoff_sq = 0.0, pair_cutoff_sq = 0.0;
  double closest_sq = 0.0;  // closer pairs are taken to stand at this distance
  double density_units = 0.0, force_units = 0.0, energy_units = 0.0;  // per electron density, eV/A, eV
  bool symmetric = false;
};

// Atoms and chunks of one thread, and where it sums. Place: double, or std::uint32_t for mixed precision.
template <class Place>
struct ChunkPass {
  const Place* place = nullptr;  // rows (x y z F'); of whole numbers: the last column holds the bits of a float
  double place_step = 1.0;       // of whole numbers, Angstrom; a power of two
  const int* type = nullptr;
  std::size_t chunks = 0;
  // One chunk more than that must be there, for passes that take two at once.
  const int* atom = nullptr;
  const int* partner = nullptr;                 // 8 per chunk: where a partner's row of four numbers begins
  const unsigned char* partner_type = nullptr;  // alike
  int filler = -1;                              // the partner that fills up chunks
  const int* row_of_partner = nullptr;  // force pass over ghosts: row where partner row's force is added; else nullptr
  std::int64_t* own = nullptr;          // sums of first atoms: densities, or rows of 4 forces
  std::int64_t* others = nullptr;       // sums of partners; nullptr: they are not wanted
};

// Candidates for partners of atoms, in the order of cells; coordinates relative to a common point.
struct SearchAtoms {
  const float *x = nullptr, *y = nullptr, *z = nullptr;
  const int* partner = nullptr;  // row and type
};

struct PairRadii {
  alignas(64) float inner_sq[16] = {};
  alignas(64) float outer_sq[16] = {};
};

template <class Number, class Place>
struct PairPasses {
  // Adds the densities of pairs; returns the smallest squared distance.
  double (*densities)(const ChunkTables<Number>&, const ChunkPass<Place>&);
  // Adds the forces of pairs; with `energy` also sum of phi, in energy units. Without, pairs of more than 2^50 units of force
  // (mixed: 2^30), 64 eV/A or more, do not fit into the vectors used: false if there was one, and the sums are wrong.
  bool (*forces)(const ChunkTables<Number>&, const ChunkPass<Place>&, __int128* energy);
};

struct ChunkKernels {
  const char* name;
  PairPasses<double, double> in_double;
  PairPasses<float, std::uint32_t> mixed;
  // Appends the candidates first .. last - 1 closer to r than the radii of their types, inner and outer ones
  // apart; writes up to 16 ints beyond the new ends.
  void (*search)(const SearchAtoms&, int first, int last, const float* r, const PairRadii&, int*& inner,
                 int*& outer);
};

// The versions that this machine runs, and the fastest of them.
LanesVersions<ChunkKernels> chunk_kernel_versions();
const ChunkKernels& chunk_kernels();

}  // namespace patina
