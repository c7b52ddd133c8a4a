// SPDX-License-Identifier: BSD-3-Clause
// Where a potential file named in an input is looked for, first match wins:
//   1 the name as given (relative to the working folder)      2 next to the input file
//   3 the folders of $PATINA_POTENTIALS (colon list)           4 those of $LAMMPS_POTENTIALS
//   5 /usr/share/lammps/potentials (Debian's lammps-data)      6 .deps/potentials of the source checkout,
//   where
//                                                                scripts/setup puts tables out of
//                                                                openkim-models
// An absolute name is looked for nowhere else.
#pragma once

#include <string>
#include <vector>

#include "core/mpi.hpp"

namespace patina {

// The path to open. `input_folder` may be empty. Collective: rank 0 looks. Throws on all ranks
// Error(missing_input) with every place that was searched.
std::string find_potential(const Comm& comm, const std::string& name, const std::string& input_folder);

// The candidates in order, whether or not they exist.
std::vector<std::string> potential_candidates(const std::string& name, const std::string& input_folder);

}  // namespace patina
