// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/speckle_planes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "core/on_root.hpp"
#include "core/types.hpp"

namespace patina {
namespace {

// What a unit puts into each plane.
class UnitStream {
 public:
  explicit UnitStream(const PlaneUnit& unit) : unit_(unit), re_(static_cast<std::size_t>(unit.block.count)), im_(re_.size()) {
    const int modes = static_cast<int>(unit.movie->mode_weights().size());
    for (int m = unit.mode < 0 ? 0 : unit.mode; m < (unit.mode < 0 ? modes : unit.mode + 1); ++m)
      streams_.push_back(unit.movie->mode_stream(m, unit.block));
  }
  void next(float* plane) {
    if (unit_.mode >= 0) return streams_[0]->next(plane, plane + unit_.block.count);
    std::fill_n(plane, unit_.block.count, 0.0f);
    for (std::size_t m = 0; m < streams_.size(); ++m) {
      streams_[m]->next(re_.data(), im_.data());
      add_field_intensity(re_.data(), im_.data(), static_cast<float>(unit_.movie->mode_weights()[m]), plane, unit_.block.count);
    }
  }

 private:
  PlaneUnit unit_;
  std::vector<float> re_, im_;
  std::vector<std::unique_ptr<FieldStream>> streams_;
};

// Rank r has units begin(r) .. begin(r + 1) - 1.
std::size_t first_unit(std::size_t units, int rank, int ranks) { return units * static_cast<std::size_t>(rank) / static_cast<std::size_t>(ranks); }

class LivePlanes : public PlaneSource {
 public:
  LivePlanes(const Comm& comm, std::vector<PlaneUnit> units) : comm_(comm), units_(std::move(units)), length_(plane_length(units_)) {
    const std::size_t begin = first_unit(units_.size(), comm.rank(), comm.size()), end = first_unit(units_.size(), comm.rank() + 1, comm.size());
    mine_.assign(units_.begin() + static_cast<std::ptrdiff_t>(begin), units_.begin() + static_cast<std::ptrdiff_t>(end));
    for (const PlaneUnit& unit : mine_) streams_.emplace_back(unit);
  }
  void next(int count, std::vector<float>& planes) override {
    const std::size_t begin = mine_.empty() ? 0 : mine_.front().begin, length = plane_length(mine_);
    std::vector<float> own(comm_.size() > 1 ? length * static_cast<std::size_t>(count) : 0);
    if (comm_.is_root()) planes.resize(length_ * static_cast<std::size_t>(count));
    float* const made = comm_.size() > 1 ? own.data() : planes.data();
    Kokkos::parallel_for("speckle_planes", HostRange(0, static_cast<int>(mine_.size())), [&](int u) {
      const auto unit = static_cast<std::size_t>(u);
      for (int k = 0; k < count; ++k) streams_[unit].next(made + static_cast<std::size_t>(k) * length + (mine_[unit].begin - begin));
    });
    if (comm_.size() > 1) put_together(count, comm_.gather(own), planes);
  }

 private:
  // From [rank][plane][its part].
  void put_together(int count, const std::vector<float>& all, std::vector<float>& planes) const {
    if (!comm_.is_root()) return;
    auto from = all.begin();
    for (int rank = 0; rank < comm_.size(); ++rank) {
      const std::size_t first = first_unit(units_.size(), rank, comm_.size()), last = first_unit(units_.size(), rank + 1, comm_.size());
      if (first == last) continue;
      const std::size_t begin = units_[first].begin, length = units_[last - 1].begin + units_[last - 1].length() - begin;
      for (int k = 0; k < count; ++k, from += static_cast<std::ptrdiff_t>(length))
        std::copy_n(from, length, planes.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(k) * length_ + begin));
    }
  }

  const Comm& comm_;
  std::vector<PlaneUnit> units_, mine_;
  std::size_t length_;
  std::vector<UnitStream> streams_;
};

// Room for numbers on disk that vanishes with the process.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& path) : path_(path), file_(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (file_ < 0) throw Error(ExitCode::cannot_create, fmt::format("{}: cannot be created: {}", path, std::strerror(errno)));
    unlink(path.c_str());
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { close(file_); }
  void write(std::size_t place, const float* values, std::size_t count) {
    const auto* const bytes = reinterpret_cast<const char*>(values);
    move("writing", place, count, [&](std::size_t done, std::size_t left, off_t at) { return pwrite(file_, bytes + done, left, at); });
  }
  void read(std::size_t place, float* values, std::size_t count) {
    auto* const bytes = reinterpret_cast<char*>(values);
    move("reading", place, count, [&](std::size_t done, std::size_t left, off_t at) { return pread(file_, bytes + done, left, at); });
  }

