// SPDX-License-Identifier: BSD-3-Clause
#include "md/halo.hpp"

#include <algorithm>
#include <climits>
#include <cmath>

#include "core/error.hpp"

namespace patina {

namespace {

constexpr bool on_host = Kokkos::SpaceAccessibility<HostSpace, MemSpace>::accessible;

int floor_divide(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

int byte_count(std::size_t bytes) {
  if (bytes > static_cast<std::size_t>(INT_MAX))
    fail_one(ExitCode::usage, "a ghost exchange of over 2 GiB: use more ranks");
  return static_cast<int>(bytes);
}

// Copies rows index[0..count) of `rows` to `target`, shifted by `shift` in the first three columns if
// `shifted`.
template <class T>
void copy_rows(const T* rows, const Array<int>& index, int first, int count, int width, bool shifted,
               const Vec3& shift, T* target) {
  Kokkos::parallel_for(
      "copy_halo_rows", Range(0, count), KOKKOS_LAMBDA(int k) {
        const T* from = rows + static_cast<std::size_t>(index(first + k)) * width;
        T* to = target + static_cast<std::size_t>(k) * width;
        for (int w = 0; w < width; ++w) to[w] = from[w];
        if (shifted)
          for (int w = 0; w < 3; ++w) to[w] += static_cast<T>(shift[w]);
      });
}

}  // namespace

void Halo::build(Atoms& atoms, const Box& box, const Domain& domain, double cutoff) {
  comm_ = domain.comm().handle();
  rank_ = domain.comm().rank();
  sends_ = 0;
  for (int d = 0; d < 3; ++d) build_axis(d, atoms, box, domain, cutoff);
}

void Halo::build_axis(int d, Atoms& atoms, const Box& box, const Domain& domain, double cutoff) {
  Axis& axis = axes_[d];
  axis.swaps.clear();
  const int ranks = domain.ranks()[d];
  const int here = domain.coordinate()[d];
  // A hair more than the cutoff, against round-off of fractional coordinates.
  const double reach = cutoff / box.height(d) * (1.0 + 1e-12);
  int hops = static_cast<int>(std::ceil(reach * ranks));
  if (!box.periodic(d)) hops = std::min(hops, ranks - 1);

  const int candidates = atoms.all();
  for (int hop = 1; hop <= hops; ++hop) {
    for (const int direction : {-1, 1}) {
      const int target = here + direction * hop;
      const int source = here - direction * hop;
      const auto rank_of = [&](int coordinate) {
        if (!box.periodic(d) && (coordinate < 0 || coordinate >= ranks)) return -1;
        auto c = domain.coordinate();
        c[d] = coordinate - ranks * floor_divide(coordinate, ranks);
        return domain.rank_at(c);
      };
      Swap swap;
      swap.send_to = rank_of(target);
      swap.receive_from = rank_of(source);
      swap.tag = 2 * hop + (direction > 0);
      swap.shift[d] = -floor_divide(target, ranks);
      swap.send_begin = sends_;
      if (swap.send_to >= 0) {
        // In coordinates of this rank the target's brick begins at target / ranks, wrapped or not.
        const double bound =
            direction < 0 ? double(target + 1) / ranks + reach : double(target) / ranks - reach;
        select(swap, atoms, candidates, box, d, bound);
      }
      axis.swaps.push_back(swap);
    }
  }
  exchange_counts(axis);
  int rows = candidates;
  for (Swap& swap : axis.swaps) {
    swap.ghost_begin = rows;
    rows += swap.ghost_count;
  }
  reserve(atoms, atoms.local, rows);
  atoms.ghost = rows - atoms.local;
  exchange(axis, atoms.position.data(), 3, &box.edges());
  exchange(axis, atoms.type.data(), 1, nullptr);
  exchange(axis, atoms.id.data(), 1, nullptr);
}

void Halo::select(Swap& swap, const Atoms& atoms, int candidates, const Box& box, int d, double bound) {
  if (static_cast<int>(send_index_.extent(0)) < sends_ + candidates)
    Kokkos::resize(send_index_, sends_ + candidates + candidates / 4);
  const auto index = send_index_;
  const auto position = atoms.position;
  const int first = sends_;
  const bool downwards = swap.tag % 2 == 0;
  Kokkos::parallel_scan(
      "select_ghosts", Range(0, candidates),
      KOKKOS_LAMBDA(int i, int& sum, bool last) {
        const double s = box.to_fractional(Vec3{{position(i, 0), position(i, 1), position(i, 2)}})[d];
        if (downwards ? s < bound : s >= bound) {
          if (last) index(first + sum) = i;
          ++sum;
        }
      },
      swap.send_count);
  sends_ += swap.send_count;
}

void Halo::exchange_counts(Axis& axis) const {
  std::vector<MPI_Request> requests;
  for (Swap& swap : axis.swaps) {
    if (swap.receive_from == rank_) {
      swap.ghost_count = swap.send_count;  // to itself
    } else if (swap.receive_from >= 0) {
      requests.emplace_back();
      PATINA_MPI_CHECK(
          MPI_Irecv(&swap.ghost_count, 1, MPI_INT, swap.receive_from, swap.tag, comm_, &requests.back()));
    }
  }
  for (Swap& swap : axis.swaps) {
    if (swap.send_to < 0 || swap.send_to == rank_) continue;
    requests.emplace_back();
    PATINA_MPI_CHECK(
        MPI_Isend(&swap.send_count, 1, MPI_INT, swap.send_to, swap.tag, comm_, &requests.back()));
  }
  PATINA_MPI_CHECK(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE));
}

template <class T>
void Halo::exchange(const Axis& axis, T* rows, int width, const Mat3* edges) {
  const auto row_bytes = static_cast<std::size_t>(width) * sizeof(T);
  const auto ghost_row = [&](const Swap& swap) {
    return rows + static_cast<std::size_t>(swap.ghost_begin) * width;
  };
  const auto pack = [&](const Swap& swap, T* target) {
    const Vec3 shift =
        edges ? Vec3{{double(swap.shift[0]), double(swap.shift[1]), double(swap.shift[2])}} * *edges : Vec3{};
    copy_rows(rows, send_index_, swap.send_begin, swap.send_count, width, edges != nullptr, shift, target);
  };
  reserve_buffers(axis, row_bytes);
  std::vector<MPI_Request> requests;

  std::size_t place = 0;
  for (const Swap& swap : axis.swaps) {
    if (!swap.receives_from_other(rank_)) continue;
    void* target = on_host ? static_cast<void*>(ghost_row(swap)) : receive_host_.data() + place;
    requests.emplace_back();
    PATINA_MPI_CHECK(MPI_Irecv(target, byte_count(swap.ghost_count * row_bytes), MPI_BYTE, swap.receive_from,
                               swap.tag, comm_, &requests.back()));
    place += swap.ghost_count * row_bytes;
  }
  place = 0;
  for (const Swap& swap : axis.swaps) {
    if (!swap.sends_to_other(rank_)) continue;
    pack(swap, reinterpret_cast<T*>(send_buffer_.data() + place));
    place += swap.send_count * row_bytes;
  }
  Kokkos::fence();
  if (!on_host) Kokkos::deep_copy(send_host_, send_buffer_);
  place = 0;
  for (const Swap& swap : axis.swaps) {
    if (!swap.sends_to_other(rank_)) continue;
    requests.emplace_back();
    PATINA_MPI_CHECK(MPI_Isend(send_host_.data() + place, byte_count(swap.send_count * row_bytes), MPI_BYTE,
                               swap.send_to, swap.tag, comm_, &requests.back()));
    place += swap.send_count * row_bytes;
  }
  // Images of this rank's own atoms, while the messages are under way.
  for (const Swap& swap : axis.swaps)
    if (swap.send_to == rank_) pack(swap, ghost_row(swap));
  PATINA_MPI_CHECK(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE));
  if (!on_host) place_received(axis, reinterpret_cast<char*>(rows), row_bytes);
}

