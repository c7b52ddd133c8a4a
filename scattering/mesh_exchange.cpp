// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_exchange.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace patina {

std::vector<std::vector<MeshPoint>> mesh_points(const PhasePoints& points, const Comm& comm) {
  const auto fractional = Kokkos::create_mirror_view_and_copy(HostSpace{}, points.fractional);
  const auto weight = Kokkos::create_mirror_view_and_copy(HostSpace{}, points.weight);
  std::vector<std::vector<MeshPoint>> groups(static_cast<std::size_t>(points.groups()));
  bool bad = false;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (int j = points.group_start[g]; j < points.group_start[g + 1]; ++j) {
      MeshPoint point{{}, points.weighted() ? weight(j) : 1.0};
      bad = bad || !std::isfinite(point.weight);
      for (int d = 0; d < 3; ++d) {
        const double s = fractional(j, d);
        bad = bad || !std::isfinite(s);
        point.s[d] = s - std::floor(s);
        if (point.s[d] >= 1.0) point.s[d] = 0.0;  // -1e-20
      }
      groups[g].push_back(point);
    }
  }
  if (comm.any(bad)) throw Error(ExitCode::unstable, "density modes: a position or displacement is not finite");
  return groups;
}

MeshExchange::MeshExchange(int planes, int window_width, int first_plane, int own_planes, const Comm& comm)
    : planes_(planes), width_(window_width), comm_(comm), owner_(static_cast<std::size_t>(planes)) {
  std::vector<int> slabs(2 * static_cast<std::size_t>(comm.size()));
  const int mine[2] = {first_plane, own_planes};
  MPI_Allgather(mine, 2, MPI_INT, slabs.data(), 2, MPI_INT, comm.handle());
  for (int rank = 0; rank < comm.size(); ++rank)
    for (int k = 0; k < slabs[2 * static_cast<std::size_t>(rank) + 1]; ++k)
      owner_[static_cast<std::size_t>(slabs[2 * static_cast<std::size_t>(rank)] + k)] = rank;
}

std::vector<MeshPoint> MeshExchange::operator()(const std::vector<MeshPoint>& mine) const {
  const auto ranks = static_cast<std::size_t>(comm_.size());
  if (ranks == 1) return mine;
  std::vector<std::vector<MeshPoint>> parcels(ranks);
  for (const MeshPoint& point : mine) {
    const auto first = static_cast<int>(std::ceil(point.s[2] * planes_ - 0.5 * width_));
    std::vector<bool> touched(ranks, false);
    for (int k = 0; k < std::min(width_, planes_); ++k) {
      const int plane = ((first + k) % planes_ + planes_) % planes_;
      const auto rank = static_cast<std::size_t>(owner_[static_cast<std::size_t>(plane)]);
      if (!touched[rank]) parcels[rank].push_back(point);
      touched[rank] = true;
    }
  }
  constexpr int doubles = sizeof(MeshPoint) / sizeof(double);
  std::vector<int> out(ranks), in(ranks), out_at(ranks, 0), in_at(ranks, 0);
  std::vector<MeshPoint> sent;
  for (std::size_t r = 0; r < ranks; ++r) {
    out[r] = doubles * static_cast<int>(parcels[r].size());
    out_at[r] = doubles * static_cast<int>(sent.size());
    sent.insert(sent.end(), parcels[r].begin(), parcels[r].end());
  }
  MPI_Alltoall(out.data(), 1, MPI_INT, in.data(), 1, MPI_INT, comm_.handle());
  for (std::size_t r = 1; r < ranks; ++r) in_at[r] = in_at[r - 1] + in[r - 1];
  std::vector<MeshPoint> received(static_cast<std::size_t>(in_at.back() + in.back()) / doubles);
  MPI_Alltoallv(sent.data(), out.data(), out_at.data(), MPI_DOUBLE, received.data(), in.data(), in_at.data(), MPI_DOUBLE,
                comm_.handle());
  return received;
}

}  // namespace patina
