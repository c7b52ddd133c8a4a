// SPDX-License-Identifier: BSD-3-Clause
// The atoms of one rank: `local` atoms it owns, then `ghost` copies of others' (and of periodic images)
// within the communication cutoff. Plain views; behaviour is free functions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/types.hpp"

namespace patina {

// What is the same for all atoms of a type. Types count from 0.
struct Species {
  std::vector<std::string> symbol;
  std::vector<double> mass_amu;
  std::vector<std::int64_t> count;  // atoms of each type over all ranks
  int types() const { return static_cast<int>(symbol.size()); }
};

// Views may have more rows than are in use.
struct Atoms {
  int local = 0;
  int ghost = 0;
  Rows<double, 3> position;  // Angstrom; local + ghost rows. Local ones lie in the cell only after a rebuild
  Array<int> type;           // local + ghost
  Array<std::int64_t> id;    // local + ghost; 1..N over all ranks
  Rows<double, 3> velocity;  // A/ps; local
  Rows<double, 3> force;     // eV/A; local (rows beyond are scratch of the force)
  Rows<int, 3> image;        // local; unwrapped r = position + image . edges
  int all() const { return local + ghost; }
};

// Makes room for so many atoms, keeping what is there; the numbers in use do not change. Forces are not kept.
void reserve(Atoms& atoms, int local, int all);

// Local atom k becomes what local atom order(k) was, for the first `count` entries of `order`; ghosts are
// dropped, forces are not kept.
void reorder(Atoms& atoms, const Array<int>& order, int count);

}  // namespace patina
