// SPDX-License-Identifier: BSD-3-Clause
#include "md/domain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "core/error.hpp"
#include "core/kokkos_compat.hpp"

namespace patina {

namespace {

struct AtomRecord {
  std::int64_t id;
  double position[3];
  double velocity[3];
  std::int32_t image[3];
  std::int32_t type;
};

// The brick of s among `count`, whose bounds begin at cuts(first): the last of those that begin below.
KOKKOS_INLINE_FUNCTION int brick_of(double s, const Array<double>& cuts, int first, int count) {
  int low = 0, high = count;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (s >= cuts(first + middle) ? low : high) = middle;
  }
  return low;
}

Array<int> owners(const Atoms& atoms, const Box& box, const Domain& domain) {
  const Array<int> owner("owner", atoms.local);
  const auto position = atoms.position;
  const int nx = domain.ranks()[0], ny = domain.ranks()[1], nz = domain.ranks()[2];
  std::vector<double> all_cuts;
  for (int d = 0; d < 3; ++d) all_cuts.insert(all_cuts.end(), domain.cuts(d).begin(), domain.cuts(d).end());
  const auto cuts = to_device(all_cuts);
  Kokkos::parallel_for(
      "owners", Range(0, atoms.local), KOKKOS_LAMBDA(int i) {
        const Vec3 s = box.to_fractional(Vec3{{position(i, 0), position(i, 1), position(i, 2)}});
        const int cx = brick_of(s[0], cuts, 0, nx);
        const int cy = brick_of(s[1], cuts, nx + 1, ny);
        const int cz = brick_of(s[2], cuts, nx + ny + 2, nz);
        owner(i) = (cz * ny + cy) * nx + cx;
      });
  return owner;
}

std::vector<AtomRecord> take(const Atoms& atoms, const std::vector<int>& which) {
  const Array<AtomRecord> records("leaving_atoms", which.size());
  const auto index = to_device(which);
  const auto position = atoms.position;
  const auto velocity = atoms.velocity;
  const auto image = atoms.image;
  const auto type = atoms.type;
  const auto id = atoms.id;
  Kokkos::parallel_for(
      "pack_leaving_atoms", Range(0, static_cast<int>(which.size())), KOKKOS_LAMBDA(int k) {
        const int i = index(k);
        AtomRecord& record = records(k);
        record.id = id(i);
        record.type = type(i);
        for (int d = 0; d < 3; ++d) {
          record.position[d] = position(i, d);
          record.velocity[d] = velocity(i, d);
          record.image[d] = image(i, d);
        }
      });
  const auto host = Kokkos::create_mirror_view_and_copy(HostSpace{}, records);
  return std::vector<AtomRecord>(host.data(), host.data() + host.extent(0));
}

void append(Atoms& atoms, const std::vector<AtomRecord>& arrived) {
  const int count = static_cast<int>(arrived.size());
  const int first = atoms.local;
  reserve(atoms, first + count, first + count);
  const Array<AtomRecord> records("arriving_atoms", arrived.size());
  const auto host = Kokkos::create_mirror_view(HostSpace{}, records);
  for (std::size_t k = 0; k < arrived.size(); ++k) host(k) = arrived[k];
  Kokkos::deep_copy(records, host);
  const auto position = atoms.position;
  const auto velocity = atoms.velocity;
  const auto image = atoms.image;
  const auto type = atoms.type;
  const auto id = atoms.id;
  Kokkos::parallel_for(
      "unpack_arriving_atoms", Range(0, count), KOKKOS_LAMBDA(int k) {
        const int i = first + k;
        const AtomRecord& record = records(k);
        id(i) = record.id;
        type(i) = record.type;
        for (int d = 0; d < 3; ++d) {
          position(i, d) = record.position[d];
          velocity(i, d) = record.velocity[d];
          image(i, d) = record.image[d];
        }
      });
  atoms.local += count;
}

}  // namespace

