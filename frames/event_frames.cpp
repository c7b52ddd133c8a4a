// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "frames/frame_readers.hpp"

namespace patina {
namespace {

constexpr std::uint64_t events_at_once = 1 << 18;

class EventFrames : public FrameSource {
 public:
  EventFrames(h5::File file, const std::string& group, int rows, int columns)
      : file_(std::move(file)), group_(group), index_(file_.dataset(group + "/index", {h5::any_size})),
        intensity_(file_.dataset(group + "/intensity", {h5::any_size})), real_(intensity_.holds(h5::Type::float32) || intensity_.holds(h5::Type::float64)) {
    const std::string name = group + "/frame_ptr";
    begin_ = file_.dataset(name, {h5::any_size}).read_rows_rounded<double>(0, h5::any_size);
    if (begin_.size() < 2 || begin_[0] != 0.0) fail("frame_ptr", "must begin with 0 and have one number more than there are frames");
    for (std::size_t k = 1; k < begin_.size(); ++k)
      if (!(begin_[k] >= begin_[k - 1])) fail("frame_ptr", fmt::format("falls from {:.0f} to {:.0f} at frame {}", begin_[k - 1], begin_[k], k - 1));
    const std::uint64_t events = index_.dims()[0];
    if (begin_.back() != static_cast<double>(events) || intensity_.dims()[0] != events)
      fail("frame_ptr", fmt::format("ends at {:.0f}, index has {} events and intensity {}: must be the same", begin_.back(), events, intensity_.dims()[0]));
    shape_ = {static_cast<std::int64_t>(begin_.size()) - 1, rows, columns};
    if (file_.has_attribute(group, "shape")) {
      const auto shape = file_.attribute<std::int64_t>(group, "shape");
      if (shape.size() != 3 || shape[0] != shape_.frames || shape[1] < 1 || shape[2] < 1 || shape[1] > (1 << 30) || shape[2] > (1 << 30) || shape[1] * shape[2] > (std::int64_t{1} << 31))
        fail("@shape", fmt::format("must be frames, rows, columns with {} frames, as frame_ptr has", shape_.frames));
      shape_.rows = static_cast<int>(shape[1]);
      shape_.columns = static_cast<int>(shape[2]);
    }
    if (shape_.rows < 1 || shape_.columns < 1) fail("", "does not say how many rows and columns frames have: \"rows\" and \"columns\" in \"frames\", or a partition");
  }
  FrameShape shape() const override { return shape_; }
  std::string layout() const override { return "events"; }
  std::string place() const override { return file_.path() + ": " + group_; }
  bool whole_numbers() const override { return !real_; }
  double marked_from() const override { return 4294967295.0; }
  void read(std::int64_t frame, std::vector<PixelValue>& values) override {
    values.clear();
    const auto first = static_cast<std::uint64_t>(begin_[static_cast<std::size_t>(frame)]), last = static_cast<std::uint64_t>(begin_[static_cast<std::size_t>(frame) + 1]);
    if (first == last) return;
    if (first < held_first_ || last > held_first_ + pixels_.size()) hold(first, std::max(last - first, std::min(events_at_once, index_.dims()[0] - first)));
    for (std::uint64_t k = first - held_first_; k < last - held_first_; ++k) {
      const double pixel = pixels_[k];
      if (!(pixel >= 0.0) || pixel >= static_cast<double>(shape_.pixels()))
        fail("index", fmt::format("pixel {:.0f} in frame {}: frames have {} x {} pixels", pixel, frame, shape_.rows, shape_.columns));
      if (counts_[k] != 0.0f) values.push_back({static_cast<std::uint32_t>(pixel), counts_[k]});
    }
    const auto before = [](const PixelValue& a, const PixelValue& b) { return a.pixel < b.pixel; };
    if (!std::is_sorted(values.begin(), values.end(), before)) std::sort(values.begin(), values.end(), before);
    for (std::size_t k = 1; k < values.size(); ++k)
      if (values[k].pixel == values[k - 1].pixel) fail("index", fmt::format("pixel {} stands twice in frame {}", values[k].pixel, frame));
  }

 private:
  void hold(std::uint64_t first, std::uint64_t count) {
    held_first_ = first;
    pixels_ = index_.read_rows_rounded<double>(first, count);
    counts_ = intensity_.read_rows_rounded<float>(first, count);
  }
  [[noreturn]] void fail(const std::string& what, const std::string& reason) const {
    throw Error(ExitCode::bad_input, fmt::format("{}: {}{}{}: {}", file_.path(), group_, what.empty() || what[0] == '@' ? "" : "/", what, reason));
  }

  h5::File file_;
  std::string group_;
  h5::Dataset index_, intensity_;
  bool real_;
  std::vector<double> begin_;
  FrameShape shape_;
  std::uint64_t held_first_ = 0;
  std::vector<double> pixels_;
  std::vector<float> counts_;
};

}  // namespace

std::unique_ptr<FrameSource> open_event_frames(const FrameFileChoice& choice, const std::string& group) {
  return std::make_unique<EventFrames>(h5::File::open(choice.path), group, choice.rows, choice.columns);
}

}  // namespace patina
