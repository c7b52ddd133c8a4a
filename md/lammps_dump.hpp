// SPDX-License-Identifier: BSD-3-Clause
// LAMMPS text dumps of style custom or atom, metal units [LAMMPS manual, dump]. Angstrom, A/ps, ps.
// Read: columns in any order, of which id, type or element, and x y z, xs ys zs, xu yu zu or xsu ysu zsu are
// needed and ix iy iz, vx vy vz are used; boxes with tilts (the bounds of a tilted box are those of the box
// around it:
//   xlo_bound = xlo + min(0, xy, xz, xy + xz),  xhi_bound = xhi + max(...),  ylo_bound = ylo + min(0, yz),
//   ...)
// and general ones (abc origin); UNITS and TIME; gzip. Wrapped coordinates are taken if their images are
// there, else unwrapped ones, else wrapped ones alone. Written: id type element x y z ix iy iz [vx vy vz]
// with UNITS and TIME; numbers read back to the same bits.
#pragma once

#include <memory>
#include <string>

#include "md/structure_file.hpp"

namespace patina {

std::unique_ptr<FrameReader> open_lammps_dump(const std::string& path, const ReadOptions& options = {});
std::unique_ptr<FrameWriter> create_lammps_dump(const std::string& path, bool overwrite = false);

}  // namespace patina
