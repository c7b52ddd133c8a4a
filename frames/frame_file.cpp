// SPDX-License-Identifier: BSD-3-Clause
#include "frames/frame_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <type_traits>

#include "core/durable_file.hpp"
#include "core/error.hpp"
#include "core/hdf5.hpp"
#include "core/packed_chunk.hpp"
#include "core/types.hpp"

namespace patina {
namespace {

std::string temporary_of(const std::string& path) {
  std::filesystem::remove(path + ".tmp");  // left by a process that was killed here
  return path + ".tmp";
}

template <class Count>
class DenseFile : public FrameFile {
 public:
  DenseFile(const std::string& path, const FrameShape& shape, double two_theta_deg)
      : path_(path), columns_(static_cast<std::uint64_t>(shape.columns)), rows_(static_cast<std::uint64_t>(shape.rows)),
        file_(h5::File::create(temporary_of(path))) {
    file_.create_group("/entry");
    file_.set_attribute("/", "NX_class", "NXroot");
    file_.set_attribute("/", "default", "entry");
    file_.set_attribute("/entry", "NX_class", "NXentry");
    file_.set_attribute("/entry", "default", "data");
    file_.create_group("/entry/data");
    file_.set_attribute("/entry/data", "NX_class", "NXdata");
    file_.set_attribute("/entry/data", "signal", "data");
    data_ = std::make_unique<h5::Dataset>(file_.create_dataset("/entry/data/data", h5::type_of<Count>(),
                                                               {static_cast<std::uint64_t>(shape.frames), rows_, columns_},
                                                               {.compress = true, .chunk = {1, rows_, columns_}}));
    file_.hard_link("/entry/data/data", "/entry_0000/measurement/data");
    file_.hard_link("/entry/data/data", "/1.1/measurement/eiger4m");
    file_.write("/1.1/instrument/positioners/delta", std::vector<double>{two_theta_deg}, {});
  }
  void push(std::span<const PhotonEvent> events) override {
    waiting_.emplace_back(events.begin(), events.end());
    waiting_bytes_ += events.size() * sizeof(PhotonEvent);
    if (waiting_.size() == 4 * static_cast<std::size_t>(workers()) || waiting_bytes_ > most_waiting_bytes) write_out();
  }
  void finish() override {
    write_out();
    data_.reset();
    file_.close();
    commit_file(path_ + ".tmp", path_, IfExists::refuse);
  }

 private:
  static constexpr std::size_t most_waiting_bytes = std::size_t{1} << 26;
  static int workers() { return std::max(1, HostExec().concurrency()); }

  // Each thread packs frames of its own; the library writes them in order.
  void write_out() {
    std::vector<std::vector<unsigned char>> packed(waiting_.size());
    Kokkos::parallel_for("pack_frames", HostRange(0, workers()), [&](int worker) {
      std::vector<Count> counts;
      for (std::size_t k = static_cast<std::size_t>(worker); k < waiting_.size(); k += static_cast<std::size_t>(workers())) {
        counts.assign(static_cast<std::size_t>(rows_ * columns_), Count{0});
        for (const PhotonEvent& event : waiting_[k])
          counts[event.pixel] = static_cast<Count>(std::min<std::uint32_t>(event.count, std::numeric_limits<Count>::max()));
        packed[k] = h5::pack_chunk({reinterpret_cast<const unsigned char*>(counts.data()), counts.size() * sizeof(Count)}, sizeof(Count));
      }
    });
    for (const auto& chunk : packed) data_->write_packed({frame_++, 0, 0}, chunk);
    waiting_.clear();
    waiting_bytes_ = 0;
  }

  std::string path_;
  std::uint64_t columns_, rows_, frame_ = 0;
  h5::File file_;
  std::unique_ptr<h5::Dataset> data_;
  std::vector<std::vector<PhotonEvent>> waiting_;  // frames that are not in the file yet
  std::size_t waiting_bytes_ = 0;
};

class EventFile : public FrameFile {
 public:
  EventFile(const std::string& path, const FrameShape& shape) : path_(path), file_(h5::File::create(temporary_of(path))) {
    const h5::Layout growing{.extendable = true, .compress = true, .chunk = {events_at_once}};
    file_.create_group(group);
    file_.set_attribute(group, "shape", std::vector<std::int64_t>{shape.frames, shape.rows, shape.columns});
    index_data_ = std::make_unique<h5::Dataset>(file_.create_dataset(std::string(group) + "/index", h5::Type::uint32, {0}, growing));
    intensity_data_ = std::make_unique<h5::Dataset>(file_.create_dataset(std::string(group) + "/intensity", h5::Type::uint32, {0}, growing));
  }
  void push(std::span<const PhotonEvent> events) override {
    for (const PhotonEvent& event : events) {
      index_.push_back(event.pixel);
      intensity_.push_back(event.count);
      if (index_.size() == events_at_once) write_out();
    }
    frame_ptr_.push_back(frame_ptr_.back() + events.size());
  }
  void finish() override {
    write_out();
    index_data_.reset();
    intensity_data_.reset();
    file_.write(std::string(group) + "/frame_ptr", frame_ptr_);
    file_.close();
    commit_file(path_ + ".tmp", path_, IfExists::refuse);
  }

