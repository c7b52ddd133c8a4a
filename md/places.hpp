// SPDX-License-Identifier: BSD-3-Clause
// Where atoms stand for the engine's exact arithmetic: on a grid of 2^k Angstrom, within the cell, and followed without
// wrapping since pair lists were made. Kernels stand in free functions: nvcc takes no lambda from a private member.
#pragma once

#include "md/halo.hpp"
#include "md/potential.hpp"

namespace patina {

// When lists were made: the cell, and fractional coordinates and images of the local atoms.
struct ReferencePlaces {
  Box box;
  Rows<double, 3> fractional;
  Rows<int, 3> image;
};

// Chooses the grid for a cell, and puts its edges onto it.
void put_on_grid(Box& box, PlaceGrid& grid);

// Puts the local atoms onto the grid and into the cell and makes their places. Returns the largest displacement
// from the reference beyond the deformation of the cell, Angstrom; infinite if a position is not a number or
// out of all bounds.
double settle_atoms(const Atoms& atoms, const Box& box, double step, const ReferencePlaces& at_rebuild);

// Atoms as they are when lists are made: fractional coordinates and images to measure displacements from; each is at its
// own place.
void take_reference(const Atoms& atoms, const Box& box, ReferencePlaces& at_rebuild);

// Edges of the cell in steps of mixed places.
CellSteps in_steps(const PlaceGrid& grid);

// Mixed places from positions, which lie in the cell: so the steps do not depend on when an atom was wrapped last. Whole
// numbers from here on: the vector between two atoms is the same whichever images a rank holds.
void place_mixed(const Atoms& atoms, const ReferencePlaces& at_rebuild, double mixed_step, const CellSteps& edges);

}  // namespace patina
