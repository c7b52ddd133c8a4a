// SPDX-License-Identifier: BSD-3-Clause
#include "frames/frame_sums.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/error.hpp"

namespace patina {

FrameSums::FrameSums(const RingMap& map, std::int64_t frames)
    : map_(map), frames_(frames), segments_(static_cast<int>(std::min<std::int64_t>(frames, most_segments))), pixel_sum_(map.mask.size()),
      part_sum_(static_cast<std::size_t>(segments_) * map.static_q_inv_A.size()), part_pixels_(map.static_q_inv_A.size()), segment_frames_(static_cast<std::size_t>(segments_)) {
  for (const std::int32_t part : map.static_map)
    if (part > 0) ++part_pixels_[static_cast<std::size_t>(part - 1)];
  looked_at_ = static_cast<double>(std::count(map.mask.begin(), map.mask.end(), std::uint8_t{1}));
}

namespace {
double value_of(const PhotonEvent& event) { return event.count; }
double value_of(const PixelValue& pixel) { return pixel.value; }
}  // namespace

template <class Count>
void FrameSums::add_counts(std::span<const Count> counts) {
  const auto frame = static_cast<std::int64_t>(frame_means_.size());
  require(frame < frames_, "FrameSums: more frames than were announced");
  const auto segment = static_cast<std::size_t>(frame * segments_ / frames_);
  double* const parts = part_sum_.data() + segment * part_pixels_.size();
  double sum = 0.0;
  for (const Count& count : counts) {
    const double value = value_of(count);
    pixel_sum_[count.pixel] += value;
    if (map_.mask[count.pixel]) sum += value;
    if (const std::int32_t part = map_.static_map[count.pixel]; part > 0) parts[part - 1] += value;
  }
  frame_means_.push_back(sum / std::max(looked_at_, 1.0));
  ++segment_frames_[segment];
}

void FrameSums::add(std::span<const PhotonEvent> events) { add_counts(events); }
void FrameSums::add(std::span<const PixelValue> values) { add_counts(values); }

void FrameSums::skip() {
  require(static_cast<std::int64_t>(frame_means_.size()) < frames_, "FrameSums: more frames than were announced");
  frame_means_.push_back(std::numeric_limits<double>::quiet_NaN());
}

double FrameSums::good_frames() const { return std::accumulate(segment_frames_.begin(), segment_frames_.end(), 0.0); }

std::vector<double> FrameSums::mean_frame() const {
  std::vector<double> mean = pixel_sum_;
  for (double& value : mean) value /= good_frames();
  return mean;
}

std::vector<double> FrameSums::parts_by_segment() const {
  std::vector<double> mean = part_sum_;
  for (std::size_t s = 0; s < segment_frames_.size(); ++s)
    for (std::size_t part = 0; part < part_pixels_.size(); ++part) mean[s * part_pixels_.size() + part] /= segment_frames_[s] * part_pixels_[part];
  return mean;
}

std::vector<double> FrameSums::parts() const {
  std::vector<double> mean(part_pixels_.size());
  for (std::size_t k = 0; k < part_sum_.size(); ++k) mean[k % mean.size()] += part_sum_[k];
  for (std::size_t part = 0; part < mean.size(); ++part) mean[part] /= good_frames() * part_pixels_[part];
  return mean;
}

}  // namespace patina
