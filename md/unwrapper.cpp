// SPDX-License-Identifier: BSD-3-Clause
#include "md/unwrapper.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/error.hpp"

namespace patina {

Unwrapping unwrapping_of(const std::string& name) {
  if (name == "auto") return Unwrapping::automatic;
  if (name == "as_is") return Unwrapping::as_is;
  require(name == "minimum_image", "an unwrapping is called " + name);
  return Unwrapping::minimum_image;
}

void Unwrapper::follow(StructureFrame& frame, const std::string& place) {
  Structure& structure = frame.structure;
  edges_.turn_back(structure);
  if (!source_) choose(frame);
  if ((*source_ == Source::images && structure.image.empty()) ||
      (*source_ == Source::unwrapped && !frame.unwrapped))
    throw Error(ExitCode::bad_input,
                fmt::format("{}: has no {}, which the frames before had", place, description()));
  if (*source_ == Source::minimum_image || structure.image.empty())
    structure.image.assign(structure.size(), {0, 0, 0});
  const Step step = advance(structure);
  if (step.length > longest_step_) longest_step_ = step.length;
  judge(step, structure, place);
}

void Unwrapper::choose(const StructureFrame& frame) {
  const bool images = !frame.structure.image.empty();
  if (wanted_ == Unwrapping::minimum_image)
    source_ = Source::minimum_image;
  else if (frame.unwrapped)
    source_ = Source::unwrapped;
  else if (images)
    source_ = Source::images;
  else
    source_ = wanted_ == Unwrapping::as_is ? Source::nothing : Source::minimum_image;
}

// To the places of this frame; returns the longest step of any atom along a periodic edge.
Unwrapper::Step Unwrapper::advance(Structure& structure) {
  const bool first = before_.empty();
  if (first) {
    before_.resize(structure.size());
    image_.assign(structure.size(), {0, 0, 0});
  }
  Step longest;
  for (std::size_t k = 0; k < structure.size(); ++k) {
    Vec3 s = structure.box.to_fractional(structure.position[k]);
    std::array<int, 3>& image = structure.image[k];
    if (*source_ != Source::minimum_image)
      for (int d = 0; d < 3; ++d) s[d] += image[static_cast<std::size_t>(d)];
    for (int d = 0; d < 3 && !first; ++d) {
      if (!structure.box.periodic(d)) continue;
      double step = s[d] - before_[k][d];
      if (*source_ == Source::minimum_image) {
        const int faces = -static_cast<int>(std::lround(step));
        image_[k][static_cast<std::size_t>(d)] += faces;
        crossings_ += std::abs(faces);
        step += faces;
      }
      if (std::abs(step) > longest.length) longest = {std::abs(step), k, d};
    }
    if (*source_ == Source::minimum_image) image = image_[k];
    before_[k] = s;
  }
  return longest;
}

void Unwrapper::judge(const Step& step, const Structure& structure, const std::string& place) {
  const auto what = [&] {
    return fmt::format("{}: atom {} moved {:.3f} of the cell along edge {} since the frame before", place,
                       structure.id[step.atom], step.length, "abc"[step.edge]);
  };
  if (*source_ == Source::minimum_image) {
    if (step.length > farthest)
      throw Error(
          ExitCode::bad_input,
          fmt::format(
              "{}, by the minimum image: more than {} leaves it open which way it went. Store frames more "
              "often, "
              "or image flags (ix iy iz), or unwrapped positions (xu yu zu); positions that are unwrapped "
              "already are taken with \"unwrap\": \"as_is\"",
              what(), farthest));
    if (step.length > long_step && !std::exchange(warned_, true))
      warnings_.push_back(
          fmt::format("{}, by the minimum image: near the {} that are allowed", what(), farthest));
    return;
  }
  if (step.length <= doubtful) return;
  if (wanted_ == Unwrapping::automatic)
    throw Error(ExitCode::bad_input, fmt::format("{}, by the file's {}: if that is right, say \"unwrap\": "
                                                 "\"as_is\"; if they do not follow the atoms, "
                                                 "\"minimum_image\"",
                                                 what(), description()));
  if (!std::exchange(warned_, true))
    warnings_.push_back(fmt::format("{}, by the file's {}", what(), description()));
}

std::string Unwrapper::description() const {
  switch (source_.value_or(Source::nothing)) {
    case Source::images:
      return "image flags";
    case Source::unwrapped:
      return "unwrapped positions";
    case Source::minimum_image:
      return "minimum image from frame to frame";
    case Source::nothing:
      break;
  }
  return "positions as they stand, without image flags";
}

std::vector<std::string> Unwrapper::take_warnings() { return std::exchange(warnings_, {}); }

}  // namespace patina
