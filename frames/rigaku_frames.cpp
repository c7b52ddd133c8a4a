// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <fstream>

#include "core/error.hpp"
#include "frames/frame_readers.hpp"

namespace patina {
namespace {

constexpr std::size_t words_at_once = 1 << 20;

class RigakuFrames : public FrameSource {
 public:
  RigakuFrames(const std::string& path, int rows, int columns) : path_(path), file_(path, std::ios::binary) {
    static_assert(std::endian::native == std::endian::little);
    if (!file_) throw Error(ExitCode::missing_input, path + ": cannot be read");
    if (rows < 1 || columns < 1) fail("words do not say how many rows and columns frames have: \"rows\" and \"columns\" in \"frames\", or a partition");
    file_.seekg(0, std::ios::end);
    const auto bytes = static_cast<std::uint64_t>(file_.tellg());
    if (bytes == 0 || bytes % sizeof(std::uint64_t) != 0) fail(fmt::format("{} bytes are no whole words of 64 bits", bytes));
    words_ = bytes / sizeof(std::uint64_t);
    find_frames();
    shape_ = {static_cast<std::int64_t>(begin_.size()) - 1, rows, columns};
  }
  FrameShape shape() const override { return shape_; }
  std::string layout() const override { return "rigaku"; }
  std::string place() const override { return path_; }
  double marked_from() const override { return 4095.0; }
  void read(std::int64_t frame, std::vector<PixelValue>& values) override {
    values.clear();
    const std::uint64_t first = begin_[static_cast<std::size_t>(frame)], last = begin_[static_cast<std::size_t>(frame) + 1];
    if (first == last) return;
    if (first < held_first_ || last > held_first_ + held_.size()) hold(first, std::max<std::uint64_t>(last - first, std::min<std::uint64_t>(words_at_once, words_ - first)));
    for (std::uint64_t k = first - held_first_; k < last - held_first_; ++k) {
      const std::uint64_t word = held_[k], pixel = word >> 16 & 0xffffff, count = word & 0xfff;
      if (pixel >= static_cast<std::uint64_t>(shape_.pixels()))
        fail(fmt::format("pixel {} in frame {}: frames have {} x {} pixels", pixel, frame, shape_.rows, shape_.columns));
      if (count != 0) values.push_back({static_cast<std::uint32_t>(pixel), static_cast<float>(count)});
    }
    const auto before = [](const PixelValue& a, const PixelValue& b) { return a.pixel < b.pixel; };
    if (!std::is_sorted(values.begin(), values.end(), before)) std::sort(values.begin(), values.end(), before);
    for (std::size_t k = 1; k < values.size(); ++k)
      if (values[k].pixel == values[k - 1].pixel) fail(fmt::format("pixel {} stands twice in frame {}", values[k].pixel, frame));
  }

 private:
  // Where each frame begins, in words.
  void find_frames() {
    begin_ = {0};
    std::uint64_t frame = 0;
    for (std::uint64_t at = 0; at < words_; at += held_.size()) {
      hold(at, std::min<std::uint64_t>(words_at_once, words_ - at));
      for (std::size_t k = 0; k < held_.size(); ++k) {
        const std::uint64_t of = held_[k] >> 40;
        if (of < frame) fail(fmt::format("frame {} after frame {}: words must be in order of frames", of, frame));
        for (; frame < of; ++frame) begin_.push_back(at + k);
      }
    }
    begin_.push_back(words_);
  }
  void hold(std::uint64_t first, std::uint64_t count) {
    held_first_ = first;
    held_.resize(count);
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(first * sizeof(std::uint64_t)));
    file_.read(reinterpret_cast<char*>(held_.data()), static_cast<std::streamsize>(count * sizeof(std::uint64_t)));
    if (!file_) throw Error(ExitCode::io, path_ + ": reading failed");
  }
  [[noreturn]] void fail(const std::string& reason) const { throw Error(ExitCode::bad_input, path_ + ": " + reason); }

  std::string path_;
  std::ifstream file_;
  std::uint64_t words_ = 0;
  std::vector<std::uint64_t> begin_, held_;
  std::uint64_t held_first_ = 0;
  FrameShape shape_;
};

}  // namespace

std::unique_ptr<FrameSource> open_rigaku_frames(const FrameFileChoice& choice) { return std::make_unique<RigakuFrames>(choice.path, choice.rows, choice.columns); }

}  // namespace patina
