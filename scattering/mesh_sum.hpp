// SPDX-License-Identifier: BSD-3-Clause
// Sums of phases (phase_sum.hpp) by a mesh: points are spread with a window, the mesh is transformed, and the window's
// own transform divided out,
//
//   S(n) = sum_j w_j exp(i 2 pi n . s_j) ~ B(n) / (phi^(n_x / M_x) phi^(n_y / M_y) phi^(n_z / M_z)),   B = FFT of b
// [R. W. Hockney & J. W. Eastwood, Computer Simulation Using Particles (1988); Barnett et al. 2019, es_window.hpp].
// For any cell, as phases depend on s alone. Cost: per point, and per cell of the mesh, not per vector.
//
// How far from the exact sum: mesh_layout.hpp. The rms over vectors, relative to sqrt(sum_j w_j^2), stays below the
// tolerance where modes beyond those wanted are about as strong as those of independent points; a crystal's are up to
// sqrt(N) stronger, and so may be what they add.
//
// The mean is taken off the mesh before it is transformed: it has no part in any mode but n = 0, which is sum w_j, and is
// much greater than all that counts, so that its rounding would be too.
//
// The mesh is divided among ranks in slabs of planes along z, a rank's slab among its threads. Points go to every slab
// that their windows touch, so nothing is exchanged at the edges of slabs; after the transforms along x and y each rank
// gets some of the columns (n_x, n_y) that are wanted, whole. The last bits depend on ranks, threads, FFTW's choice and the
// order of the points, which a resumed run may have otherwise.
// Builds for devices have whole_mesh.hpp instead.
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/mpi.hpp"
#include "md/memory.hpp"
#include "scattering/mesh_exchange.hpp"
#include "scattering/mesh_fft.hpp"
#include "scattering/mesh_modes.hpp"
#include "scattering/mesh_spread.hpp"
#include "scattering/phase_sum.hpp"

namespace patina {

// Bytes of a rank. Kept: the planes and modes of each thread, the wanted columns of the rank's planes (on several ranks also
// the rank's columns of all planes), 24 of each vector. At a frame: 28 of each point, twice its place in the mesh, and 4 of each tile of a layer; on several
// ranks those that are sent and received; 16 of each vector and group.
MemoryNeed mesh_need(const QSet& set, const MeshLayout& layout, const SampleNumbers& sample);

template <class Real>
class MeshSum {
 public:
  // `comm` must outlive it.
  MeshSum(const QSet& set, const Comm& comm, const MeshLayout& layout);
  // Collective; as phase_sums().
  std::vector<std::complex<double>> operator()(const PhasePoints& points);

 private:
  using Complex = std::complex<Real>;
  // Columns that lie side by side: n_x = x, from n_y = y on.
  struct Run {
    int x, y, count;
    std::size_t column;
  };
  // Where a vector's mode stands among this rank's columns.
  struct Pick {
    std::size_t place;
    double factor;
    int vector;
    bool conjugate;
  };
  void find_runs(const std::vector<std::int64_t>& columns);
  void find_picks(const std::vector<MeshMode>& modes, const std::vector<std::int64_t>& columns);
  int first_plane(int rank) const;
  std::size_t first_column(int rank) const;
  std::vector<std::vector<PlacedPoint<Real>>> to_slabs(std::vector<PlacedPoint<Real>> points) const;
  void transform_planes(const PlacedPoints<Real>& points, int group, double total_weight);

  MeshLayout layout_;
  const Comm& comm_;
  int vectors_ = 0;
  PlaneShape shape_;
  std::size_t column_count_ = 0;
  std::vector<Run> runs_;  // of all columns, in order
  std::vector<Pick> picks_;
  std::vector<int> zeros_;  // vectors n = 0
  // One of each per thread.
  std::vector<PlaneSpreader<Real>> spreaders_;
  std::vector<HostArray<Real>> two_planes_, between_;
  std::unique_ptr<PlaneTransform<Real>> along_planes_;
  std::unique_ptr<ColumnExchange<Real>> exchange_;  // of several ranks
  ColumnTransform<Real> along_columns_;
  std::size_t plane_stride_ = 0, column_stride_ = 0;
  HostArray<Real> plane_modes_;  // [plane of this rank][column]
  HostArray<Real> columns_;      // [n_z][column of this rank]; on one rank the same memory
};

}  // namespace patina
