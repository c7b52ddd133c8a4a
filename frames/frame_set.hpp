// SPDX-License-Identifier: BSD-3-Clause
// The files of one measurement, as boost_corr, xpcs-eigen, pyXpcsViewer, scikit-beam, the ESRF's programs and NXxpcs readers want them
// [formats.md 2.8], side by side in one folder:
//
//   s0001.h5, s0001_events.h5, s0001.bin   raw frames (frame_file.hpp)
//   s0001_metadata.hdf                     how they were taken
//   qmap.h5                                which pixels belong together
//   s0001_eigen.hdf                        configuration of xpcs-eigen, which writes its results into it
//   s0001_results.hdf                      layout of the APS and NXxpcs: what correlations should be found, and /truth
//
// It knows nothing of where frames come from: whoever has them says what they are, pushes them one by one, and tells the truth at
// the end. One process writes. Files are right when finish() has returned; before, they have temporary names.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "beamline/detector_faults.hpp"
#include "core/hdf5.hpp"
#include "frames/frame_file.hpp"
#include "frames/frame_sums.hpp"
#include "frames/ring_map.hpp"

namespace patina {

struct FrameSetPlan {
  std::string folder, stem = "s0001";  // stems that end in a digit: boost_corr strips letters from others
  std::string title;
  std::string identifier;  // of the movie, the same in all of its files and in what programs make of them; empty: none
  DetectorGeometry geometry;
  DetectorFaults faults;  // listed in the files
  RingMap map;
  FrameStorage storage;
  std::int64_t frames = 0;
  double interval_s = 1.0, exposure_s = 1.0;
  FrameShape shape() const { return {frames, geometry.rows, geometry.columns}; }
};

// What was found in frames, or should be. Arrays go [lag or time][ring] as told, rings in the order of the map.
struct FrameCorrelations {
  std::vector<int> delays;              // frames
  std::vector<double> g2, g2_errors;    // [delay][ring]
  // What a delay stands for, if not for itself: means over so many frames are correlated; or all delays first .. last are averaged. Both empty,
  // or of each delay.
  std::vector<int> averaged_frames, first_delays, last_delays;
  int stride = 1;                       // of two_time: of frames 0, stride, 2 stride, ...
  int averaged = 1;                     // or of means over so many neighbouring frames
  std::uint64_t two_time_frames = 0;    // of them; 0: there is no two_time
  int two_time_baseline = 1;
  std::function<std::vector<double>(std::size_t ring)> two_time;  // [frame][frame]; asked for once a ring, as it is written
  std::string source;                   // where they come from, in words
};

class FrameSet {
 public:
  explicit FrameSet(FrameSetPlan plan);
  // The next frame: its pixels that counted something, in order.
  void push(std::span<const PhotonEvent> events);
  // After the last frame. `write_truth` fills the group it is given in the results file.
  void finish(const FrameCorrelations& expected, const std::function<void(h5::File&, const std::string& group)>& write_truth);

 private:
  FrameSetPlan plan_;
  std::vector<std::unique_ptr<FrameFile>> files_;
  FrameSums sums_;
};

// Whether the folder holds a set that is whole; and what one that is not left there, away with it.
bool holds_frame_set(const std::string& folder, const std::string& stem = "s0001");
void remove_unfinished_frame_set(const std::string& folder, const std::string& stem = "s0001");

// The single files but the raw frames; each makes the whole file. An instant is in all of them, and always the same: equal inputs make
// equal files.
void write_metadata_file(const std::string& path, const FrameSetPlan& plan);
void write_qmap_file(const std::string& path, const FrameSetPlan& plan);
void write_eigen_file(const std::string& path, const FrameSetPlan& plan);
void write_results_file(const std::string& path, const FrameSetPlan& plan, const FrameSums& sums, const FrameCorrelations& expected,
                        const std::function<void(h5::File&, const std::string& group)>& write_truth);
// What of it does not depend on where correlations come from: /xpcs, /entry/data, /entry/twotime and /entry/instrument/masks. /entry is there.
void write_results(h5::File& file, const FrameSetPlan& plan, const FrameSums& sums, const FrameCorrelations& correlations);

}  // namespace patina
