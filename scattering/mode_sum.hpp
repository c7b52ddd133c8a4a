// SPDX-License-Identifier: BSD-3-Clause
// Sums of phases over points by one of two methods:
//   exact  (phase_sum.hpp)  each term, to rounding; the same bits on any ranks and threads; costs points x vectors
//   mesh   (mesh_sum.hpp)   to a tolerance, the error relative to sqrt(sum_j w_j^2), rms over the vectors; the bits
//                           depend on ranks and threads; costs points, and cells of a mesh that holds n_max
// The worst vector's rms error is expected within 5 tolerances; over the 575 000 vectors of a ball, 32 000 random points,
// the largest was 2 to 10 tolerances, where |n_d| is about n_max.
// `automatic` takes the mesh where its expected cost on one core is a quarter of that of exact sums or less: the same bits
// on any ranks are worth something. The costs follow from the points, groups, vectors and tolerance alone, and so does the
// method: it is the same on any number of ranks, and in a build for devices, which computes either by kernels (host_loops.hpp).
#pragma once

#include <complex>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/state_map.hpp"
#include "scattering/mesh_layout.hpp"
#include "scattering/phase_sum.hpp"

namespace patina {

enum class SumMethod { automatic, exact, mesh };

// "automatic", "exact" or "mesh"; Error(bad_input) otherwise.
SumMethod sum_method_of(const std::string& name);
std::string name_of(SumMethod method);

// The method of a checkpoint goes on in a resumed run, whatever `automatic` would find there. One without the key is of
// a time that had exact sums only.
void save_method(SumMethod method, StateMap& state);
SumMethod saved_method(const StateMap& state);

// How many times cheaper a mesh must be.
constexpr double worthwhile_gain = 4.0;

struct SumOptions {
  SumMethod method = SumMethod::automatic;
  double tolerance = 1e-5;  // of the mesh, tightest_tolerance to loosest_tolerance
};

// Which of the two methods, and what it is expected to cost. A function of its arguments alone.
struct SumChoice {
  SumMethod method = SumMethod::exact;                 // exact or mesh
  MeshLayout layout;                                   // of a mesh
  double exact_cost_ns = 0.0, mesh_cost_ns = 0.0;      // as below
};
SumChoice choose_sum(const QSet& set, std::int64_t points, int groups, const SumOptions& options);

// Bytes of a rank, by the method that will be taken for the sample's density modes: of the mesh or phase_need().
MemoryNeed mode_need(const QSet& set, const SampleNumbers& sample, const SumOptions& options);

class ModeSum {
 public:
  // For `points` points over all ranks in `groups` groups; `comm` must outlive it. Collective.
  ModeSum(const QSet& set, const Comm& comm, std::int64_t points, int groups, const SumOptions& options);

  // Over the points of all ranks, on all ranks: entry [group * vectors + k]. Collective. Throws Error(unstable) on all
  // ranks if a coordinate or weight is not finite.
  std::vector<std::complex<double>> operator()(const PhasePoints& points) const;

  int vectors() const { return vectors_; }
  SumMethod method() const { return choice_.method; }  // exact or mesh
  double tolerance() const { return tolerance_; }
  // Expected nanoseconds of one instant on one core; NaN of a method that was not asked for.
  double exact_cost_ns() const { return choice_.exact_cost_ns; }
  double mesh_cost_ns() const { return choice_.mesh_cost_ns; }
  // One line for people: the method and what it is expected to cost.
  std::string description() const;

 private:
  int vectors_ = 0;
  double tolerance_ = 0.0;
  SumChoice choice_;
  std::function<std::vector<std::complex<double>>(const PhasePoints&)> sum_;
};

}  // namespace patina
