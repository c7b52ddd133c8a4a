// SPDX-License-Identifier: BSD-3-Clause
// LAMMPS data files: atom_style atomic, metal units (Angstrom, ps, amu) [LAMMPS manual, read_data]. Read:
// header lines and sections in any order, tilted boxes, image flags, velocities, type labels, comments, CRLF,
// gzip. The elements are those of the options, else the type labels, else the comments of the masses ("63.546
// # Cu"), else the elements of those masses. The first line of the file is a title.
#pragma once

#include <memory>
#include <string>

#include "md/structure_file.hpp"

namespace patina {

Structure read_lammps_data(const std::string& path, const ReadOptions& options = {});

// One frame. Boxes that LAMMPS cannot express are turned (md/lammps_cell.hpp). Numbers are written so that
// they read back to the same bits.
std::unique_ptr<FrameReader> open_lammps_data(const std::string& path, const ReadOptions& options = {});
std::unique_ptr<FrameWriter> create_lammps_data(const std::string& path, bool overwrite = false);

}  // namespace patina
