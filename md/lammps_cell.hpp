// SPDX-License-Identifier: BSD-3-Clause
// LAMMPS's way to write a cell: origin (xlo, ylo, zlo), lengths and tilt factors,
//   a = (lx, 0, 0),  b = (xy, ly, 0),  c = (xz, yz, lz)
// [LAMMPS manual, "Triclinic (non-orthogonal) simulation boxes"]. Angstrom. Any cell can be rotated into this
// form.
#pragma once

#include "core/box.hpp"
#include "md/structure.hpp"

namespace patina {

struct LammpsCell {
  Vec3 low, high;       // xlo ylo zlo, xhi yhi zhi of the cell itself, not of the box around it
  double tilt[3] = {};  // xy, xz, yz
  bool is_tilted() const { return tilt[0] != 0.0 || tilt[1] != 0.0 || tilt[2] != 0.0; }
  Mat3 edges() const;
};

// Of a box that has the form already. `high` is chosen so that high - low gives back the length to the last
// digit wherever doubles allow it.
LammpsCell lammps_cell(const Box& box);

// The same edges turned into LAMMPS's form: a along x, b in the xy plane. They must be right-handed.
Mat3 lammps_edges(const Mat3& edges);

// Whether the box has LAMMPS's form.
bool is_lammps_cell(const Box& box);

// The same structure turned so that its box has LAMMPS's form: positions and velocities rotate with the
// edges.
Structure in_lammps_orientation(const Structure& structure);

}  // namespace patina
