// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "frames/frame_readers.hpp"

namespace patina {
namespace {

constexpr double bytes_at_once = 1.6e7;

// Most pixels of a weak pattern are 0: words of 64 bits that are 0 are passed over at once.
template <class Count>
void add_nonzero(const Count* counts, std::size_t pixels, std::vector<PixelValue>& values) {
  constexpr std::size_t together = sizeof(std::uint64_t) / sizeof(Count);
  const auto take = [&](std::size_t p) {
    if (counts[p] != Count{0}) values.push_back({static_cast<std::uint32_t>(p), static_cast<float>(counts[p])});
  };
  std::size_t p = 0;
  for (; p + together <= pixels; p += together) {
    std::uint64_t word = 0;
    std::memcpy(&word, counts + p, sizeof word);
    if (word == 0) continue;
    for (std::size_t k = 0; k < together; ++k) take(p + k);
  }
  for (; p < pixels; ++p) take(p);
}

template <class Count>
class DenseFrames : public FrameSource {
 public:
  DenseFrames(h5::File file, h5::Dataset data, bool whole, double marked_from)
      : file_(std::move(file)), data_(std::move(data)), whole_(whole), marked_from_(marked_from) {
    const h5::Dims dims = data_.dims();
    shape_ = {static_cast<std::int64_t>(dims[0]), static_cast<int>(dims[1]), static_cast<int>(dims[2])};
    at_once_ = static_cast<std::int64_t>(std::clamp(bytes_at_once / (sizeof(Count) * static_cast<double>(shape_.pixels())), 1.0, 1024.0));
  }
  FrameShape shape() const override { return shape_; }
  std::string layout() const override { return "dense"; }
  std::string place() const override { return file_.path() + ": " + data_.name(); }
  bool whole_numbers() const override { return whole_; }
  double marked_from() const override { return marked_from_; }
  void read(std::int64_t frame, std::vector<PixelValue>& values) override {
    if (frame < first_ || frame >= first_ + held_) {
      first_ = frame;
      held_ = std::min(at_once_, shape_.frames - frame);
      counts_ = rows(static_cast<std::uint64_t>(first_), static_cast<std::uint64_t>(held_));
    }
    values.clear();
    const auto pixels = static_cast<std::size_t>(shape_.pixels());
    add_nonzero(counts_.data() + static_cast<std::size_t>(frame - first_) * pixels, pixels, values);
  }

 private:
  std::vector<Count> rows(std::uint64_t first, std::uint64_t count) const {
    if constexpr (std::is_floating_point_v<Count>)
      return data_.read_rows_rounded<Count>(first, count);
    else
      return data_.read_rows<Count>(first, count);
  }

  h5::File file_;
  h5::Dataset data_;
  bool whole_;
  double marked_from_;
  FrameShape shape_;
  std::int64_t at_once_ = 1, first_ = 0, held_ = 0;
  std::vector<Count> counts_;
};

template <class Count>
std::unique_ptr<FrameSource> dense_of(h5::File file, h5::Dataset data) {
  return std::make_unique<DenseFrames<Count>>(std::move(file), std::move(data), true, static_cast<double>(std::numeric_limits<Count>::max()));
}

}  // namespace

std::unique_ptr<FrameSource> open_dense_frames(const FrameFileChoice& choice, const std::string& name) {
  h5::File file = h5::File::open(choice.path);
  const h5::Dims dims = file.dims(name);
  if (dims.size() != 3 || dims[0] < 1 || dims[1] < 1 || dims[2] < 1)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} has {} dimensions: must be (frames, rows, columns)", choice.path, name, dims.size()));
  if (dims[1] * dims[2] > (std::uint64_t{1} << 31) || dims[1] > (1u << 30) || dims[2] > (1u << 30))
    throw Error(ExitCode::bad_input, fmt::format("{}: {} has frames of {} x {} pixels: must be <= 2^31 in all", choice.path, name, dims[1], dims[2]));
  h5::Dataset data = file.dataset(name, dims);
  if (data.holds(h5::Type::uint16)) return dense_of<std::uint16_t>(std::move(file), std::move(data));
  if (data.holds(h5::Type::uint8)) return dense_of<std::uint8_t>(std::move(file), std::move(data));
  if (data.holds(h5::Type::uint32)) return dense_of<std::uint32_t>(std::move(file), std::move(data));
  if (data.holds(h5::Type::int32)) return dense_of<std::int32_t>(std::move(file), std::move(data));
  const bool real = data.holds(h5::Type::float32) || data.holds(h5::Type::float64);
  return std::make_unique<DenseFrames<float>>(std::move(file), std::move(data), !real, std::numeric_limits<double>::infinity());
}

}  // namespace patina
