// SPDX-License-Identifier: BSD-3-Clause
// Sums of products of the rows of a matrix at all pairs of times: what two-time correlations are made of, of fields (correlation.hpp) and
// of photons (correlate/). Two ways, of the host and of devices (host_loops.hpp).
#pragma once

#include <Eigen/Dense>

namespace patina {

// Over the rows of a matrix of (rows x frames), all rows and in blocks of rows.
struct TwoTimeSums {
  Eigen::MatrixXd product;         // (t1, t2): sum over rows of x(t1) x(t2)
  Eigen::MatrixXd block_lag;       // (block, lag): sum over rows of the block and start times
  Eigen::MatrixXd block_diagonal;  // (block, t): sum over rows of the block of x(t)^2
  Eigen::VectorXi block_rows;
};
// Blocks are whole units of rows, 20 of them or as many as there are units. Lags 0 .. max_lag.
TwoTimeSums two_time_sums(const Eigen::Ref<const Eigen::MatrixXd>& values, int row_unit, int max_lag);

// Bytes of it beside the values and the sums: in panels another copy of the values and the strands' sums; in tiles, on the device and the host,
// rows and products of the blocks taken at a time, and the product of all.
double two_time_bytes(double rows, double frames);

}  // namespace patina
