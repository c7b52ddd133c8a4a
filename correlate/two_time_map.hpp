// SPDX-License-Identifier: BSD-3-Clause
// The two-time correlation of one dynamic bin. < > is the mean over the pixels of a part, and then over parts with their pixels as weights.
//
//   frame    C(t1, t2) = <I(t1) I(t2)> / (<I(t1)> <I(t2)>)
//   global   <I(t1) I(t2)> / <I>^2, <I> also over the record
//   pixel    as frame, of I / <I of that pixel over the record>
//   pearson  [C(t1, t2) - 1] / sqrt([C(t1, t1) - 1] [C(t2, t2) - 1]), C as frame: baseline 0; without photon noise |f|^2
//
// The diagonal is that of <I (I - 1)>, without the noise of single photons, or as counted. With averages over m frames C is that of means over m
// frames, each scaled by itself before: the mean of C over m x m pairs. Products are those of scattering/two_time.hpp where many pixels count,
// else over pairs of events of a pixel (the Gram matrix of a sparse matrix).
#pragma once

#include <Eigen/Dense>
#include <string>

#include "correlate/frame_multi_tau.hpp"
#include "correlate/pixel_series.hpp"

namespace patina {

enum class TwoTimeNormalisation { frame, global, pixel, pearson };
TwoTimeNormalisation two_time_normalisation(const std::string& name);
std::string formula(TwoTimeNormalisation normalisation);  // in a line, for the file
Scaling scaling_of(TwoTimeNormalisation normalisation);

struct TwoTimeChoice {
  TwoTimeNormalisation normalisation = TwoTimeNormalisation::frame;
  int averaged_frames = 1;
  double photon = 1.0;  // what a photon adds to a number; 0: the diagonal stays as counted
  Density density = Density::automatic;
};

// C of a bin of the series, frames / averaged_frames to a side; NaN where a frame of a pair is bad. `pixel_factor` of each order, or empty.
Eigen::MatrixXd two_time_map(const PixelCells& cells, const PixelSeries& series, int bin, const std::vector<double>& pixel_factor, const TwoTimeChoice& choice);

double two_time_map_bytes(const PixelCells& cells, std::int64_t frames, const TwoTimeChoice& choice, double fill);
bool takes_dense_products(const TwoTimeChoice& choice, double fill);  // `fill`: share of numbers that are not 0

}  // namespace patina
