// SPDX-License-Identifier: BSD-3-Clause
// g2 of each dynamic bin from sums over its cells, by one of the normalisations in use, and what its blocks of pixels say of its error.
// < >_s is the mean over the pixels of a part s; means over parts have their pixels as weights; t runs over pairs of frames t, t' = t + lag.
//
//   frame        < x x' >_s,t with x = I / <I>_s: each frame by its own mean, then the mean over pairs (ratios are averaged)
//   frame_pairs  sum_t <I I'>_s / sum_t <I>_s <I'>_s: a ratio of sums; no frame weighs more because it is weak
//   symmetric    <I I'>_s,t / (<I>_s,t <I'>_s,t), the earlier and the later frames of the pairs apart [K. Schätzel, Quantum Opt. 2 (1990) 287;
//                D. Lumma et al., Rev. Sci. Instrum. 71 (2000) 3274, doi 10.1063/1.1287637]
//   global       <I I'>_s,t / <I>_s^2 of the whole record
//   pixel        as frame, of I / <I of that pixel over the record>
//
// frame and pixel do not see the flux of the beam; of symmetric and global its fluctuations are part of g2, in frame_pairs they divide
// out but for what is averaged within a level. pixel takes away what never moves, and tau / (length of the record) of the contrast with it.
#pragma once

#include <Eigen/Dense>
#include <string>
#include <vector>

#include "beamline/channel_covariance.hpp"
#include "correlate/frame_scaling.hpp"
#include "correlate/level_sums.hpp"

namespace patina {

enum class G2Normalisation { frame, frame_pairs, symmetric, global, pixel };
G2Normalisation g2_normalisation(const std::string& name);
std::string formula(G2Normalisation normalisation);  // in a line, for the file
Scaling scaling_of(G2Normalisation normalisation);

struct G2Curve {
  std::vector<LagChannel> channels;
  std::vector<double> value;         // NaN: no pair
  std::vector<double> pairs;         // of frames, or of sums of frames
  Eigen::MatrixXd block_deviations;  // (block, channel): what the block adds to g2 above the mean; their sum over blocks is 0
  double contrast = 0.0;             // g2 at lag 0 without photon noise, less 1; NaN: photons are not known
  Eigen::MatrixXd covariance() const;  // of the values, from the scatter of the blocks; NaN with fewer than 2
};

// Of each bin, lags from 1 on. `photon_noise`: sum over valid frames, of each cell; empty: not known.
std::vector<G2Curve> multi_tau_g2(const PixelCells& cells, const std::vector<const LevelSums*>& levels, const std::vector<double>& photon_noise,
                                  G2Normalisation normalisation);

// From all lags: the mean over starts of C(t, t + lag), and over ranges of lags evenly in their logarithm; of a map of single frames. No blocks.
G2Curve log_binned_g2(const Eigen::MatrixXd& two_time, int lags_per_decade);

}  // namespace patina
