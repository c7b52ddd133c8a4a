// SPDX-License-Identifier: BSD-3-Clause
// What a survey finds of each atom, frame by frame, as extended XYZ (for OVITO, ASE) or CSV, by the file's suffix. Columns: volume of
// the Voronoi cell (A^3; 0 if open), n3 n4 n5 n6 and more of its index, whether it is open, qbar_6; where frames are compared D2_min
// (A^2) and shear strain, NaN where they are not known.
#pragma once

#include <string>

#include "md/text_file.hpp"
#include "structure/survey.hpp"

namespace patina {

class AtomFile {
 public:
  // Error(usage) unless the name ends in .xyz, .extxyz or .csv; Error(cannot_create) if it exists and may not be replaced.
  AtomFile(const std::string& path, bool overwrite);
  // `deformation`: with its columns, in every frame.
  void write(const StructureFrame& frame, const AtomFigures& atoms, std::int64_t number, bool deformation);
  void finish() { file_.finish(); }

 private:
  bool csv_, begun_ = false;
  TextWriter file_;
};

}  // namespace patina
