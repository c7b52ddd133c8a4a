// SPDX-License-Identifier: BSD-3-Clause
// DYNAMO funcfl files: one element each. See eam_file.hpp for the format.
#pragma once

#include <string>
#include <vector>

#include "md/eam_tables.hpp"
#include "md/eam_text.hpp"

namespace patina {

struct Funcfl {
  std::string path;
  EamElement element;
  EamGrid grid;
  std::vector<double> embedding;  // eV
  std::vector<double> charge;     // Z(r); r phi_ij = 27.2 * 0.529 Z_i Z_j
  std::vector<double> density;
};

// Whether line 3 begins with numbers, as the header line of funcfl does; in setfl it is a comment.
bool is_funcfl(const EamText& text);
Funcfl read_funcfl(EamText& text);

// One set of tables on one grid, as LAMMPS's PairEAM::file2array() makes it. The files must be of the
// species, each named by the atomic number in its second line.
EamFunctions combine_funcfl(const std::vector<Funcfl>& files, const std::vector<std::string>& species);

}  // namespace patina
