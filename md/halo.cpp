// SPDX-License-Identifier: BSD-3-Clause
#include "md/halo.hpp"

#include <algorithm>
#include <climits>

#include "core/error.hpp"
#include "md/ghosts.hpp"

namespace patina {

namespace {

constexpr bool on_host = Kokkos::SpaceAccessibility<HostSpace, MemSpace>::accessible;
constexpr int tag = 1;

int byte_count(std::size_t bytes) {
  if (bytes > static_cast<std::size_t>(INT_MAX))
    fail_one(ExitCode::usage, "a ghost exchange of over 2 GiB: use more ranks");
  return static_cast<int>(bytes);
}

template <class T>
void pack_rows(const T* rows, int stride, int first, int width, const Array<int>& row, int count, T* target) {
  Kokkos::parallel_for(
      "pack_halo", Range(0, count), KOKKOS_LAMBDA(int k) {
        const T* from = rows + static_cast<std::ptrdiff_t>(stride) * row(k) + first;
        T* to = target + static_cast<std::ptrdiff_t>(width) * k;
        for (int w = 0; w < width; ++w) to[w] = from[w];
      });
}

// Row to(k) = packed row k, or row from(k), shifted by the translation of its number; not shifted without translations.
template <class T>
void unpack_rows(const T* packed, T* rows, int stride, int first, int width, const Array<int>& to, const Array<int>& shift,
                 int count, const Array<T>& translation) {
  const bool shifted = translation.extent(0) > 0;
  Kokkos::parallel_for(
      "unpack_halo", Range(0, count), KOKKOS_LAMBDA(int k) {
        const T* source = packed + static_cast<std::ptrdiff_t>(width) * k;
        T* target = rows + static_cast<std::ptrdiff_t>(stride) * to(k) + first;
        for (int w = 0; w < width; ++w) target[w] = shifted ? source[w] + translation(width * shift(k) + w) : source[w];
      });
}

template <class T>
void copy_rows(T* rows, int stride, int first, int width, const Array<int>& from, const Array<int>& to,
               const Array<int>& shift, int count, const Array<T>& translation) {
  const bool shifted = translation.extent(0) > 0;
  Kokkos::parallel_for(
      "copy_images", Range(0, count), KOKKOS_LAMBDA(int k) {
        const T* source = rows + static_cast<std::ptrdiff_t>(stride) * from(k) + first;
        T* target = rows + static_cast<std::ptrdiff_t>(stride) * to(k) + first;
        for (int w = 0; w < width; ++w) target[w] = shifted ? source[w] + translation(width * shift(k) + w) : source[w];
      });
}

// Numbers shifts in the order of their appearance.
class ShiftNumbers {
 public:
  explicit ShiftNumbers(std::vector<std::array<int, 3>>& shifts) : shifts_(shifts) {}
  int operator()(const std::array<int, 3>& shift) {
    // Ghosts come in long stretches of one shift.
    if (last_ < shifts_.size() && shifts_[last_] == shift) return static_cast<int>(last_);
    last_ = static_cast<std::size_t>(std::find(shifts_.begin(), shifts_.end(), shift) - shifts_.begin());
    if (last_ == shifts_.size()) shifts_.push_back(shift);
    return static_cast<int>(last_);
  }