 private:
  template <class Call>
  void move(const char* what, std::size_t place, std::size_t count, const Call& call) {
    const std::size_t all = count * sizeof(float);
    for (std::size_t done = 0; done < all;) {
      const ssize_t moved = call(done, all - done, static_cast<off_t>(place * sizeof(float) + done));
      if (moved < 0 && errno == EINTR) continue;
      if (moved <= 0)
        throw Error(ExitCode::io, fmt::format("{}: {} scratch data failed: {}", path_, what, moved < 0 ? std::strerror(errno) : "end of file"));
      done += static_cast<std::size_t>(moved);
    }
  }
  std::string path_;
  int file_;
};

class WaitingPlanes : public PlaneSource {
 public:
  WaitingPlanes(const Comm& comm, const std::vector<PlaneUnit>& units, std::int64_t planes, const std::string& scratch)
      : comm_(comm), length_(plane_length(units)), planes_(static_cast<std::size_t>(planes)) {
    on_root(comm, [&] { file_ = std::make_unique<ScratchFile>(scratch); });
    const auto at_once = static_cast<std::size_t>(std::max(1, HostExec().concurrency()));
    const std::size_t round = at_once * static_cast<std::size_t>(comm.size());
    for (std::size_t first = 0; first < units.size(); first += round) {
      const auto begin_of = [&](int rank) { return std::min(units.size(), first + at_once * static_cast<std::size_t>(rank)); };
      const std::vector<float> mine = make(units, begin_of(comm.rank()), begin_of(comm.rank() + 1));
      const std::vector<float> all = comm.size() > 1 ? comm.gather(mine) : mine;
      on_root(comm, [&] { write_out(units, first, begin_of(comm.size()), all); });
    }
  }
  void next(int count, std::vector<float>& planes) override {
    on_root(comm_, [&] {
      planes.resize(length_ * static_cast<std::size_t>(count));
      file_->read(plane_ * length_, planes.data(), planes.size());
    });
    plane_ += static_cast<std::size_t>(count);
  }

 private:
  // [unit][plane][its part]
  std::vector<float> make(const std::vector<PlaneUnit>& units, std::size_t begin, std::size_t end) const {
    std::vector<std::size_t> start{0};
    for (std::size_t u = begin; u < end; ++u) start.push_back(start.back() + units[u].length() * planes_);
    std::vector<float> made(start.back());
    Kokkos::parallel_for("waiting_planes", HostRange(0, static_cast<int>(end - begin)), [&](int k) {
      const PlaneUnit& unit = units[begin + static_cast<std::size_t>(k)];
      UnitStream stream(unit);
      float* const out = made.data() + start[static_cast<std::size_t>(k)];
      for (std::size_t plane = 0; plane < planes_; ++plane) stream.next(out + plane * unit.length());
    });
    return made;
  }
  void write_out(const std::vector<PlaneUnit>& units, std::size_t begin, std::size_t end, const std::vector<float>& made) {
    const float* from = made.data();
    for (std::size_t u = begin; u < end; ++u)
      for (std::size_t plane = 0; plane < planes_; ++plane, from += units[u].length())
        file_->write(plane * length_ + units[u].begin, from, units[u].length());
  }

  const Comm& comm_;
  std::size_t length_, planes_, plane_ = 0;
  std::unique_ptr<ScratchFile> file_;  // on rank 0
};

}  // namespace

double PlaneUnit::bytes() const {
  const double all_modes = movie->bytes_of_pixel() * block.count;
  return mode < 0 ? all_modes : all_modes / static_cast<double>(movie->mode_weights().size());
}

std::vector<PlaneUnit> units_of(const SpeckleMovie& movie, std::int64_t count, int mode, std::size_t begin, std::int64_t planes) {
  constexpr double most_pixels = 4096, most_bytes = 1.6e7;
  const double fitting = std::clamp(most_bytes / (sizeof(float) * static_cast<double>(planes)), 1.0 * pixel_group, most_pixels);
  const std::int64_t step = static_cast<std::int64_t>(fitting) / pixel_group * pixel_group;
  std::vector<PlaneUnit> units;
  for (std::int64_t first = 0; first < count; first += step) {
    const std::int64_t wanted = (std::min(step, count - first) + pixel_group - 1) / pixel_group * pixel_group;
    units.push_back({&movie, {static_cast<std::uint32_t>(first), static_cast<int>(wanted)}, mode, begin});
    begin += units.back().length();
  }
  return units;
}

std::size_t plane_length(const std::vector<PlaneUnit>& units) {
  std::size_t length = 0;
  for (const PlaneUnit& unit : units) length += unit.length();
  return length;
}

bool waits_in_file(const std::vector<PlaneUnit>& units, double most_live) {
  double bytes = 0.0;
  for (const PlaneUnit& unit : units) bytes += unit.bytes();
  return bytes > most_live;
}

std::unique_ptr<PlaneSource> PlaneSource::create(const Comm& comm, std::vector<PlaneUnit> units, std::int64_t planes, const std::string& scratch,
                                                 double most_live) {
  if (waits_in_file(units, most_live)) return std::make_unique<WaitingPlanes>(comm, units, planes, scratch);
  return std::make_unique<LivePlanes>(comm, std::move(units));
}

}  // namespace patina
