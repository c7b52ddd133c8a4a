// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/frame_maker.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace patina {
namespace {

std::int64_t in_whole_groups(std::int64_t count) { return (count + pixel_group - 1) / pixel_group * pixel_group; }

}  // namespace

std::unique_ptr<SpecklePupil> make_pupil(const FrameOptics& optics) {
  if (!optics.pupil) return nullptr;
  const PupilChoice& pupil = *optics.pupil;
  return std::make_unique<SpecklePupil>(optics.geometry.rows, optics.geometry.columns, pupil.shape, pupil.speckle_rows, pupil.speckle_columns);
}

int FrameOptics::rings() const { return ring.empty() ? 0 : 1 + *std::max_element(ring.begin(), ring.end()); }

std::vector<PlaneUnit> plane_units(const FrameOptics& optics, const std::vector<const SpeckleMovie*>& movies) {
  std::vector<PlaneUnit> units;
  if (optics.independent_modes > 0.0) return units;
  const std::int64_t planes = optics.frames * optics.faults.subframes;
  const std::unique_ptr<SpecklePupil> pupil = make_pupil(optics);
  std::size_t begin = 0;
  const auto add = [&](const SpeckleMovie& movie, std::int64_t count, int mode) {
    for (const PlaneUnit& unit : units_of(movie, count, mode, begin, planes)) {
      units.push_back(unit);
      begin += unit.length();
    }
  };
  for (std::size_t r = 0; r < movies.size(); ++r) {
    if (pupil)
      for (std::size_t m = 0; m < optics.mode_weights.size(); ++m) add(*movies[r], pupil->points(), static_cast<int>(m));
    else
      add(*movies[r], std::count(optics.ring.begin(), optics.ring.end(), static_cast<std::int32_t>(r)), -1);
  }
  return units;
}

FrameMaker::FrameMaker(const FrameOptics& optics, const std::vector<PlaneUnit>& units)
    : optics_(optics), units_(units), length_(plane_length(units)), rings_(optics.rings()), states_(pixel_states(optics.geometry, optics.faults)), pupil_(make_pupil(optics)),
      intensity_(optics.ring.size()) {
  if (optics.independent_modes > 0.0) return;
  if (pupil_) {
    pattern_.resize(intensity_.size());
    re_.resize(static_cast<std::size_t>(in_whole_groups(pupil_->points())));
    im_.resize(re_.size());
    return;
  }
  // Pixels of ring 0 in their order, made up to whole groups, then those of ring 1, ...
  std::vector<std::uint32_t> next(static_cast<std::size_t>(rings_) + 1);
  for (std::size_t r = 0; r + 1 < next.size(); ++r)
    next[r + 1] = next[r] + static_cast<std::uint32_t>(in_whole_groups(std::count(optics.ring.begin(), optics.ring.end(), static_cast<std::int32_t>(r))));
  require(next.back() <= length_, "FrameMaker: planes are shorter than the detector");
  for (const std::int32_t ring : optics.ring) place_.push_back(next[static_cast<std::size_t>(ring)]++);
}

void FrameMaker::expose_pixels(std::span<const float> planes) {
  const auto instants = static_cast<std::size_t>(optics_.faults.subframes);
  const float share = 1.0f / static_cast<float>(instants);
  for (std::size_t p = 0; p < place_.size(); ++p) {
    float sum = 0.0f;
    for (std::size_t n = 0; n < instants; ++n) sum += planes[n * length_ + place_[p]];
    intensity_[p] = share * sum;
  }
}

void FrameMaker::expose_pupil(std::int64_t frame, std::span<const float> planes) {
  const auto instants = static_cast<std::size_t>(optics_.faults.subframes);
  const auto points = static_cast<std::size_t>(pupil_->points());
  const PatternShift shift = pattern_shift(optics_.faults, frame);
  std::size_t unit = 0;
  for (int ring = 0; ring < rings_; ++ring) {
    std::fill(pattern_.begin(), pattern_.end(), 0.0f);
    for (std::size_t m = 0; m < optics_.mode_weights.size(); ++m) {
      const std::size_t first = unit;
      for (std::size_t n = 0; n < instants; ++n) {
        std::size_t at = 0;
        for (unit = first; at < points; ++unit) {
          const float* const fields = planes.data() + n * length_ + units_[unit].begin;
          const auto count = static_cast<std::size_t>(units_[unit].block.count);
          std::copy_n(fields, count, re_.begin() + static_cast<std::ptrdiff_t>(at));
          std::copy_n(fields + count, count, im_.begin() + static_cast<std::ptrdiff_t>(at));
          at += count;
        }
        pupil_->add_intensity({re_.data(), points}, {im_.data(), points}, optics_.mode_weights[m] / static_cast<double>(instants), shift, pattern_);
      }
    }
    for (std::size_t p = 0; p < pattern_.size(); ++p)
      if (optics_.ring[p] == ring) intensity_[p] = pattern_[p];
  }
}

void FrameMaker::count_independent(std::int64_t frame, std::vector<PhotonEvent>& events) const {
  const NegativeBinomial law(flux_factor(optics_.faults, frame, optics_.frames) * static_cast<double>(optics_.photons[0]), optics_.independent_modes);
  events.clear();
  add_negative_binomial_events({optics_.seed, Stream::photons, static_cast<std::uint64_t>(frame)}, law, 0, static_cast<std::uint32_t>(states_.size()), events);
  std::erase_if(events, [&](const PhotonEvent& event) { return states_[event.pixel] != pixel_good; });
}

void FrameMaker::make(std::int64_t frame, std::span<const float> planes, std::vector<PhotonEvent>& events) {
  if (optics_.independent_modes > 0.0) return count_independent(frame, events);
  require(planes.size() == length_ * static_cast<std::size_t>(optics_.faults.subframes), "FrameMaker: planes of another size");
  if (pupil_)
    expose_pupil(frame, planes);
  else
    expose_pixels(planes);
  const auto flux = static_cast<float>(flux_factor(optics_.faults, frame, optics_.frames));
  for (std::size_t p = 0; p < intensity_.size(); ++p) intensity_[p] *= flux * optics_.photons[p];
  spoil_pixels(states_, optics_.faults, intensity_);
  events.clear();
  add_poisson_events({optics_.seed, Stream::photons, static_cast<std::uint64_t>(frame)}, 0, intensity_, events);
}

}  // namespace patina
