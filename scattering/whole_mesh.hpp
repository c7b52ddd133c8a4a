// SPDX-License-Identifier: BSD-3-Clause
// Sums of phases by a mesh (mesh_sum.hpp: the same window, mesh and error) that stands in memory as a whole, by Kokkos kernels:
// the way of devices (host_loops.hpp).
//
// Each rank spreads its own points onto a mesh of its own, transforms it, and ranks add up the modes that are wanted: a sum over
// points is the sum of the ranks' sums, on any number of ranks. Mesh and transform are not divided among ranks, so that more of
// them only share the spreading. Points are spread in whole numbers (whole_mesh_spread.hpp): the result has the same bits in every
// run of the same ranks, but not on other numbers of ranks.
#pragma once

#include <complex>
#include <vector>

#include "core/mpi.hpp"
#include "md/memory.hpp"
#include "scattering/mesh_modes.hpp"
#include "scattering/phase_sum.hpp"
#include "scattering/whole_fft.hpp"
#include "scattering/whole_mesh_spread.hpp"

namespace patina {

// Bytes of a rank, those of its device among them. Kept: two meshes, 8 bytes and a real number of each cell, cuFFT's room as large
// as the second, 17 of each vector. At a frame: 28 of each point, 32 of each vector and 16 more for each group.
MemoryNeed whole_mesh_need(const QSet& set, const MeshLayout& layout, const SampleNumbers& sample);

// Where vectors find their modes.
struct WholePicks {
  Array<std::int64_t> place;  // in complex numbers
  Array<double> factor;
  Array<char> conjugate;
  std::vector<int> origin;    // vectors n = 0
};

template <class Real>
class WholeMesh {
 public:
  // `comm` must outlive it.
  WholeMesh(const QSet& set, const Comm& comm, const MeshLayout& layout);
  // Collective; as phase_sums().
  std::vector<std::complex<double>> operator()(const PhasePoints& points) const;

 private:
  MeshLayout layout_;
  const Comm& comm_;
  SpreadWindow window_;
  WholePicks picks_;
  Array<std::int64_t> whole_;  // [z][y][x]
  Array<Real> mesh_;           // [z][y][whole_pitch]
  WholeFft<Real> transform_;
};

}  // namespace patina
