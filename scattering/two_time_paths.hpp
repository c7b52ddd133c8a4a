// SPDX-License-Identifier: BSD-3-Clause
// The two ways to two_time_sums() (correlation.hpp, host_loops.hpp): panels of times in the host's vector loops, and tiles of pairs of
// times by Kokkos kernels. They differ in the order of their sums, and so in the last bits; each has the same bits in every run.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "scattering/correlation.hpp"

namespace patina {

// Where blocks of rows begin, each whole units of rows; and where the last ends.
std::vector<Eigen::Index> block_starts(Eigen::Index rows, int row_unit);

TwoTimeSums two_time_sums_in_panels(const Eigen::Ref<const Eigen::MatrixXd>& values, int row_unit, int max_lag);
// So many blocks at a time that their products are at most so many numbers (1 GiB), or one.
TwoTimeSums two_time_sums_in_tiles(const Eigen::Ref<const Eigen::MatrixXd>& values, int row_unit, int max_lag,
                                   double most_products = 0x1p27);

}  // namespace patina
