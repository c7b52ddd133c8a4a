// SPDX-License-Identifier: BSD-3-Clause
// Embedded-atom energy, forces and virial by the plain double sum over all atoms and periodic images: the
// truth that kernels, neighbour lists and decompositions are checked against. Works from the file's samples
// with an interpolation of its own (no EamTables), up to the file's one cutoff, without trimming.
#pragma once

#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/vec3.hpp"
#include "md/eam_tables.hpp"

namespace patina::test {

struct EamReference {
  double energy = 0.0;  // eV, pair + embedding
  double pair_energy = 0.0;
  double embedding_energy = 0.0;
  Mat3 virial;                      // sum over pairs of r_a f_b, eV
  std::vector<Vec3> force;          // eV/A
  std::vector<double> atom_energy;  // F_i + half of its pairs
  std::vector<double> density;      // rho_i
};

EamReference reference_eam(const EamFunctions& functions, const Box& box, const std::vector<Vec3>& position,
                           const std::vector<int>& type);

// Value and derivative of samples at k step, by LAMMPS's rule: cubic Hermite, five-point slopes; beyond the
// last sample the values there.
ValueSlope reference_interpolate(const std::vector<double>& samples, double step, double x);
// The same with linear extrapolation of the embedding beyond rho_max.
ValueSlope reference_embedding(const EamFunctions& functions, int type, double rho);

// Path of a potential that the tests need; a failed search says how to get it.
std::string test_potential(const std::string& name);

}  // namespace patina::test
