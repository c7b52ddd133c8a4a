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

}  // namespace patina
