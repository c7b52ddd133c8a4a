// SPDX-License-Identifier: BSD-3-Clause
// The truth as a correlator sees it: averaged over starts, and over the frames or lags behind a channel. What a channel that correlates
// means over m frames at a lag of k m finds is the mean over blocks n of the mean of C over the m x m pairs of frames of blocks n and n + k;
// of a stationary record the triangular mean of scattering/multi_tau.hpp. Compressed decays are moved by it most near tau.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "beamline/channel_covariance.hpp"
#include "score/answer.hpp"
#include "score/known_truth.hpp"

namespace patina {

// The mean of |f|^2 behind a channel; where a truth is one record's own with means that differ from frame to frame, (g2 - 1) / contrast of
// g2 = <C m m'> / (<m> <m'>) over the pairs of frames behind it, m their means, but for channels that are normalised `frame_by_frame` (as in
// G2Answer). Records that age are summed over all pairs of frames up to `most_pairs` of them, beyond over that
// many, evenly spaced.
double binned_truth(const TruthShell& shell, int frames, const LagChannel& bin, bool frame_by_frame = false, double most_pairs = 2e6);

// What is wrong with a channel for a record of so many frames; empty: nothing.
std::string fault_of(const LagChannel& bin, int frames);

// Frames behind each lag of a list that looks like that of a multi-tau correlator: lags 1, 2, ... up to 2 d, then d to a level, d >= 2,
// each level twice as far apart as the one before. boost_corr and xpcs-eigen correlate the last lag of a level as that level's; scikit-beam
// and Patina, whose lists begin with 0, as the next one's. Empty: it does not look like one.
std::vector<int> multi_tau_levels(const std::vector<std::int64_t>& lags);

}  // namespace patina