void Halo::reserve_buffers(const Axis& axis, std::size_t row_bytes) {
  std::size_t sent = 0, received = 0;
  for (const Swap& swap : axis.swaps) {
    if (swap.sends_to_other(rank_)) sent += swap.send_count * row_bytes;
    if (swap.receives_from_other(rank_)) received += swap.ghost_count * row_bytes;
  }
  if (send_buffer_.extent(0) < sent) {
    send_buffer_ = Array<char>("halo_send", sent + sent / 8);
    send_host_ = Kokkos::create_mirror_view(HostSpace{}, send_buffer_);
  }
  if (!on_host && receive_host_.extent(0) < received)
    receive_host_ = HostArray<char>("halo_receive", received + received / 8);
}

void Halo::place_received(const Axis& axis, char* rows, std::size_t row_bytes) const {
  using Unmanaged = Kokkos::MemoryTraits<Kokkos::Unmanaged>;
  std::size_t place = 0;
  for (const Swap& swap : axis.swaps) {
    if (!swap.receives_from_other(rank_)) continue;
    const std::size_t bytes = swap.ghost_count * row_bytes;
    Kokkos::deep_copy(Kokkos::View<char*, MemSpace, Unmanaged>(rows + swap.ghost_begin * row_bytes, bytes),
                      Kokkos::View<char*, HostSpace, Unmanaged>(receive_host_.data() + place, bytes));
    place += bytes;
  }
}

void Halo::refresh_positions(const Atoms& atoms, const Box& box) {
  for (const Axis& axis : axes_) exchange(axis, atoms.position.data(), 3, &box.edges());
}

void Halo::refresh(const Array<double>& values) {
  for (const Axis& axis : axes_) exchange(axis, values.data(), 1, nullptr);
}

}  // namespace patina
