// SPDX-License-Identifier: BSD-3-Clause
#include "frames/frame_sums.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace patina {

FrameSums::FrameSums(const RingMap& map, std::int64_t frames)
    : map_(map), frames_(frames), segments_(static_cast<int>(std::min<std::int64_t>(frames, most_segments))), pixel_sum_(map.mask.size()),
      part_sum_(static_cast<std::size_t>(segments_) * map.static_q_inv_A.size()), part_pixels_(map.static_q_inv_A.size()) {
  for (const std::int32_t part : map.static_map)
    if (part > 0) ++part_pixels_[static_cast<std::size_t>(part - 1)];
  looked_at_ = static_cast<double>(std::count(map.mask.begin(), map.mask.end(), std::uint8_t{1}));
}

void FrameSums::add(std::span<const PhotonEvent> events) {
  const auto frame = static_cast<std::int64_t>(frame_means_.size());
  require(frame < frames_, "FrameSums: more frames than were announced");
  double* const parts = part_sum_.data() + static_cast<std::size_t>(frame * segments_ / frames_) * part_pixels_.size();
  double sum = 0.0;
  for (const PhotonEvent& event : events) {
    pixel_sum_[event.pixel] += event.count;
    if (map_.mask[event.pixel]) sum += event.count;
    if (const std::int32_t part = map_.static_map[event.pixel]; part > 0) parts[part - 1] += event.count;
  }
  frame_means_.push_back(sum / std::max(looked_at_, 1.0));
}

std::vector<double> FrameSums::mean_frame() const {
  std::vector<double> mean = pixel_sum_;
  for (double& value : mean) value /= static_cast<double>(frame_means_.size());
  return mean;
}

std::vector<double> FrameSums::parts_by_segment() const {
  std::vector<double> mean = part_sum_;
  std::vector<double> frames(static_cast<std::size_t>(segments_));
  for (std::int64_t frame = 0; frame < frames_; ++frame) ++frames[static_cast<std::size_t>(frame * segments_ / frames_)];
  for (std::size_t s = 0; s < frames.size(); ++s)
    for (std::size_t part = 0; part < part_pixels_.size(); ++part) mean[s * part_pixels_.size() + part] /= frames[s] * part_pixels_[part];
  return mean;
}

std::vector<double> FrameSums::parts() const {
  std::vector<double> mean(part_pixels_.size());
  for (std::size_t k = 0; k < part_sum_.size(); ++k) mean[k % mean.size()] += part_sum_[k];
  for (std::size_t part = 0; part < mean.size(); ++part) mean[part] /= static_cast<double>(frame_means_.size()) * part_pixels_[part];
  return mean;
}

}  // namespace patina