std::array<int, 3> choose_rank_grid(int ranks, const std::array<AxisExtent, 3>& extent) {
  std::array<int, 3> best = {ranks, 1, 1};
  double least = std::numeric_limits<double>::infinity();
  for (int nx = 1; nx <= ranks; ++nx) {
    if (ranks % nx != 0) continue;
    for (int ny = 1; ny <= ranks / nx; ++ny) {
      if (ranks / nx % ny != 0) continue;
      const std::array<int, 3> n = {nx, ny, ranks / nx / ny};
      // Area of the faces that each brick exchanges through, over the volume of the sample.
      double surface = 0.0;
      for (std::size_t d = 0; d < 3; ++d)
        if (extent[d].around || n[d] > 1) surface += n[d] / extent[d].length;
      // Round-off must not decide between grids that are equal by symmetry.
      if (surface < least * (1.0 - 1e-9)) {
        least = surface;
        best = n;
      }
    }
  }
  return best;
}

Domain::Domain(const Comm& comm, const Box& box, const std::array<int, 3>& ranks)
    : comm_(&comm), ranks_(ranks), periodic_(box.periodic()) {
  for (const int n : ranks_)
    if (n < 1 || static_cast<long long>(ranks_[0]) * ranks_[1] * ranks_[2] != comm.size())
      throw Error(ExitCode::usage, fmt::format("a rank grid of {} x {} x {} does not fit {} MPI ranks",
                                               ranks_[0], ranks_[1], ranks_[2], comm.size()));
  coordinate_ = {comm.rank() % ranks_[0], comm.rank() / ranks_[0] % ranks_[1],
                 comm.rank() / ranks_[0] / ranks_[1]};
  for (std::size_t d = 0; d < 3; ++d) cuts_[d] = even_cuts(ranks_[d], periodic_[d]);
}

void Domain::set_cuts(int d, const std::vector<double>& cuts) {
  const auto axis = static_cast<std::size_t>(d);
  require(cuts.size() == cuts_[axis].size() && cuts.front() == cuts_[axis].front() &&
              cuts.back() == cuts_[axis].back() && std::is_sorted(cuts.begin(), cuts.end()),
          "cuts that do not divide the axis among its ranks");
  cuts_[axis] = cuts;
}

double Domain::cut(int d, int k) const {
  const auto axis = static_cast<std::size_t>(d);
  const int n = ranks_[axis];
  if (!periodic_[axis]) return cuts_[axis][static_cast<std::size_t>(k)];
  const int cell = k >= 0 ? k / n : -((n - 1 - k) / n);
  return cell + cuts_[axis][static_cast<std::size_t>(k - cell * n)];
}

int Domain::most_hops(int d, double reach) const {
  const int n = ranks_[static_cast<std::size_t>(d)];
  for (int hops = 1;; ++hops) {
    bool reached = false;
    const int bricks = periodic_[static_cast<std::size_t>(d)] ? n : n - hops;
    for (int k = 0; k < bricks; ++k) reached = reached || cut(d, k + hops) - cut(d, k + 1) < reach;
    if (!reached) return hops - 1;
  }
}

int Domain::rank_at(const std::array<int, 3>& c) const {
  return (c[2] * ranks_[1] + c[1]) * ranks_[0] + c[0];
}

void Domain::migrate(Atoms& atoms, const Box& box) const {
  atoms.ghost = 0;
  if (comm_->size() == 1) return;

  const auto owner = Kokkos::create_mirror_view_and_copy(HostSpace{}, owners(atoms, box, *this));
  std::vector<int> staying, leaving;
  for (int i = 0; i < atoms.local; ++i) (owner(i) == comm_->rank() ? staying : leaving).push_back(i);
  const auto records = take(atoms, leaving);
  std::vector<std::vector<AtomRecord>> send(static_cast<std::size_t>(comm_->size()));
  for (std::size_t k = 0; k < leaving.size(); ++k)
    send[static_cast<std::size_t>(owner(leaving[k]))].push_back(records[k]);
  if (!leaving.empty()) reorder(atoms, to_device(staying), static_cast<int>(staying.size()));
  for (const auto& part : comm_->exchange(send)) append(atoms, part);
}

}  // namespace patina
