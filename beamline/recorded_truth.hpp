// SPDX-License-Identifier: BSD-3-Clause
// What should be found in the recorded frames of one ring [physics.md 3.5, 3.8]: with exposures of S instants each, a shift d of the pattern
// in each frame, frames lost and frames that come twice,
//
//   C(i, j) = <n_i n_j> / (<n_i> <n_j>) = 1 + contrast |mu(d_i - d_j)|^2 1/S^2 sum over instants a of i, b of j of |f(a, b)|^2
//
// exactly, whatever the fluctuations of the flux, which divide out. i = j: without shot noise, which adds 1 / <n>. A frame that comes
// twice is the same photons: there the shot noise is in C. Its error is that of two_time_variance(), with the contrast of the frames.
#pragma once

#include <vector>

#include "beamline/correlation_error.hpp"
#include "beamline/frame_maker.hpp"
#include "beamline/mixed_model.hpp"
#include "beamline/record_covariance.hpp"

namespace patina {

struct RecordedFrames {
  std::vector<std::int64_t> frame;   // of the movie, that stands at place 0, 1, ... of the record
  std::vector<PatternShift> shift;   // of each
  std::optional<PupilChoice> pupil;
  int instants = 1;
};
RecordedFrames record_of(const FrameOptics& optics);

class RecordedTruth {
 public:
  // `model`: of all instants of all frames of the movie. Both outlive it. sample: pixels, photons, pixels_per_speckle; contrast is found.
  RecordedTruth(const MixedModel& model, const RecordedFrames& record, const SpeckleSample& sample);

  double correlation(std::size_t i, std::size_t j) const;
  // C of frames 0, stride, 2 stride, ... with each other, [frame][frame].
  std::vector<double> two_time(int stride) const;
  double error(std::size_t i, std::size_t j) const;  // of a measured C(i, j), i != j
  // C(i, i) - 1, the mean over the record.
  double contrast() const { return sample_.contrast; }
  const SpeckleSample& sample() const { return sample_; }

  // What a multi-tau correlator finds at one of its delays: C of means over so many frames (multi_tau_average), the mean over its blocks; of
  // evenly spaced ones if there are more than 512. Its error is that of a stationary record.
  double g2(int delay) const;
  double g2_error(int delay) const;

 private:
  double mean_over_blocks(const MixedModel& model, int delay, int averaged, std::size_t most) const;
  double signal(const MixedModel& model, std::size_t i, std::size_t j) const;  // C - 1 without shot noise
  double repeated_photons(int delay, int averaged) const;

  const MixedModel& model_;
  const RecordedFrames& record_;
  SpeckleSample sample_;
  std::vector<double> field_;       // of frames n apart, that has the mean signal
  std::vector<FieldOfKind> kinds_;  // the same of each class of speckles, if there are several
};

// Delays of a multi-tau correlator for a record of so many frames: 1 .. 8, 10, 12, 14, 16, 20, ...
std::vector<int> multi_tau_delays(std::int64_t frames);
// Frames whose means are correlated at such a delay: 1 up to 8, 2 up to 16, 4 up to 32, ..., as boost_corr and xpcs-eigen do.
int multi_tau_average(int delay);

}  // namespace patina
