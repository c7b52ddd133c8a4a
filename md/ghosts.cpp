// SPDX-License-Identifier: BSD-3-Clause
#include "md/ghosts.hpp"

#include <climits>
#include <vector>

#include "core/error.hpp"

namespace patina {

namespace {

constexpr bool on_host = Kokkos::SpaceAccessibility<HostSpace, MemSpace>::accessible;

// What is sent of an atom: place and shift as they are for the receiver.
struct GhostRecord {
  double place[3];
  int shift[3];
  int rank, row;
  int source;  // on the sender
};

// Atoms sent to one rank, and those received in the same round from the rank opposite.
struct Swap {
  int send_to = -1, receive_from = -1;  // ranks; -1: nobody (the end of a free axis)
  int tag = 0;
  bool downwards = false;
  std::array<int, 3> shift{};  // lattice translation of what is sent
  int send_begin = 0, send_count = 0;
  int ghost_begin = 0, ghost_count = 0;  // rows of the per-atom arrays
};

class GhostSearch {
 public:
  GhostSearch(Atoms& atoms, const Box& box, const Domain& domain, double cutoff)
      : atoms_(atoms), box_(box), domain_(domain), cutoff_(cutoff), here_(domain.comm().rank()) {}

  GhostOrigins run() {
    start();
    for (int d = 0; d < 3; ++d) {
      candidates_ = atoms_.all();
      sends_ = 0;
      measure(d);
      std::vector<Swap> swaps = choose(d);
      exchange_counts(swaps);
      make_room(swaps);
      exchange(swaps);
    }
    find_originals();
    return origins_;
  }

  void start();
  void measure(int d);  // along_
  std::vector<Swap> choose(int d);
  void select(Swap& swap, double bound);
  void exchange_counts(std::vector<Swap>& swaps) const;
  void make_room(std::vector<Swap>& swaps);
  void exchange(const std::vector<Swap>& swaps);
  void pack(const Swap& swap, const Array<GhostRecord>& records) const;
  void unpack(const Array<GhostRecord>& records, int first, const Swap& swap) const;
  void find_originals();

 private:
  MPI_Comm comm() const { return domain_.comm().handle(); }
  bool to_itself(const Swap& swap) const { return swap.send_to == here_; }