 private:
  std::vector<std::array<int, 3>>& shifts_;
  std::size_t last_ = 0;
};

}  // namespace

void Halo::build(Atoms& atoms, const Box& box, const Domain& domain, double cutoff) {
  const Comm& comm = domain.comm();
  comm_ = comm.handle();
  const GhostOrigins origins = append_ghosts(atoms, box, domain, cutoff);
  const auto rank = Kokkos::create_mirror_view_and_copy(HostSpace{}, origins.rank);
  const auto row = Kokkos::create_mirror_view_and_copy(HostSpace{}, origins.row);
  const auto source = Kokkos::create_mirror_view_and_copy(HostSpace{}, origins.source);

  const auto shift = Kokkos::create_mirror_view_and_copy(HostSpace{}, atoms.shift);

  const auto ranks = static_cast<std::size_t>(comm.size());
  std::vector<std::vector<int>> wanted(ranks);
  struct GhostRows {
    std::vector<int> row, source, shift;
    RowList to_device() const {
      return {patina::to_device(row), patina::to_device(source), patina::to_device(shift), static_cast<int>(row.size())};
    }
  } own, foreign, received;
  std::vector<GhostRows> from(ranks);
  shifts_.clear();
  ShiftNumbers number(shifts_);
  for (int g = atoms.local; g < atoms.all(); ++g) {
    std::array<int, 3> by = {shift(g, 0), shift(g, 1), shift(g, 2)};
    const int i = source(g);
    const auto owner = static_cast<std::size_t>(rank(g));
    if (i < 0) wanted[owner].push_back(row(g));
    if (i >= atoms.local)
      for (std::size_t d = 0; d < 3; ++d) by[d] -= shift(i, static_cast<int>(d));
    GhostRows& rows = i < 0 ? from[owner] : i < atoms.local ? own : foreign;
    rows.row.push_back(g);
    rows.source.push_back(i);
    rows.shift.push_back(number(by));
  }

  peers_.clear();
  std::vector<int> sent;
  const auto asked = comm.exchange(wanted);
  for (std::size_t r = 0; r < ranks; ++r) {
    if (asked[r].empty() && from[r].row.empty()) continue;
    peers_.push_back({static_cast<int>(r), static_cast<int>(sent.size()), static_cast<int>(asked[r].size()),
                      static_cast<int>(received.row.size()), static_cast<int>(from[r].row.size())});
    sent.insert(sent.end(), asked[r].begin(), asked[r].end());
    received.row.insert(received.row.end(), from[r].row.begin(), from[r].row.end());
    received.shift.insert(received.shift.end(), from[r].shift.begin(), from[r].shift.end());
  }
  own_images_ = own.to_device();
  foreign_images_ = foreign.to_device();
  received_ = received.to_device();
  send_row_ = to_device(sent);
  sends_ = static_cast<int>(sent.size());

  begin(atoms.type.data(), 1, 0, 1, {});
  finish();
  begin(atoms.id.data(), 1, 0, 1, {});
  finish();
}

template <class T>
void Halo::reserve_buffers(int width) {
  const auto grow = [](Array<char>& buffer, HostArray<char>& host, const std::string& label, std::size_t bytes) {
    if (buffer.extent(0) >= bytes) return;
    buffer = Array<char>(label, bytes + bytes / 8);
    host = Kokkos::create_mirror_view(HostSpace{}, buffer);
  };
  const std::size_t row_bytes = static_cast<std::size_t>(width) * sizeof(T);
  grow(send_buffer_, send_host_, "halo_send", static_cast<std::size_t>(sends_) * row_bytes);
  grow(receive_buffer_, receive_host_, "halo_receive", static_cast<std::size_t>(received_.count) * row_bytes);
}

template <class T>
void Halo::receive(int width) {
  const std::size_t row_bytes = static_cast<std::size_t>(width) * sizeof(T);
  for (const Peer& peer : peers_) {
    if (peer.ghost_count == 0) continue;
    requests_.emplace_back();
    PATINA_MPI_CHECK(MPI_Irecv(receive_host_.data() + static_cast<std::size_t>(peer.ghost_begin) * row_bytes,
                               byte_count(static_cast<std::size_t>(peer.ghost_count) * row_bytes), MPI_BYTE, peer.rank,
                               tag, comm_, &requests_.back()));
  }
}

template <class T>
void Halo::send(int width) {
  const std::size_t row_bytes = static_cast<std::size_t>(width) * sizeof(T);
  Kokkos::fence();
  if (!on_host) Kokkos::deep_copy(send_host_, send_buffer_);
  for (const Peer& peer : peers_) {
    if (peer.send_count == 0) continue;
    requests_.emplace_back();
    PATINA_MPI_CHECK(MPI_Isend(send_host_.data() + static_cast<std::size_t>(peer.send_begin) * row_bytes,
                               byte_count(static_cast<std::size_t>(peer.send_count) * row_bytes), MPI_BYTE, peer.rank,
                               tag, comm_, &requests_.back()));
  }
}

template <class T>
void Halo::begin(T* rows, int stride, int first, int width, const std::vector<T>& translations) {
  require(!unpack_, "a ghost exchange begun before the last was finished");
  if (!peers_.empty()) {
    reserve_buffers<T>(width);
    receive<T>(width);
    pack_rows(rows, stride, first, width, send_row_, sends_, reinterpret_cast<T*>(send_buffer_.data()));
    send<T>(width);
  }
  const auto translation = to_device(translations);
  const auto copy = [=](const RowList& images) {
    copy_rows(rows, stride, first, width, images.source, images.row, images.shift, images.count, translation);
  };
  copy(own_images_);
  if (peers_.empty()) return;
  unpack_ = [=, this] {
    if (!on_host) Kokkos::deep_copy(receive_buffer_, receive_host_);
    unpack_rows(reinterpret_cast<const T*>(receive_buffer_.data()), rows, stride, first, width, received_.row,
                received_.shift, received_.count, translation);
    copy(foreign_images_);
  };
}

void Halo::finish() {
  if (!unpack_) return;
  PATINA_MPI_CHECK(MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE));
  requests_.clear();
  unpack_();
  unpack_ = nullptr;
}

void Halo::begin_places(const Atoms& atoms, const Box& box) {
  std::vector<double> translations;
  for (const auto& shift : shifts_) {
    const Vec3 t = box.translation(shift.data());
    for (int d = 0; d < 3; ++d) translations.push_back(t[d]);
  }
  begin(atoms.place.data(), 4, 0, 3, translations);
}

void Halo::begin_mixed_places(const Atoms& atoms, const CellSteps& edges) {
  std::vector<std::uint32_t> translations;
  for (const auto& shift : shifts_)
    for (int d = 0; d < 3; ++d) translations.push_back(edges.translation(shift.data(), d));
  begin(atoms.mixed_place.data(), 4, 0, 3, translations);
}

void Halo::begin_slopes(const Atoms& atoms) { begin(atoms.place.data(), 4, 3, 1, {}); }

void Halo::begin_mixed_slopes(const Atoms& atoms) { begin(atoms.mixed_place.data(), 4, 3, 1, {}); }

}  // namespace patina
