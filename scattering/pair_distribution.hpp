// SPDX-License-Identifier: BSD-3-Clause
// Pair distribution functions g_ab(r) by counting pairs in bins of their distance, each with every periodic image of the other:
// distances may go beyond half the cell, and an atom's own images are pairs too. With n_ab(i) pairs of species a and b in a bin
// [r, r + bin), each counted once, of shell volume v_i = (4 pi / 3) [(r + bin)^3 - r^3]:
//
//   g_ab = V n_ab / (N_a N_b v_i)  (a != b),   g_aa = 2 V n_aa / (N_a^2 v_i)                -> 1 - 1/N_a of an ideal gas, for g_aa
//   coordination of a by b: the mean number of b within R of an a, 4 pi rho_b int_0^R g_ab r^2 dr
//   S_ab(q) = 1 + 4 pi rho int (g_ab - 1) r sin(q r) / q dr  (Faber-Ziman)                  [physics.md 3.1]
// Counts are whole numbers: the same bits on any ranks and threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "md/frame.hpp"

namespace patina {

struct PairBins {
  double bin_A = 0.05;
  int bins = 0;
  double r_max_A() const { return bin_A * bins; }
  double shell_volume_A3(int bin) const;
};

// How many it takes to reach a distance.
int whole_bins(double r_max_A, double bin_A);

// Place of a pair of species in lists of the pairs a <= b.
inline int pair_index(int a, int b, int species) {
  const int low = a < b ? a : b, high = a < b ? b : a;
  return low * species - low * (low - 1) / 2 + high - low;
}

// Sums over threads, each with counts of its own.
std::vector<long long> total_of(const std::vector<std::vector<long long>>& of_threads);

// Sums over frames: what a checkpoint keeps.
struct PairCounts {
  int species = 0;
  std::int64_t frames = 0;
  std::vector<long long> pairs;  // [pair * bins + bin], pairs a <= b of species, each pair of atoms once
  double volume_sum_A3 = 0.0;
};

// Adds those of a frame. Collective; the same on every rank. Every rank gets the places of all atoms, 28 bytes each, and counts
// the pairs of its share of the cells: the time falls with the ranks, the memory does not.
void count_pairs(const Frame& frame, const PairBins& bins, PairCounts& counts);

struct PairDistribution {
  std::vector<double> r_A;  // middles of the bins
  std::vector<double> edge_A;  // their upper ends
  std::vector<std::vector<double>> g;             // [pair][bin]
  std::vector<std::vector<double>> coordination;  // [a * species + b][bin]: b around a, up to the bin's upper end
  double density_inv_A3 = 0.0;                    // of all atoms
};
PairDistribution pair_distribution(const PairCounts& counts, const PairBins& bins, const std::vector<std::int64_t>& atoms);

// Faber-Ziman S_ab(q) of one g_ab, each bin integrated exactly. Lorch's window sin(pi r/R)/(pi r/R), R the end of the last bin
// [J. Phys. C 2, 229 (1969)], damps the ripples of a g that does not end at 1, and broadens peaks to about 2 pi / R.
std::vector<double> structure_factor_of(const std::vector<double>& g, const PairBins& bins, double density_inv_A3,
                                        const std::vector<double>& q_inv_A, bool lorch);

}  // namespace patina
