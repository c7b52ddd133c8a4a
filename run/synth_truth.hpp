// SPDX-License-Identifier: BSD-3-Clause
// What is true of a synthetic sample, as groups of an HDF5 file: of synth.h5, and of /truth in the results of a detector.
#pragma once

#include <string>
#include <vector>

#include "beamline/synthetic_sample.hpp"
#include "core/hdf5.hpp"
#include "run/synth_config.hpp"

namespace patina {

// Avalanches, slips, changes of the law, of all zones.
void write_events(h5::File& file, const std::string& group, const SyntheticSample& sample);

// s(t) and tau(t) of each zone at this q.
void write_clocks(h5::File& file, const std::string& group, const SyntheticSample& sample, double q_inv_A, const std::vector<double>& times_s);

// Which rates speckles have, against that of the clock, and how many of them.
void write_rates(h5::File& file, const std::string& group, const SynthConfig& config, const MixedModel& model);

// g2(t1, t2) = 1 + contrast |f|^2 and f, of these frames of the model; means over its speckles.
void write_two_time_truth(h5::File& file, const std::string& group, const MixedModel& model, const std::vector<int>& frames,
                          const std::vector<double>& times_s);

}  // namespace patina
