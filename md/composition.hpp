// SPDX-License-Identifier: BSD-3-Clause
// What a sample is made of: species and their fractions, turned into whole numbers of atoms.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/rng.hpp"

namespace patina {

// Fractions of atoms in any common unit: {"Cu", "Zr"}, {64.5, 35.5} or {0.645, 0.355}.
struct Composition {
  std::vector<std::string> species;
  std::vector<double> fraction;
};

// Throws Error(bad_input) unless there is at least one species, each an element named once, each fraction
// finite and >= 0, and their sum > 0.
void check(const Composition& composition);

// Counts that add up to `atoms`, each within one atom of its exact share: the shares are rounded down and the
// atoms that remain go to the largest remainders (Hamilton's method; ties to the species named first).
std::vector<std::int64_t> exact_counts(const Composition& composition, std::int64_t atoms);

// The types 0, 1, ... in random order, count[t] of each: a Fisher-Yates shuffle by Philox numbers of
// (seed, stream, step).
std::vector<int> shuffled_types(const std::vector<std::int64_t>& count, std::uint64_t seed, Stream stream = Stream::species_assignment,
                                std::uint64_t step = 0);

// Standard weights of the species, amu.
std::vector<double> standard_masses(const std::vector<std::string>& species);

}  // namespace patina
