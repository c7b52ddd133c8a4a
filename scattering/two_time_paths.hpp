// SPDX-License-Identifier: BSD-3-Clause
// The two ways to two_time_sums() (two_time.hpp, host_loops.hpp): panels of times in the host's vector loops, and tiles of pairs of
// times by Kokkos kernels. They differ in the order of their sums, and so in the last bits; each has the same bits in every run.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "scattering/two_time.hpp"

namespace patina {

// Where blocks of rows begin, each whole units of rows; and where the last ends.
std::vector<Eigen::Index> block_starts(Eigen::Index rows, int row_unit);

// In panels threads take strands of the panels: each has sums along lags of its own, which are added in order, so that the bits do not
// depend on the number of threads. More than this many threads have nothing to do.
constexpr Eigen::Index two_time_strands = 16;

// How many blocks are taken at a time in tiles: their products are at most so many numbers (1 GiB), or those of one.
constexpr double most_two_time_products = 0x1p27;
int blocks_at_once(double blocks, double times, double most_products);

TwoTimeSums two_time_sums_in_panels(const Eigen::Ref<const Eigen::MatrixXd>& values, int row_unit, int max_lag);
TwoTimeSums two_time_sums_in_tiles(const Eigen::Ref<const Eigen::MatrixXd>& values, int row_unit, int max_lag,
                                   double most_products = most_two_time_products);

}  // namespace patina
