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

// Columns first .. first + width - 1 of rows index[0 .. count), with `shift` added, one behind the other.
template <class T>
void pack_rows(const T* rows, int stride, int first, int width, const Array<int>& index, int begin, int count,
               const std::array<T, 3>& shift, T* target) {
  const T add[3] = {shift[0], shift[1], shift[2]};
  Kokkos::parallel_for(
      "pack_halo", Range(0, count), KOKKOS_LAMBDA(int k) {
        const T* from = rows + static_cast<std::ptrdiff_t>(stride) * index(begin + k) + first;
        T* to = target + static_cast<std::ptrdiff_t>(width) * k;
        for (int w = 0; w < width; ++w) to[w] = from[w] + add[w];
      });
}

template <class T>
void unpack_rows(const T* packed, T* rows, int stride, int first, int width, int begin, int count) {
  Kokkos::parallel_for(
      "unpack_halo", Range(0, count), KOKKOS_LAMBDA(int k) {
        T* to = rows + static_cast<std::ptrdiff_t>(stride) * (begin + k) + first;
        for (int w = 0; w < width; ++w) to[w] = packed[static_cast<std::ptrdiff_t>(width) * k + w];
      });
}

// The same within one rank: ghosts that are images of its own atoms.
template <class T>
void copy_rows(T* rows, int stride, int first, int width, const Array<int>& index, int send_begin, int count,
               const std::array<T, 3>& shift, int ghost_begin) {
  const T add[3] = {shift[0], shift[1], shift[2]};
  Kokkos::parallel_for(
      "copy_images", Range(0, count), KOKKOS_LAMBDA(int k) {
        const T* from = rows + static_cast<std::ptrdiff_t>(stride) * index(send_begin + k) + first;
        T* to = rows + static_cast<std::ptrdiff_t>(stride) * (ghost_begin + k) + first;
        for (int w = 0; w < width; ++w) to[w] = from[w] + add[w];
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
  const int hops = domain.most_hops(d, reach);

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
        const double bound =
            direction < 0 ? domain.cut(d, target + 1) + reach : domain.cut(d, target) - reach;
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
  refresh_places(axis, atoms, box);
  exchange(axis, atoms.shift.data(), 3, 0, 3, [](const Swap& swap) { return swap.shift; });
  find_originals(axis, atoms);
  exchange(axis, atoms.type.data(), 1, 0, 1, [](const Swap&) { return std::array<int, 3>{}; });
  exchange(axis, atoms.id.data(), 1, 0, 1, [](const Swap&) { return std::array<std::int64_t, 3>{}; });
}

void Halo::find_originals(const Axis& axis, const Atoms& atoms) const {
  const auto original = atoms.original;
  for (const Swap& swap : axis.swaps) {
    if (swap.receive_from == rank_) {
      copy_rows(original.data(), 1, 0, 1, send_index_, swap.send_begin, swap.send_count, std::array<int, 3>{},
                swap.ghost_begin);
    } else if (swap.ghost_count > 0) {
      const int begin = swap.ghost_begin;
      Kokkos::parallel_for(
          "foreign_ghosts", Range(begin, begin + swap.ghost_count), KOKKOS_LAMBDA(int g) { original(g) = -1; });
    }
  }
}

void Halo::select(Swap& swap, const Atoms& atoms, int candidates, const Box& box, int d, double bound) {
  if (static_cast<int>(send_index_.extent(0)) < sends_ + candidates)
    Kokkos::resize(send_index_, sends_ + candidates + candidates / 4);
  const auto index = send_index_;
  const auto place = atoms.place;
  const int first = sends_;
  const bool downwards = swap.tag % 2 == 0;
  Kokkos::parallel_scan(
      "select_ghosts", Range(0, candidates),
      KOKKOS_LAMBDA(int i, int& sum, bool last) {
        const double s = box.to_fractional(Vec3{{place(i, 0), place(i, 1), place(i, 2)}})[d];
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

template <class T, class Shift>
void Halo::exchange(const Axis& axis, T* rows, int stride, int first, int width, const Shift& shift) {
  const auto row_bytes = static_cast<std::size_t>(width) * sizeof(T);
  reserve_buffers(axis, row_bytes);
  std::vector<MPI_Request> requests;
  std::size_t at = 0;
  for (const Swap& swap : axis.swaps) {
    if (!swap.receives_from_other(rank_)) continue;
    requests.emplace_back();
    PATINA_MPI_CHECK(MPI_Irecv(receive_host_.data() + at, byte_count(swap.ghost_count * row_bytes), MPI_BYTE,
                               swap.receive_from, swap.tag, comm_, &requests.back()));
    at += swap.ghost_count * row_bytes;
  }
  at = 0;
  for (const Swap& swap : axis.swaps) {
    if (!swap.sends_to_other(rank_)) continue;
    pack_rows(rows, stride, first, width, send_index_, swap.send_begin, swap.send_count, shift(swap),
              reinterpret_cast<T*>(send_buffer_.data() + at));
    at += swap.send_count * row_bytes;
  }
  Kokkos::fence();
  if (!on_host) Kokkos::deep_copy(send_host_, send_buffer_);
  at = 0;
  for (const Swap& swap : axis.swaps) {
    if (!swap.sends_to_other(rank_)) continue;
    requests.emplace_back();
    PATINA_MPI_CHECK(MPI_Isend(send_host_.data() + at, byte_count(swap.send_count * row_bytes), MPI_BYTE,
                               swap.send_to, swap.tag, comm_, &requests.back()));
    at += swap.send_count * row_bytes;
  }
  // Images of this rank's own atoms, while the messages are under way.
  for (const Swap& swap : axis.swaps)
    if (swap.send_to == rank_)
      copy_rows(rows, stride, first, width, send_index_, swap.send_begin, swap.send_count, shift(swap),
                swap.ghost_begin);
  if (requests.empty()) return;
  PATINA_MPI_CHECK(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE));
  if (!on_host) Kokkos::deep_copy(receive_buffer_, receive_host_);
  at = 0;
  for (const Swap& swap : axis.swaps) {
    if (!swap.receives_from_other(rank_)) continue;
    unpack_rows(reinterpret_cast<const T*>(receive_buffer_.data() + at), rows, stride, first, width,
                swap.ghost_begin, swap.ghost_count);
    at += swap.ghost_count * row_bytes;
  }
}

void Halo::reserve_buffers(const Axis& axis, std::size_t row_bytes) {
  std::size_t sent = 0, received = 0;
  for (const Swap& swap : axis.swaps) {
    if (swap.sends_to_other(rank_)) sent += swap.send_count * row_bytes;
    if (swap.receives_from_other(rank_)) received += swap.ghost_count * row_bytes;
  }
  const auto grow = [](Array<char>& buffer, HostArray<char>& host, const std::string& label, std::size_t bytes) {
    if (buffer.extent(0) >= bytes) return;
    buffer = Array<char>(label, bytes + bytes / 8);
    host = Kokkos::create_mirror_view(HostSpace{}, buffer);
  };
  grow(send_buffer_, send_host_, "halo_send", sent);
  grow(receive_buffer_, receive_host_, "halo_receive", received);
}

void Halo::refresh_places(const Axis& axis, const Atoms& atoms, const Box& box) {
  exchange(axis, atoms.place.data(), 4, 0, 3, [&](const Swap& swap) {
    const Vec3 shift = box.translation(swap.shift.data());
    return std::array<double, 3>{shift[0], shift[1], shift[2]};
  });
}

void Halo::refresh_places(const Atoms& atoms, const Box& box) {
  for (const Axis& axis : axes_) refresh_places(axis, atoms, box);
}

void Halo::refresh_mixed_places(const Atoms& atoms, const CellSteps& edges) {
  for (const Axis& axis : axes_)
    exchange(axis, atoms.mixed_place.data(), 4, 0, 3, [&](const Swap& swap) {
      const int* shift = swap.shift.data();
      return std::array<std::uint32_t, 3>{edges.translation(shift, 0), edges.translation(shift, 1),
                                          edges.translation(shift, 2)};
    });
}

void Halo::refresh_mixed_slopes(const Atoms& atoms) {
  for (const Axis& axis : axes_)
    exchange(axis, atoms.mixed_place.data(), 4, 3, 1, [](const Swap&) { return std::array<std::uint32_t, 3>{}; });
}

void Halo::refresh_slopes(const Atoms& atoms) {
  for (const Axis& axis : axes_)
    exchange(axis, atoms.place.data(), 4, 3, 1, [](const Swap&) { return std::array<double, 3>{}; });
}

}  // namespace patina
