// SPDX-License-Identifier: BSD-3-Clause
// Frames of a synthetic sample on a detector: fields of all rings by all ranks and threads, photons by the threads of rank 0, which writes the
// files of the measurement (frames/frame_set.hpp) into FOLDER/frames, with the truth.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "beamline/recorded_truth.hpp"
#include "core/log.hpp"
#include "core/mpi.hpp"
#include "frames/frame_set.hpp"
#include "run/synth_config.hpp"

namespace patina {

class SynthFrames {
 public:
  // Finds everything that is wrong before any work: throws Error(bad_input) that names `input` and the key. config.detector is set.
  SynthFrames(const SynthConfig& config, const SyntheticSample& sample, const std::string& input);

  // Collective.
  void make(const Comm& comm, const std::string& folder, const std::string& resolved, Log& log);
  // Memory and sizes of files.
  void tell_needs(const Comm& comm, Log& log) const;

 private:
  struct RingMovie {
    MixedModel model;                                   // of all instants
    std::vector<std::unique_ptr<SpeckleMovie>> movies;  // made of it
  };
  FrameSetPlan plan_set(const std::string& folder, const std::string& resolved) const;
  // Dynamic bins of each ring.
  std::size_t sectors() const { return map_.rings.size() / config_.q_inv_A.size(); }
  // Shares of the classes of rates of the pixels of dynamic bins.
  std::vector<double> fractions_of_bins(std::size_t first, std::size_t end) const;
  std::vector<SpeckleExtent> extents_of_bins() const;
  void check_counts(const std::string& place) const;
  double mean_photons(std::size_t bin) const;  // of pixels that are looked at
  void push_frames(const Comm& comm, PlaneSource& planes, FrameSet* set, Log& log) const;
  FrameCorrelations expected(const std::vector<RecordedTruth>& truths) const;
  void write_truth(h5::File& file, const std::string& group, const std::string& resolved, const std::vector<RecordedTruth>& truths,
                   const FrameCorrelations& expected) const;

  const SynthConfig& config_;
  const SyntheticSample& sample_;
  std::vector<double> times_s_;  // of the middle of each frame
  FrameOptics optics_;
  RingMap map_;
  std::vector<std::uint8_t> rate_class_;  // of each pixel
  RecordedFrames record_;
  std::vector<RingMovie> rings_;
  std::vector<MixedModel> bin_models_;    // those of dynamic bins, where classes of rates have other shares in each; else empty
  std::vector<PlaneUnit> units_;
};

}  // namespace patina