 private:
  static constexpr const char* group = "/entry_0000/measurement/data";
  static constexpr std::size_t events_at_once = 1 << 18;  // a chunk of 1 MiB

  void write_out() {
    index_data_->append(index_);
    intensity_data_->append(intensity_);
    index_.clear();
    intensity_.clear();
  }

  std::string path_;
  h5::File file_;
  std::unique_ptr<h5::Dataset> index_data_, intensity_data_;
  std::vector<std::uint32_t> index_, intensity_;
  std::vector<std::uint64_t> frame_ptr_{0};
};

class RigakuFile : public FrameFile {
 public:
  explicit RigakuFile(const std::string& path) : path_(path), file_(std::fopen(temporary_of(path).c_str(), "wbx")) {
    if (!file_) throw Error(ExitCode::cannot_create, fmt::format("{}.tmp: cannot be created: {}", path, std::strerror(errno)));
  }
  void push(std::span<const PhotonEvent> events) override {
    words_.clear();
    for (const PhotonEvent& event : events)
      words_.push_back(frame_ << 40 | std::uint64_t{event.pixel} << 16 | std::min(event.count, most_rigaku_counts));
    ++frame_;
    static_assert(std::endian::native == std::endian::little);
    if (std::fwrite(words_.data(), sizeof(std::uint64_t), words_.size(), file_.get()) != words_.size()) fail();
  }
  void finish() override {
    if (std::fclose(file_.release()) != 0) fail();
    commit_file(path_ + ".tmp", path_, IfExists::refuse);
  }
  static constexpr std::uint32_t most_rigaku_counts = 255;  // the file has room for 4095, readers cast to 8 bits
  static constexpr std::int64_t most_frames = 1 << 24, most_pixels = 1 << 21;

 private:
  [[noreturn]] void fail() const { throw Error(ExitCode::io, fmt::format("{}.tmp: writing failed: {}", path_, std::strerror(errno))); }
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t frame_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace

std::uint32_t most_counts(const FrameStorage& storage) {
  if (storage.rigaku) return RigakuFile::most_rigaku_counts;
  return storage.dense && !storage.wide ? 65535u : 4294967295u;
}

void check(const FrameStorage& storage, const FrameShape& shape, const std::string& place) {
  const auto refuse = [&](const std::string& what) { throw Error(ExitCode::bad_input, place + ": " + what); };
  if (!storage.dense && !storage.events && !storage.rigaku) refuse("frames are stored in no file: dense, events or rigaku must be true");
  if (shape.frames < 1) refuse("no frame at all");
  if (storage.rigaku && shape.frames > RigakuFile::most_frames) refuse(fmt::format("{} frames in a Rigaku file: must be <= {}", shape.frames, RigakuFile::most_frames));
  if (storage.rigaku && shape.pixels() > RigakuFile::most_pixels)
    refuse(fmt::format("{} x {} pixels in a Rigaku file: must be <= {} in all", shape.rows, shape.columns, RigakuFile::most_pixels));
  // A chunk of HDF5 has at most 2^32 - 1 bytes.
  if (storage.dense && shape.pixels() >= (std::int64_t{1} << (storage.wide ? 30 : 31)))
    refuse(fmt::format("{} x {} pixels: a frame must have less than 4 GiB", shape.rows, shape.columns));
}

double bytes_of_frames(const FrameStorage& storage, const FrameShape& shape, double counting) {
  const auto frames = static_cast<double>(shape.frames);
  double bytes = 0.0;
  if (storage.dense) bytes += frames * static_cast<double>(shape.pixels()) * (storage.wide ? 4.0 : 2.0);
  if (storage.events) bytes += frames * (8.0 * counting + 8.0);
  if (storage.rigaku) bytes += frames * 8.0 * counting;
  return bytes;
}

std::vector<std::unique_ptr<FrameFile>> create_frame_files(const std::string& folder, const std::string& stem, const FrameStorage& storage,
                                                           const FrameShape& shape, double two_theta_deg) {
  std::vector<std::unique_ptr<FrameFile>> files;
  const std::string path = folder + "/" + stem;
  if (storage.dense && storage.wide) files.push_back(std::make_unique<DenseFile<std::uint32_t>>(path + ".h5", shape, two_theta_deg));
  if (storage.dense && !storage.wide) files.push_back(std::make_unique<DenseFile<std::uint16_t>>(path + ".h5", shape, two_theta_deg));
  if (storage.events) files.push_back(std::make_unique<EventFile>(path + "_events.h5", shape));
  if (storage.rigaku) files.push_back(std::make_unique<RigakuFile>(path + ".bin"));
  return files;
}

}  // namespace patina
