// SPDX-License-Identifier: BSD-3-Clause
// Points on their way to the mesh: gathered from the device by group, and sent to the ranks whose slabs their windows touch.
#pragma once

#include <vector>

#include "core/mpi.hpp"
#include "scattering/phase_sum.hpp"

namespace patina {

struct MeshPoint {
  double s[3];  // fractional, in [0, 1)
  double weight;
};

// The points of each group. Collective. Throws Error(unstable) on all ranks if a coordinate or weight is not finite.
std::vector<std::vector<MeshPoint>> mesh_points(const PhasePoints& points, const Comm& comm);

class MeshExchange {
 public:
  // A mesh of `planes` planes of z, of which this rank has own_planes from first_plane on. Collective.
  MeshExchange(int planes, int window_width, int first_plane, int own_planes, const Comm& comm);
  // Of all ranks' points those whose windows touch this rank's planes, in order of the ranks. Collective.
  std::vector<MeshPoint> operator()(const std::vector<MeshPoint>& mine) const;

 private:
  int planes_, width_;
  const Comm& comm_;
  std::vector<int> owner_;  // of each plane
};

}  // namespace patina
