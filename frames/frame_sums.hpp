// SPDX-License-Identifier: BSD-3-Clause
// What result files tell of frames beside correlations, added up as they pass: the mean frame, means over static parts of rings in
// segments of the record, the mean of each frame. Photons per pixel and frame.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "beamline/photons.hpp"
#include "frames/frame_source.hpp"
#include "frames/ring_map.hpp"

namespace patina {

class FrameSums {
 public:
  static constexpr int most_segments = 10;

  FrameSums(const RingMap& map, std::int64_t frames);
  // The next frame: its pixels that counted, and how much.
  void add(std::span<const PhotonEvent> events);
  void add(std::span<const PixelValue> values);
  // The next frame is bad: it counts in no mean, its own is NaN.
  void skip();

  int segments() const { return segments_; }
  std::vector<double> mean_frame() const;        // [pixels]
  std::vector<double> parts_by_segment() const;  // [segment][static part]
  std::vector<double> parts() const;             // [static part]
  // Of each frame, over pixels that are looked at.
  const std::vector<double>& frame_means() const { return frame_means_; }

 private:
  template <class Count>
  void add_counts(std::span<const Count> counts);
  double good_frames() const;

  const RingMap& map_;
  std::int64_t frames_;
  int segments_;
  double looked_at_ = 0.0;
  std::vector<double> pixel_sum_, part_sum_, part_pixels_, frame_means_, segment_frames_;
};

}  // namespace patina
