// SPDX-License-Identifier: BSD-3-Clause
// Sums of phases (phase_sum.hpp) by a particle mesh: points are spread with a window (es_window.hpp) onto a mesh finer than
// the modes need, the mesh is transformed by FFTW (mesh_fft.hpp), and each mode divided by the window's transform
// [Hockney & Eastwood, Computer Simulation Using Particles, ch. 7; window and errors as es_window.hpp]:
//
//   S(n) = sum_j w_j exp(i 2 pi n . s_j)  ~  sum_m rho_m exp(i 2 pi n . m / M) / prod_d (W/2) phi^(pi W n_d / M_d)
//
// Tolerance: the error's root mean square over the vectors, relative to the root of the sum of w_j^2. The outermost vectors
// have the largest errors, measured up to 20 times the tolerance. Costs grow as the number of points and of mesh points, not as their product; all vectors up
// to a |q| cost little more than the outermost. On several ranks the mesh lies in slabs of z, and each point goes to the
// slabs that its window touches. Sums depend on ranks and threads within the tolerance, not to the last bit. The mesh is the
// host's on every back end.
#pragma once

#include <array>
#include <complex>
#include <memory>
#include <vector>

#include "core/mpi.hpp"
#include "scattering/es_window.hpp"
#include "scattering/phase_sum.hpp"
#include "scattering/q_set.hpp"

namespace patina {

struct MeshChoice {
  EsWindow window;
  std::array<int, 3> points{};   // of the mesh
  bool single_precision = false;
  double nanoseconds = 0.0;      // expected for all points of a group and one transform, on one core
};

// The cheapest mesh for vectors of |n_d| <= most[d] that reaches `tolerance` (1e-12 to 0.1).
MeshChoice choose_mesh(const std::array<int, 3>& most, double tolerance, double points);

class MeshSum {
 public:
  virtual ~MeshSum() = default;
  // Over the points of all ranks, on all ranks: entry [group * vectors + k]. Collective. Throws Error(unstable) on all ranks if a
  // coordinate is not finite.
  virtual std::vector<std::complex<double>> operator()(const PhasePoints& points) = 0;
};
// Collective over `comm`, which must outlive the result.
std::unique_ptr<MeshSum> make_mesh_sum(const QSet& set, const MeshChoice& choice, const Comm& comm);

}  // namespace patina
