// SPDX-License-Identifier: BSD-3-Clause
// Extended XYZ, one or many frames [github.com/libAtoms/extxyz; ASE, OVITO]: number of atoms; a line of
// key=value with Lattice="ax ay az bx by bz cx cy cz" and Properties=species:S:1:pos:R:3..., and optionally
// Origin="x y z", pbc="T T F", Time (ps), Timestep or Step; then the atoms. Angstrom. Of the properties these
// are read: species, pos, id, image (periodic images; our own), and velocities as one of
//   momenta                  sqrt(eV amu), as ASE writes them; over masses (amu) if they are there, else over the elements'
//   velo, vel or velocities  in the unit that velocity_unit=A/ps or A/fs names: programs differ (OVITO and LAMMPS hand on
//                            what a simulation used, GPUMD and QUIP mean A/fs), so without it they are refused
// Without id the atoms count from 1. Also gzipped. Written: species, pos, id, image and velo (A/ps, and says so) where
// there are any; numbers read back to the same bits.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "md/structure_file.hpp"

namespace patina {

std::unique_ptr<FrameReader> open_extended_xyz(const std::string& path, const ReadOptions& options = {});
std::unique_ptr<FrameWriter> create_extended_xyz(const std::string& path, bool overwrite = false);

// What else a frame tells of each atom.
struct ExtraColumns {
  std::string properties;                           // ":volume:R:1:index:I:5"
  std::function<std::string(std::size_t)> of_atom;  // " 14.5 0 0 12 0 0"
};
// A frame as it stands in a file.
std::string extended_xyz_text(const StructureFrame& frame, const ExtraColumns& extra = {});

}  // namespace patina
