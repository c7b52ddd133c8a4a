// SPDX-License-Identifier: BSD-3-Clause
// What the engine makes of a structure, gathered over ranks and sorted by id: what tests compare.
#pragma once

#include <vector>

#include "core/mpi.hpp"
#include "md/eam_tables.hpp"
#include "md/engine.hpp"

namespace patina::test {

struct EngineResult {
  double energy = 0.0;              // eV
  Mat3 virial;                      // eV
  std::vector<Vec3> force;          // eV/A, by id; on every rank
  std::vector<double> atom_energy;  // eV
};

Engine make_engine(const System& system, const EamFunctions& functions, const EngineOptions& options = {},
                   Precision precision = Precision::full);
Engine make_engine(const System& system, const EamTables& tables, const EngineOptions& options = {},
                   Precision precision = Precision::full);
// Forces, energies and virial of a system as it stands. Collective.
EngineResult compute(Engine& engine, System& system);
// The same of a structure, with a new engine.
EngineResult compute(const Comm& comm, const Structure& structure, const EamFunctions& functions,
                     const EngineOptions& options = {}, Precision precision = Precision::full);

// The forces that a system has, by id; on every rank. Collective.
std::vector<Vec3> forces_by_id(const System& system);

// Moves the local atoms by displacement(id).
void displace(System& system, const std::vector<Vec3>& displacement_by_id);
// Deforms cell and atoms about the origin of the cell: r' = r D.
void deform(System& system, const Mat3& deformation);

// max_k |a_k - b_k|, and max_k |a_k|.
double largest_difference(const std::vector<Vec3>& a, const std::vector<Vec3>& b);
double largest_norm(const std::vector<Vec3>& a);
// Largest of the nine components.
double largest_difference(const Mat3& a, const Mat3& b);
double largest_component(const Mat3& a);

}  // namespace patina::test
