// SPDX-License-Identifier: BSD-3-Clause
// Writes tables of a potential as a setfl file (eam/alloy), which eam_file.hpp, LAMMPS and others read back.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "md/eam_tables.hpp"

namespace patina {

// The text of the file. `comments`: its first three lines; `lattice`: for each element its lattice constant (A) and the
// name of its lattice, which no program computes with. The density of an element must not depend on where it is felt.
std::string setfl_text(const EamFunctions& functions, const std::array<std::string, 3>& comments, const std::vector<std::string>& lattice);

}  // namespace patina