  Atoms& atoms_;
  const Box& box_;
  const Domain& domain_;
  double cutoff_;
  int here_;
  GhostOrigins origins_;
  Array<double> along_;    // fractional coordinate of each candidate along the axis
  Array<int> send_index_;  // rows, one swap behind the other
  int sends_ = 0;
  int candidates_ = 0;  // rows that may be sent along this axis
};

void GhostSearch::start() {
  const int rows = atoms_.local + atoms_.local / 2 + 64;
  const auto uninitialised = [&](const char* label) {
    return Array<int>(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), rows);
  };
  origins_ = {uninitialised("ghost_rank"), uninitialised("ghost_row"), uninitialised("ghost_source")};
  const auto origins = origins_;
  const int here = here_;
  Kokkos::parallel_for(
      "origins_of_local", Range(0, atoms_.local), KOKKOS_LAMBDA(int i) {
        origins.rank(i) = here;
        origins.row(i) = i;
        origins.source(i) = i;
      });
}

std::vector<Swap> GhostSearch::choose(int d) {
  const auto axis = static_cast<std::size_t>(d);
  const int ranks = domain_.ranks()[axis];
  const int here = domain_.coordinate()[axis];
  // A hair more than the cutoff, against round-off of fractional coordinates.
  const double reach = cutoff_ / box_.height(d) * (1.0 + 1e-12);
  std::vector<Swap> swaps;
  // All ranks make as many rounds; where bricks are wide, nothing is sent in the last of them.
  const int hops = domain_.most_hops(d, reach);
  for (int hop = 1; hop <= hops; ++hop)
    for (const int direction : {-1, 1}) {
      const auto cell_of = [&](int coordinate) {
        return coordinate >= 0 ? coordinate / ranks : -((ranks - 1 - coordinate) / ranks);
      };
      const auto rank_of = [&](int coordinate) {
        if (!box_.periodic(d) && (coordinate < 0 || coordinate >= ranks)) return -1;
        auto c = domain_.coordinate();
        c[axis] = coordinate - ranks * cell_of(coordinate);
        return domain_.rank_at(c);
      };
      const int target = here + direction * hop;
      Swap swap;
      swap.send_to = rank_of(target);
      swap.receive_from = rank_of(here - direction * hop);
      swap.tag = 2 * hop + (direction > 0);
      swap.downwards = direction < 0;
      swap.shift[axis] = -cell_of(target);
      swap.send_begin = sends_;
      if (swap.send_to >= 0)
        select(swap, swap.downwards ? domain_.cut(d, target + 1) + reach : domain_.cut(d, target) - reach);
      swaps.push_back(swap);
    }
  return swaps;
}

void GhostSearch::measure(int d) {
  if (static_cast<int>(along_.extent(0)) < candidates_)
    along_ = Array<double>(Kokkos::view_alloc(std::string("ghost_along"), Kokkos::WithoutInitializing), candidates_ + candidates_ / 2);
  const auto along = along_;
  const auto place = atoms_.place;
  const Vec3 origin = box_.origin();
  const Mat3& inverse = box_.inverse_edges();
  const Vec3 normal = {{inverse[0][d], inverse[1][d], inverse[2][d]}};  // of Box::to_fractional, along this axis
  Kokkos::parallel_for(
      "ghost_along", Range(0, candidates_), KOKKOS_LAMBDA(int i) {
        double s = 0.0;
        for (int k = 0; k < 3; ++k) s += (place(i, k) - origin[k]) * normal[k];
        along(i) = s;
      });
}

void GhostSearch::select(Swap& swap, double bound) {
  if (static_cast<int>(send_index_.extent(0)) < sends_ + candidates_)
    Kokkos::resize(send_index_, sends_ + candidates_ + candidates_ / 4);
  const auto index = send_index_;
  const auto along = along_;
  const int first = sends_;
  const bool downwards = swap.downwards;
  Kokkos::parallel_scan(
      "select_ghosts", Range(0, candidates_),
      KOKKOS_LAMBDA(int i, int& sum, bool last) {
        if (downwards ? along(i) < bound : along(i) >= bound) {
          if (last) index(first + sum) = i;
          ++sum;
        }
      },
      swap.send_count);
  sends_ += swap.send_count;
}

void GhostSearch::exchange_counts(std::vector<Swap>& swaps) const {
  std::vector<MPI_Request> requests;
  for (Swap& swap : swaps) {
    if (swap.receive_from == here_) {
      swap.ghost_count = swap.send_count;
    } else if (swap.receive_from >= 0) {
      requests.emplace_back();
      PATINA_MPI_CHECK(
          MPI_Irecv(&swap.ghost_count, 1, MPI_INT, swap.receive_from, swap.tag, comm(), &requests.back()));
    }
  }
  for (Swap& swap : swaps) {
    if (swap.send_to < 0 || to_itself(swap)) continue;
    requests.emplace_back();
    PATINA_MPI_CHECK(MPI_Isend(&swap.send_count, 1, MPI_INT, swap.send_to, swap.tag, comm(), &requests.back()));
  }
  PATINA_MPI_CHECK(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE));
}

void GhostSearch::make_room(std::vector<Swap>& swaps) {
  int rows = candidates_;
  for (Swap& swap : swaps) {
    swap.ghost_begin = rows;
    rows += swap.ghost_count;
  }
  reserve(atoms_, atoms_.local, rows);
  atoms_.ghost = rows - atoms_.local;
  for (Array<int>* view : {&origins_.rank, &origins_.row, &origins_.source})
    if (static_cast<int>(view->extent(0)) < rows) Kokkos::resize(*view, rows + rows / 4);
}

