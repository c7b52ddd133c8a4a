// SPDX-License-Identifier: BSD-3-Clause
// A sample that vapour comes down on, along -z: a slab, periodic along x and y, its lowest layer standing still, the next one
// thermostatted. Heights are z; the slab ends where its lowest and its highest atom are. A sample that is periodic along z too is
// cut open where the gap between its atoms is widest: between the layers of a crystal, anywhere in a glass.
#pragma once

#include <string>
#include <vector>

#include "md/motion_groups.hpp"
#include "md/structure.hpp"

namespace patina {

// Thicknesses from the lowest atom upwards, Angstrom.
struct SubstrateLayers {
  double still_A = 0.0;
  double thermostatted_A = 0.0;
};

// What of a cell keeps its sample from being a substrate; empty: nothing.
std::string fault_of_cell(const Box& box);
// And of where its atoms stand, too; of a sample that is periodic along z that is not known before it is cut open.
std::string fault_of_substrate(const Structure& sample, const SubstrateLayers& layers);
// The same of a running one, which is open along z already. Collective.
std::string fault_of_substrate(const System& system, const SubstrateLayers& layers);

// The cell becomes free along z, atoms above the cut go below it, and the edge along z grows where the slab and `room_A` above it do
// not fit. True if the cell has changed: an engine must be made for it. Atoms must be within the cell. Collective.
bool open_along_z(System& system, double room_A);

// Motion of each atom of a slab, in order of id, by their heights; on all ranks. Collective.
std::vector<unsigned char> motion_in_layers(const System& system, const SubstrateLayers& layers);

// Area of the cell seen from above, A^2.
double area_along_z(const Box& box);

}  // namespace patina
