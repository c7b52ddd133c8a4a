// SPDX-License-Identifier: BSD-3-Clause
// A whole sample on the host, as builders make it and structure files hold it: what a run starts from.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/mpi.hpp"
#include "core/vec3.hpp"

namespace patina {

struct Structure {
  Box box;
  std::vector<std::string> species;    // element symbol of each type, e.g. {"Cu", "Zr"}
  std::vector<double> mass;            // amu, of each type
  std::vector<std::int64_t> id;        // unique; sorted ascending after sort_by_id()
  std::vector<int> type;               // index into species, from 0
  std::vector<Vec3> position;          // Angstrom
  std::vector<std::array<int, 3>> image;  // periodic images: unwrapped r = position + image . edges; may be empty
  std::vector<Vec3> velocity;          // A/ps; may be empty

  std::size_t size() const { return position.size(); }
};

// Sorts every per-atom array by id. Throws Error(bad_input) naming the first id that occurs twice.
void sort_by_id(Structure& structure);

// Renumbers the types so that species[t] = order[t]. Species of `order` that the structure lacks are added
// with their standard weight; Error(bad_input) if it has atoms of a species that `order` lacks, or `order`
// names one twice.
void set_species_order(Structure& structure, const std::vector<std::string>& order);

// Rank 0's structure to all ranks.
void broadcast(const Comm& comm, Structure& structure);

}  // namespace patina
