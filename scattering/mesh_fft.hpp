// SPDX-License-Identifier: BSD-3-Clause
// Fourier transforms of a real mesh that lies in slabs of z on the ranks of a communicator, by FFTW in single or double
// precision. On one rank plane by plane, then along z, columns that nobody asks for left out, with the threads of Kokkos'
// host space; on several by fftw_mpi. The only file that knows FFTW.
#pragma once

#include <array>
#include <complex>
#include <memory>

#include "core/mpi.hpp"

namespace patina {

// The fastest length for FFTW of at least n: even, of factors 2, 3, 5, 7.
int fast_length(int n);

template <class Real>
class MeshFft {
 public:
  // Points along x, y, z, of which x is even; modes are wanted for |k_d| <= most[d]. Collective over `comm`, which must
  // outlive the plan. On one rank FFTW times its plans, so the last bits of the modes may differ from run to run.
  MeshFft(const std::array<int, 3>& points, const std::array<int, 3>& most, const Comm& comm);
  ~MeshFft();
  MeshFft(const MeshFft&) = delete;
  MeshFft& operator=(const MeshFft&) = delete;

  // Planes of z on this rank, [first_plane, first_plane + planes); none on ranks for which there are too few.
  int first_plane() const { return first_plane_; }
  int planes() const { return planes_; }
  // Numbers in a row of x, of which the first points(x) are mesh points and the rest is room for the transform.
  int row() const { return row_; }
  std::ptrdiff_t plane() const { return plane_; }  // numbers in a plane of z
  Real* mesh() { return data_; }                  // [(z - first_plane) * plane + y * row + x]
  void clear();
  // Replaces the mesh by its transform. Collective.
  void transform();
  // sum over the mesh of value exp(-2 pi i k . m / points), 0 <= k_x <= most(x), k_y modulo points(y), k_z in this rank's planes.
  std::complex<Real> mode(int kx, int ky, int kz) const {
    const Real* at = data_ + (kz - first_plane_) * plane_ + static_cast<std::ptrdiff_t>(ky) * row_ + 2 * kx;
    return {at[0], at[1]};
  }

 private:
  struct Plan;
  std::array<int, 3> points_, most_;
  int row_ = 0, first_plane_ = 0, planes_ = 0;
  std::ptrdiff_t plane_ = 0;
  Real* data_ = nullptr;
  std::unique_ptr<Plan> plan_;
};

}  // namespace patina
