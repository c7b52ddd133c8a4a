// SPDX-License-Identifier: BSD-3-Clause
#include "correlate/frame_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace patina {
namespace {

constexpr double most_exact = 0x1p24;  // whole numbers of single precision
constexpr std::int64_t sampled_frames = 8;

}  // namespace

void FrameFeed::refuse(std::int64_t frame, const PixelValue& pixel) const {
  const auto columns = static_cast<std::uint32_t>(source_.shape().columns);
  const double value = pixel.value;
  const char* reason = !std::isfinite(value)                                ? "no number"
                       : value < 0.0                                        ? "a negative count"
                       : value >= source_.marked_from()                     ? "the largest number there is: saturated, or the mark of a pixel without a sensor"
                                                                            : "more than the 2^24 that are counted exactly";
  throw Error(ExitCode::bad_input, fmt::format("{}: frame {}, row {}, column {}: {:.9g} is {}; a mask, or bad_frames, must leave it out", source_.place(), frame,
                                               pixel.pixel / columns, pixel.pixel % columns, value, reason));
}

void FrameFeed::read(std::int64_t frame, CellFrame& out) {
  out.values.clear();
  out.all_pixels.clear();
  const std::int64_t of_file = range_.first + frame;
  out.good = range_.bad.count(of_file) == 0;
  if (!out.good) return;
  source_.read(of_file, out.all_pixels);
  const bool whole = source_.whole_numbers();
  const double most = whole ? std::min(source_.marked_from(), most_exact) : source_.marked_from();
  for (const PixelValue& pixel : out.all_pixels) {
    const std::int32_t order = cells_.order_of_pixel[pixel.pixel];
    if (order < 0) continue;
    const double value = pixel.value;
    if (!(value < most) || (whole && value < 0.0) || !std::isfinite(value)) refuse(of_file, pixel);
    out.values.push_back({static_cast<std::uint32_t>(order), value});
  }
}

double estimated_fill(FrameFeed& feed, const PixelCells& cells, const RecordRange& range) {
  CellFrame frame;
  double filled = 0.0, frames = 0.0;
  for (std::int64_t k = 0; k < sampled_frames; ++k) {
    feed.read(k * range.count / sampled_frames, frame);
    if (!frame.good) continue;
    filled += static_cast<double>(frame.values.size());
    ++frames;
  }
  return frames > 0.0 ? filled / (frames * static_cast<double>(cells.pixels())) : 0.0;
}

}  // namespace patina