void GhostSearch::pack(const Swap& swap, const Array<GhostRecord>& records) const {
  const auto index = send_index_;
  const auto place = atoms_.place;
  const auto shift = atoms_.shift;
  const auto origins = origins_;
  const Vec3 translation = box_.translation(swap.shift.data());
  const int sx = swap.shift[0], sy = swap.shift[1], sz = swap.shift[2];
  Kokkos::parallel_for(
      "pack_ghosts", Range(swap.send_begin, swap.send_begin + swap.send_count), KOKKOS_LAMBDA(int k) {
        const int i = index(k);
        GhostRecord& record = records(k);
        const int add[3] = {sx, sy, sz};
        for (int d = 0; d < 3; ++d) {
          record.place[d] = place(i, d) + translation[d];
          record.shift[d] = shift(i, d) + add[d];
        }
        record.rank = origins.rank(i);
        record.row = origins.row(i);
        record.source = origins.source(i) >= 0 ? origins.source(i) : i;
      });
}

void GhostSearch::unpack(const Array<GhostRecord>& records, int first, const Swap& swap) const {
  const auto place = atoms_.place;
  const auto shift = atoms_.shift;
  const auto origins = origins_;
  const int begin = swap.ghost_begin;
  const bool image = to_itself(swap);
  Kokkos::parallel_for(
      "unpack_ghosts", Range(0, swap.ghost_count), KOKKOS_LAMBDA(int k) {
        const GhostRecord& record = records(first + k);
        const int g = begin + k;
        for (int d = 0; d < 3; ++d) {
          place(g, d) = record.place[d];
          shift(g, d) = record.shift[d];
        }
        origins.rank(g) = record.rank;
        origins.row(g) = record.row;
        origins.source(g) = image ? record.source : -1;
      });
}

void GhostSearch::exchange(const std::vector<Swap>& swaps) {
  const auto bytes = [](int count) {
    if (static_cast<std::size_t>(count) > INT_MAX / sizeof(GhostRecord))
      fail_one(ExitCode::usage, "a ghost exchange of over 2 GiB: use more ranks");
    return count * static_cast<int>(sizeof(GhostRecord));
  };
  const Array<GhostRecord> sent(Kokkos::view_alloc(std::string("ghosts_sent"), Kokkos::WithoutInitializing), sends_);
  const Array<GhostRecord> received(Kokkos::view_alloc(std::string("ghosts_received"), Kokkos::WithoutInitializing),
                                    atoms_.all() - candidates_);
  const auto sent_host = Kokkos::create_mirror_view(HostSpace{}, sent);
  const auto received_host = Kokkos::create_mirror_view(HostSpace{}, received);
  std::vector<MPI_Request> requests;
  for (const Swap& swap : swaps) {
    if (swap.receive_from < 0 || to_itself(swap) || swap.ghost_count == 0) continue;
    requests.emplace_back();
    PATINA_MPI_CHECK(MPI_Irecv(received_host.data() + (swap.ghost_begin - candidates_), bytes(swap.ghost_count), MPI_BYTE,
                               swap.receive_from, swap.tag, comm(), &requests.back()));
  }
  for (const Swap& swap : swaps) pack(swap, sent);
  Kokkos::fence();
  if (!on_host) Kokkos::deep_copy(sent_host, sent);
  for (const Swap& swap : swaps) {
    if (swap.send_to < 0 || to_itself(swap) || swap.send_count == 0) continue;
    requests.emplace_back();
    PATINA_MPI_CHECK(MPI_Isend(sent_host.data() + swap.send_begin, bytes(swap.send_count), MPI_BYTE, swap.send_to,
                               swap.tag, comm(), &requests.back()));
  }
  PATINA_MPI_CHECK(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE));
  if (!on_host) Kokkos::deep_copy(received, received_host);
  for (const Swap& swap : swaps)
    if (to_itself(swap))
      unpack(sent, swap.send_begin, swap);
    else
      unpack(received, swap.ghost_begin - candidates_, swap);
  Kokkos::fence();
}

void GhostSearch::find_originals() {
  const auto origins = origins_;
  const auto original = atoms_.original;
  const int here = here_;
  Kokkos::parallel_for(
      "find_originals", Range(atoms_.local, atoms_.all()),
      KOKKOS_LAMBDA(int g) { original(g) = origins.rank(g) == here ? origins.row(g) : -1; });
}

}  // namespace

GhostOrigins append_ghosts(Atoms& atoms, const Box& box, const Domain& domain, double cutoff) {
  return GhostSearch(atoms, box, domain, cutoff).run();
}

}  // namespace patina
