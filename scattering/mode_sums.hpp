// SPDX-License-Identifier: BSD-3-Clause
// Sums of phases over points for one set of vectors, by either of two methods behind one door:
//   exact   every point times every vector (phase_sum.hpp): to 1e-14, the same bits on any ranks and threads
//   mesh    particle mesh (mesh_sum.hpp): to a tolerance, at a cost that hardly depends on the number of vectors
// What is cheaper follows from the numbers of points, vectors and mesh points alone, so that any ranks choose alike.
#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/mpi.hpp"
#include "scattering/mesh_sum.hpp"
#include "scattering/phase_sum.hpp"
#include "scattering/q_set.hpp"

namespace patina {

enum class ModeMethod { automatic, exact, mesh };
// "automatic", "exact" or "mesh"; Error(bad_input) otherwise.
ModeMethod mode_method_of(const std::string& name);
std::string name_of(ModeMethod method);

struct ModeOptions {
  ModeMethod method = ModeMethod::automatic;
  double tolerance = 1e-6;  // of the mesh, 1e-12 to 0.1 (mesh_sum.hpp)
};

class ModeSums {
 public:
  ModeSums() = default;
  // For `points` points over all ranks and groups. Collective over `comm`, which must outlive the sums.
  ModeSums(const QSet& set, std::int64_t points, int groups, const ModeOptions& options, const Comm& comm);

  // Over the points of all ranks, on all ranks: entry [group * vectors + k]. Collective.
  std::vector<std::complex<double>> operator()(const PhasePoints& points) const;

  int vectors() const { return plan_.vectors; }
  ModeMethod method() const { return mesh_ ? ModeMethod::mesh : ModeMethod::exact; }
  // For people: the method, its mesh, and the expected cost.
  std::string description() const { return description_; }

 private:
  const Comm* comm_ = nullptr;
  PhasePlan plan_;
  std::shared_ptr<MeshSum> mesh_;
  std::string description_;
};

}  // namespace patina
