// SPDX-License-Identifier: BSD-3-Clause
// The atoms of one rank: `local` atoms it owns, then `ghost` copies of others' (and of periodic images)
// within the communication cutoff. Plain views; behaviour is free functions.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>
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
  std::int64_t atoms() const { return std::accumulate(count.begin(), count.end(), std::int64_t{0}); }
};

// Views may have more rows than are in use.
struct Atoms {
  int local = 0;
  int ghost = 0;
  Rows<double, 3> position;  // Angstrom; local. After a force computation within the cell along periodic axes
  Array<int> type;           // local + ghost
  Array<std::int64_t> id;    // local + ghost; 1..N over all ranks
  Rows<double, 3> velocity;  // A/ps; local
  Rows<double, 3> force;     // eV/A; local
  Rows<int, 3> image;        // local; unwrapped r = position + image . edges
  // What a pair needs of an atom, in one line of memory: x y z and F', local + ghost rows and one far away.
  // Places are the positions followed since the last rebuild without wrapping; those of ghosts are shifted.
  Rows<double, 4> place;
  // The same for pair terms in single precision, else without rows: x y z in whole steps (PlaceGrid::mixed_step) modulo
  // 2^32, and the bits of F' as a float.
  Rows<std::uint32_t, 4> mixed_place;
  Rows<int, 3> shift;  // local (zeros) + ghost: lattice translation by which a ghost's place is shifted
  Array<int> original;  // local + ghost: the local row that a ghost is an image of, -1: another rank's; local: itself
  int all() const { return local + ghost; }
};

// Makes room for so many atoms, keeping what is there; the numbers in use do not change. Forces are not kept.
void reserve(Atoms& atoms, int local, int all);

// Local atom k becomes what local atom order(k) was, for the first `count` entries of `order`; ghosts are
// dropped, forces are not kept.
void reorder(Atoms& atoms, const Array<int>& order, int count);

}  // namespace patina
