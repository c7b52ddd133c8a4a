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
  const std::vector<int> mine = {first_plane, own_planes};
  const auto slabs = comm.exchange(std::vector<std::vector<int>>(static_cast<std::size_t>(comm.size()), mine));
  for (int rank = 0; rank < comm.size(); ++rank) {
    const std::vector<int>& slab = slabs[static_cast<std::size_t>(rank)];
    for (int plane = slab[0]; plane < slab[0] + slab[1]; ++plane) owner_[static_cast<std::size_t>(plane)] = rank;
  }
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
  std::vector<MeshPoint> received;
  for (const auto& parcel : comm_.exchange(parcels)) received.insert(received.end(), parcel.begin(), parcel.end());
  return received;
}

}  // namespace patina
