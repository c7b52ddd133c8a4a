// SPDX-License-Identifier: BSD-3-Clause
// What the truths of all files that `patina synth` makes have in common: what follows from its input.
#pragma once

#include <string>
#include <vector>

#include "run/synth_config.hpp"
#include "score/known_truth.hpp"

namespace patina {

// All clocks run evenly: f is a function of the lag.
bool goes_evenly(const SynthConfig& config);
// No phases between parts of the field.
bool has_real_field(const SynthConfig& config);
// Kernels without the phase that all moving parts share.
double real_field(const MovieModel& model, int i, int j);
// What errors of speckles of several kinds are made of: neighbouring kinds together, 8 groups at most; members' fractions add up to 1.
struct ModelGroup {
  double fraction = 1.0;
  MixedModel members;
};
std::vector<ModelGroup> groups_of(const MixedModel& model);
// A table of it, if there are few enough frames for one of each group.
RealField tabulated_in_group(const RealField& field, int frames);
// Weights of the modes of coherence, their sum 1.
std::vector<double> coherence_of(const SynthConfig& config);
// tau and exponent of the shell at its q, or why there are none.
void set_tau(TruthShell& shell, const SynthConfig& config, const SyntheticSample& sample);
// Up to `last_s`.
std::vector<TruthEvent> events_of(const SyntheticSample& sample, double last_s);

}  // namespace patina
