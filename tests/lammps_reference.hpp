// SPDX-License-Identifier: BSD-3-Clause
// The reference cases of LAMMPS 4Feb2025 (tests/data/lammps_reference.tar.xz, unpacked into the build
// folder): structures and their energies, forces, per-atom energies and virial pressures.
#pragma once

#include <string>
#include <vector>

#include "md/structure.hpp"

namespace patina::test {

struct LammpsCase {
  std::string potential;  // file name, as find_potential() takes it
  std::vector<std::string> species;
  Structure structure;  // sorted by id
  double energy_eV = 0.0;
  Mat3 virial_eV;                   // W_ab = sum r_a f_b, from the pressure with LAMMPS's bar undone
  std::vector<Vec3> force;          // eV/A, by id
  std::vector<double> atom_energy;  // eV, by id
};

// Folder of a case: structure.data, expected.dump, expected.json.
std::string lammps_case_folder(const std::string& name);
LammpsCase read_lammps_case(const std::string& name);

}  // namespace patina::test
